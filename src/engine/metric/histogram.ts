/**
 * The histogram of |d|: its bins are the binary64 numbers that share exponent and top three mantissa bits, eight to
 * an octave. They need no range chosen in advance, so counts are exact and histograms of any two tensors add up.
 */
import type { ErrorHistogram, HistogramBin } from '../../shared/comparison.ts';

/** First bin of its own: 2^-126, the smallest normal float32. What lies below, but not at zero, is `denormal`. */
export const FIRST_NORMAL_BIN = (1023 - 126) << 3;

/** Bin of |d| = Infinity: two finite float64 values whose difference overflows. */
export const OVERFLOW_BIN = 2047 << 3;

const SMALLEST_NORMAL = 2 ** -126;

const scratch = new DataView(new ArrayBuffer(8));

/** Smallest |d| of the bin. */
export function binLowerBound(bin: number): number {
  scratch.setUint32(0, bin << 17);
  scratch.setUint32(4, 0);
  return scratch.getFloat64(0);
}

/** Smallest |d| of the next bin: everything in this one is below it. Infinity for the last. */
export function binUpperBound(bin: number): number {
  return bin >= OVERFLOW_BIN ? Infinity : binLowerBound(bin + 1);
}

/** Bin of a magnitude, as the kernel counts it. */
export function binOf(magnitude: number): number {
  scratch.setFloat64(0, Math.abs(magnitude));
  return scratch.getUint32(0) >>> 17;
}

/** Of the same quantity over several tensors or parts: counts add up. */
export function mergeHistograms(histograms: readonly ErrorHistogram[]): ErrorHistogram {
  const counts = new Map<number, number>();
  for (const { bins } of histograms) {
    for (const { bin, count } of bins) counts.set(bin, (counts.get(bin) ?? 0) + count);
  }
  const sum = (part: (one: ErrorHistogram) => number): number =>
    histograms.reduce((total, one) => total + part(one), 0);
  return {
    zero: sum((one) => one.zero),
    denormal: sum((one) => one.denormal),
    nonFinite: sum((one) => one.nonFinite),
    bins: [...counts].map(([bin, count]): HistogramBin => ({ bin, count })).sort((a, b) => a.bin - b.bin),
  };
}

/**
 * A bound that at least the share `q` (0 to 1) of the finite elements do not exceed: the upper bound of the bin in
 * which the share is reached, 0 where zeros alone reach it. At most 1/8 above the true percentile.
 */
export function percentile(histogram: ErrorHistogram, q: number): number {
  const finite = histogram.bins.reduce((sum, bin) => sum + bin.count, histogram.zero + histogram.denormal);
  const wanted = q * finite;
  let seen = histogram.zero;
  if (seen >= wanted) return 0;
  seen += histogram.denormal;
  if (seen >= wanted) return SMALLEST_NORMAL;
  for (const { bin, count } of histogram.bins) {
    seen += count;
    if (seen >= wanted) return binUpperBound(bin);
  }
  return 0;
}
