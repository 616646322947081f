import { DTYPES, isComparableDtype, isFloatDtype } from '../../shared/dtype.ts';
import type { Tensor } from '../tensor/index.ts';
import { castTensor, sameDims, typedArrayOf } from '../tensor/index.ts';

/** A tensor with something taken away; undefined where its type is not the one that was expected. */
export type Correct = (tensor: Tensor) => Tensor | undefined;

/**
 * What takes away from a tensor what its stretch adds: T ↦ T − (T_fed − r); of integers and bools, and where one of the
 * three is not finite, the elements that differ in the fed run become the reference's (design section 1, contribution).
 * @param fed the tensor as computed from exact inputs.
 * @param reference recorded, in the same dtype and shape.
 * @returns undefined where the two cannot be laid over each other.
 */
export function correction(fed: Tensor, reference: Tensor): Correct | undefined {
  if (!isComparableDtype(fed.dtype) || fed.dtype !== reference.dtype || !sameDims(fed.dims, reference.dims))
    return undefined;
  const correct = isFloatDtype(fed.dtype)
    ? floatCorrection(fed, reference)
    : elementCorrection(fed, reference);
  return (tensor) =>
    tensor.dtype === fed.dtype && sameDims(tensor.dims, fed.dims) ? correct(tensor) : undefined;
}

function floatCorrection(fed: Tensor, reference: Tensor): (tensor: Tensor) => Tensor {
  const added = floatsOf(fed);
  const exact = floatsOf(reference);
  return (tensor) => {
    const values = floatsOf(tensor).slice();
    for (let index = 0; index < values.length; index++) {
      const own = added[index] ?? 0;
      const right = exact[index] ?? 0;
      if (own === right) continue;
      const corrected = (values[index] ?? 0) - (own - right);
      values[index] = Number.isFinite(corrected) ? corrected : right;
    }
    const bytes = new Uint8Array(values.buffer);
    return castTensor({ dtype: wide(tensor), dims: tensor.dims, bytes }, tensor.dtype).tensor;
  };
}

function elementCorrection(fed: Tensor, reference: Tensor): (tensor: Tensor) => Tensor {
  const size = DTYPES[fed.dtype].bytes;
  const wrong: number[] = [];
  for (let at = 0; at < fed.bytes.byteLength; at += size) {
    const differs = fed.bytes
      .subarray(at, at + size)
      .some((byte, inner) => byte !== reference.bytes[at + inner]);
    if (differs) wrong.push(at);
  }
  return (tensor) => {
    const bytes = tensor.bytes.slice();
    for (const at of wrong) bytes.set(reference.bytes.subarray(at, at + size), at);
    return { ...tensor, bytes };
  };
}

function floatsOf(tensor: Tensor): Float32Array | Float64Array {
  const dtype = wide(tensor);
  return typedArrayOf(dtype, castTensor(tensor, dtype).tensor.bytes) as Float32Array | Float64Array;
}

/** Narrow floats are widened for the arithmetic. */
function wide({ dtype }: Tensor): 'float32' | 'float64' {
  return dtype === 'float64' ? 'float64' : 'float32';
}
