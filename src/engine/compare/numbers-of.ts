import { isComparableDtype } from '../../shared/dtype.ts';
import type { NumberArray } from '../structure/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { castTensor, typedArrayOf } from '../tensor/index.ts';

/** Values as numbers: narrow floats widened, 64-bit integers rounded to float64, bools as 0 and 1. */
export function numbersOf(tensor: Tensor): NumberArray | undefined {
  if (!isComparableDtype(tensor.dtype)) return undefined;
  switch (tensor.dtype) {
    case 'float16':
    case 'bfloat16':
      return typedArrayOf('float32', castTensor(tensor, 'float32').tensor.bytes) as Float32Array;
    case 'int64':
    case 'uint64':
      return typedArrayOf('float64', castTensor(tensor, 'float64').tensor.bytes) as Float64Array;
    default:
      return typedArrayOf(tensor.dtype, tensor.bytes) as NumberArray;
  }
}
