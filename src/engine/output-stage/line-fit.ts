/** y = scale · x + offset, and how many of the points it fits. */
export interface Line {
  readonly scale: number;
  readonly offset: number;
  readonly fits: number;
}

const MOST_TRIALS = 400;

/**
 * The line through most points within the tolerance (RANSAC over pairs of points, chosen in a fixed order), refined by
 * least squares over those. Where x does not vary, a pure offset. `undefined` without points.
 */
export function fitLine(x: readonly number[], y: readonly number[], tolerance: number): Line | undefined {
  const count = x.length;
  if (count === 0) return undefined;
  let best: Line = { scale: 1, offset: median(x.map((value, index) => (y[index] ?? 0) - value)), fits: 0 };
  best = counted(best, x, y, tolerance);
  const step = Math.max(1, Math.floor((count * (count - 1)) / 2 / MOST_TRIALS));
  for (let trial = 0; trial < (count * (count - 1)) / 2; trial += step) {
    const [i, j] = pairAt(trial, count);
    const run = (x[j] ?? 0) - (x[i] ?? 0);
    if (run === 0) continue;
    const scale = ((y[j] ?? 0) - (y[i] ?? 0)) / run;
    const line = counted({ scale, offset: (y[i] ?? 0) - scale * (x[i] ?? 0), fits: 0 }, x, y, tolerance);
    if (line.fits > best.fits) best = line;
  }
  const refined = counted(leastSquares(best, x, y, tolerance), x, y, tolerance);
  return refined.fits >= best.fits ? refined : best;
}

/** The trial-th of all pairs i < j. */
function pairAt(trial: number, count: number): readonly [number, number] {
  // Far pairs first: they fix the slope best.
  const gap = count - 1 - Math.floor((Math.sqrt(8 * trial + 1) - 1) / 2);
  const before = ((count - 1 - gap) * (count - gap)) / 2;
  return [trial - before, trial - before + gap];
}

function counted(line: Line, x: readonly number[], y: readonly number[], tolerance: number): Line {
  let fits = 0;
  for (const [index, value] of x.entries()) {
    if (Math.abs(line.scale * value + line.offset - (y[index] ?? NaN)) <= tolerance) fits++;
  }
  return { ...line, fits };
}

function leastSquares(line: Line, x: readonly number[], y: readonly number[], tolerance: number): Line {
  const inside = [...x.keys()].filter(
    (index) => Math.abs(line.scale * (x[index] ?? 0) + line.offset - (y[index] ?? NaN)) <= tolerance,
  );
  const mean = (values: readonly number[]): number =>
    inside.reduce((sum, index) => sum + (values[index] ?? 0), 0) / inside.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, xy] = [0, 0];
  for (const index of inside) {
    const run = (x[index] ?? 0) - meanX;
    xx += run * run;
    xy += run * ((y[index] ?? 0) - meanY);
  }
  if (xx === 0) return line;
  const scale = xy / xx;
  return { scale, offset: meanY - scale * meanX, fits: 0 };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
