import type { SideHistogram } from '../../shared/probe.ts';
import type { Numbers } from './numbers.ts';
import { binOf } from './numbers.ts';

/** Finite values in equal bins, as numpy.histogram(values, bins, (low, high)). */
export function sideHistogram(values: Numbers, low: number, high: number, bins: number): SideHistogram {
  const counts = new Float64Array(bins);
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = binOf(value, low, high, bins);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { low, high, counts };
}
