import type { ErrorTensor } from './error-tensor.ts';
import type { Range } from './ranges.ts';

/**
 * How many values the reference distinguishes: one element equals another by chance once in so many tries. What is
 * found by trying equalities is worth little where they come cheap: masks, class numbers, zeros after a Relu.
 */
export interface Levels {
  /** Finite range of the reference ÷ 2·tolerance, at most 2²⁴: against values that are anywhere in that range. */
  readonly resolution: number;
  /** Not above one over the share of equal pairs in a sample: against values taken from elsewhere in the tensor. */
  readonly distinct: number;
  /** Finite range of the reference. */
  readonly range: number;
}

const MOST = 2 ** 24;
const PAIRS = 4096;

export function levelsOf({ reference, tolerance, isFloat }: ErrorTensor, { low, high }: Range): Levels {
  const range = high - low;
  const cells = isFloat ? range / (2 * tolerance) : (range + 1) / (2 * tolerance + 1);
  // A range and a tolerance of 0 make NaN.
  const resolution = Number.isNaN(cells) ? 1 : Math.max(1, Math.min(MOST, cells));
  const size = reference.length;
  if (size < 2) return { resolution, distinct: resolution, range };
  let [pairs, equal] = [0, 0];
  for (let pair = 0; pair < PAIRS; pair++) {
    // Two Weyl sequences: spread over the tensor, the same every time.
    const a = Math.floor(((pair * 0.618033988749895) % 1) * size);
    const b = Math.floor(((pair * 0.754877666246693 + 0.37) % 1) * size);
    if (a === b) continue;
    pairs++;
    if (Math.abs((reference[a] ?? NaN) - (reference[b] ?? NaN)) <= tolerance) equal++;
  }
  const distinct = equal === 0 ? resolution : Math.min(resolution, pairs / equal);
  return { resolution, distinct, range };
}
