import type { NumberArray } from './error-tensor.ts';

/** Values k·step. */
export interface Grid {
  readonly step: number;
  /** Steps from the lowest to the highest value, plus one. */
  readonly levels: number;
}

const SAMPLE = 4096;
/** Two sampled values nearer than that are one, rounded twice. */
const SAME = 2 ** -20;
/** How far from a whole number of steps a value may be, in steps. */
const OFF_GRID = 0.02;
const MOST_LEVELS = 4096;
/** Different magnitudes that have to lie on the grid: by chance each does once in 25 times. */
const LEAST_VALUES = 8;
const ON_GRID = 0.999;

/** The regular grid through 0 that all finite values lie on, undefined where there is none of at most 4096 levels. */
export function gridOf(values: NumberArray): Grid | undefined {
  const magnitudes = distinctMagnitudes(values);
  if (magnitudes.length < LEAST_VALUES) return undefined;
  let gap = magnitudes[0] ?? Infinity;
  magnitudes.forEach((value, place) => {
    if (place > 0) gap = Math.min(gap, value - (magnitudes[place - 1] ?? 0));
  });
  for (const parts of [1, 2, 3]) {
    const step = refined(magnitudes, gap / parts);
    if (step === undefined) continue;
    const { share, low, high } = onGrid(values, step);
    const levels = Math.round((high - low) / step) + 1;
    if (share >= ON_GRID && levels <= MOST_LEVELS) return { step, levels };
  }
  return undefined;
}

/** Share of the finite values other than 0 that lie on the grid, and the range of all. */
export function onGrid(
  values: NumberArray,
  step: number,
): { readonly share: number; readonly low: number; readonly high: number } {
  let [count, on, low, high] = [0, 0, 0, 0];
  for (const value of values) {
    if (value === 0 || !Number.isFinite(value)) continue;
    count++;
    low = Math.min(low, value);
    high = Math.max(high, value);
    const steps = value / step;
    if (Math.abs(steps - Math.round(steps)) <= OFF_GRID) on++;
  }
  return { share: count === 0 ? 0 : on / count, low, high };
}

function distinctMagnitudes(values: NumberArray): number[] {
  const stride = Math.max(1, Math.floor(values.length / SAMPLE));
  const sample: number[] = [];
  for (let index = 0; index < values.length; index += stride) {
    const size = Math.abs(values[index] ?? NaN);
    if (size > 0 && size < Infinity) sample.push(size);
  }
  sample.sort((a, b) => a - b);
  return sample.filter((value, place) => place === 0 || value - (sample[place - 1] ?? 0) > SAME * value);
}

/** The step that fits all magnitudes, found from a first guess and the small ones upwards. */
function refined(magnitudes: readonly number[], guess: number): number | undefined {
  let [products, squares, step] = [0, 0, guess];
  for (const value of magnitudes) {
    const count = Math.round(value / step);
    if (count === 0 || count > MOST_LEVELS || Math.abs(value / step - count) > OFF_GRID) return undefined;
    products += value * count;
    squares += count * count;
    step = products / squares;
  }
  return step;
}
