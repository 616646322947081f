import type { ErrorHistogram } from '../../shared/comparison.ts';

/** One bar of the error histogram: |d| in [low, high), exact counts. */
export interface ErrorBar {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

const BIAS = 1023;
const STEPS = 8;

/** Lower edge of a bin: biased binary64 exponent and the top three bits of the mantissa. */
export function lowerEdge(bin: number): number {
  return 2 ** (Math.floor(bin / STEPS) - BIAS) * (1 + (bin % STEPS) / STEPS);
}

export function errorBars(histogram: ErrorHistogram): ErrorBar[] {
  return histogram.bins.map(({ bin, count }) => ({ low: lowerEdge(bin), high: lowerEdge(bin + 1), count }));
}

/** Share of elements whose |d| is surely above a bound: bins that begin at or above it, and what is not finite. */
export function shareAbove(histogram: ErrorHistogram, bound: number): number {
  let above = histogram.nonFinite;
  let all = histogram.nonFinite + histogram.zero + histogram.denormal;
  for (const { low, count } of errorBars(histogram)) {
    all += count;
    if (low >= bound) above += count;
  }
  return all === 0 ? 0 : above / all;
}
