/** Steps of the numbers that people write as thresholds, the most usual first. */
const STEPS = [0.25, 0.1, 0.05, 0.01, 0.001, 1e-4, 1e-5];

/**
 * The roundest number of [low, high) (or (low, high] where the low end is excluded), the nearest to its middle; a bound
 * that is missing is taken as 0 and 1.
 */
export function roundValue(low: number, high: number, isLowIncluded: boolean): number {
  const middle = (low + high) / 2;
  const fits = (value: number): boolean =>
    isLowIncluded ? value >= low && value < high : value > low && value <= high;
  for (const step of STEPS) {
    const places = [Math.round(middle / step), Math.ceil(low / step), Math.floor(high / step)];
    const found = places.map((place) => Number((place * step).toPrecision(12))).find(fits);
    if (found !== undefined) return found;
  }
  return isLowIncluded ? low : high;
}

/** The roundest integer of [low, high]. */
export function roundCount(low: number, high: number): number {
  for (const step of [10_000, 5000, 1000, 500, 100, 50, 10]) {
    const value = Math.ceil(low / step) * step;
    if (value <= high && value >= low) return value;
  }
  return high;
}
