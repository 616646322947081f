import type { Dtype } from '../../shared/dtype.ts';
import { DTYPES } from '../../shared/dtype.ts';

/** Shape and element type; dims in elements, C order (last axis fastest). */
export interface TensorType {
  readonly dtype: Dtype;
  readonly dims: readonly number[];
}

/**
 * A tensor in memory: little-endian elements, contiguous, C order, `bytes.length === byteLength(type)`.
 * One representation for files, runtime and kernel; `typedArrayOf` gives the numbers.
 */
export interface Tensor extends TensorType {
  readonly bytes: Uint8Array;
}

/** Number of elements; 1 for a scalar (no dims), 0 if any dim is 0. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Bytes of the contiguous tensor; sub-byte dtypes are rounded up to whole bytes. */
export function byteLength(type: TensorType): number {
  return Math.ceil(elementCount(type.dims) * DTYPES[type.dtype].bytes);
}

export function sameDims(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** Strides in elements of a contiguous C-order tensor. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length);
  let stride = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= dims[axis] ?? 1;
  }
  return strides;
}
