import type { Density } from '../../shared/probe.ts';
import type { Numbers } from './numbers.ts';
import { binsOver } from './numbers.ts';

/** How often each (reference, candidate) occurs; pairs with a non-finite side are left out. */
export function density(
  candidate: Numbers,
  reference: Numbers,
  low: number,
  high: number,
  size: number,
): Density {
  const counts = new Float64Array(size * size);
  const binOf = binsOver(low, high, size);
  for (let index = 0; index < candidate.length; index++) {
    const t = candidate[index] ?? NaN;
    const r = reference[index] ?? NaN;
    if (!Number.isFinite(t) || !Number.isFinite(r)) continue;
    const cell = binOf(t) * size + binOf(r);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return { low, high, size, counts };
}
