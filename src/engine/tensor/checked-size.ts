import type { Dtype } from '../../shared/dtype.ts';
import { DTYPES } from '../../shared/dtype.ts';

/** More axes than any framework makes; files that claim more are lying. */
export const MAX_RANK = 64;

/**
 * Number of elements of dims that come from a file: `undefined` unless every dim is a non-negative integer and the
 * product is exact. A zero anywhere makes the tensor empty, however large the other dims are.
 */
export function checkedElementCount(dims: readonly number[]): number | undefined {
  if (dims.length > MAX_RANK) return undefined;
  let product = 1;
  let empty = false;
  for (const dim of dims) {
    if (!Number.isSafeInteger(dim) || dim < 0) return undefined;
    if (dim === 0) empty = true;
    else product *= dim;
  }
  if (empty) return 0;
  return Number.isSafeInteger(product) ? product : undefined;
}

/** Bytes of the contiguous tensor, `undefined` where the count is not exact or the dtype has no fixed size. */
export function checkedByteLength(dtype: Dtype, dims: readonly number[]): number | undefined {
  const count = checkedElementCount(dims);
  const bytes = DTYPES[dtype].bytes;
  if (count === undefined || bytes === 0) return undefined;
  const total = Math.ceil(count * bytes);
  return Number.isSafeInteger(total) ? total : undefined;
}
