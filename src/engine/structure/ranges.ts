import type { NumberArray } from './error-tensor.ts';

/** Of finite values; low 0 and high 0 where there are none. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** Elements that are exactly that. */
  readonly lows: number;
  readonly highs: number;
}

export function finiteRange(values: NumberArray): Range {
  let [low, high, lows, highs] = [Infinity, -Infinity, 0, 0];
  for (const value of values) {
    if (value <= low && Number.isFinite(value)) {
      lows = value < low ? 1 : lows + 1;
      low = value;
    }
    if (value >= high && Number.isFinite(value)) {
      highs = value > high ? 1 : highs + 1;
      high = value;
    }
  }
  return low > high ? { low: 0, high: 0, lows: 0, highs: 0 } : { low, high, lows, highs };
}
