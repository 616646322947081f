import type { Dtype } from '../../shared/dtype.ts';
import { isFloatDtype } from '../../shared/dtype.ts';
import { castTensor } from './cast.ts';
import type { Tensor } from './tensor.ts';
import { typedArrayOf } from './typed-array.ts';

/**
 * Every element times (1 ± ε), the sign by a seeded generator (xorshift32: Marsaglia, Xorshift RNGs, 2003): what
 * another rounding of each element would have given. NaN, infinities, zeros and values that would overflow stay; so does
 * a tensor of whole numbers (masks, counts, sizes), which no rounding has made, and one that holds mask constants.
 * @param epsilon relative size of the step; at least one unit in the last place of the dtype.
 */
export function perturbed(tensor: Tensor, epsilon: number, seed: number): Tensor {
  const wide = workingDtype(tensor.dtype);
  if (wide === undefined) return tensor;
  const copy =
    tensor.dtype === wide ? { ...tensor, bytes: tensor.bytes.slice() } : castTensor(tensor, wide).tensor;
  const values = typedArrayOf(wide, copy.bytes) as Float32Array | Float64Array;
  if (isExact(values)) return tensor;
  let state = seed | 0 || 1;
  for (let index = 0; index < values.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const value = values[index] ?? 0;
    values[index] = value * (state < 0 ? 1 - epsilon : 1 + epsilon);
    // Beyond the largest number of the dtype.
    if (values[index] === Infinity || values[index] === -Infinity) values[index] = value;
  }
  return tensor.dtype === wide ? copy : castTensor(copy, tensor.dtype).tensor;
}

/** Additive masks use −1e4 and beyond. */
const MASK = -1e4;

function isExact(values: Float32Array | Float64Array): boolean {
  let isWhole = true;
  // Millions of weights: no closures.
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (value <= MASK) return true;
    isWhole &&= Math.floor(value) === value;
  }
  return isWhole;
}

/** Narrow floats are widened for the arithmetic. */
function workingDtype(dtype: Dtype): 'float32' | 'float64' | undefined {
  if (!isFloatDtype(dtype)) return undefined;
  return dtype === 'float64' ? 'float64' : 'float32';
}

/** A seed from a number and a name, so that tensors of one size are not all moved alike (FNV-1a, 32 bit). */
export function seedOf(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < name.length; index++)
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return hash;
}
