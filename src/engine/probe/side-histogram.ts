import type { SideHistogram } from '../../shared/probe.ts';
import type { Numbers } from './numbers.ts';
import { binsOver } from './numbers.ts';

/** Finite values in equal bins, as numpy.histogram(values, bins, (low, high)). */
export function sideHistogram(values: Numbers, low: number, high: number, bins: number): SideHistogram {
  const counts = new Float64Array(bins);
  const binOf = binsOver(low, high, bins);
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = binOf(value);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { low, high, counts };
}
