import { isComparableDtype } from '../../shared/dtype.ts';
import { bfloat16ToFloat32, float16ToFloat32, typedArrayOf } from '../tensor/index.ts';
import type { Tensor } from '../tensor/index.ts';

export type Numbers = Float32Array | Float64Array;

/** The elements as numbers, a view where they are floats already; undefined for dtypes that cannot be compared. */
export function numbersOf({ dtype, bytes }: Tensor): Numbers | undefined {
  if (!isComparableDtype(dtype)) return undefined;
  const stored = typedArrayOf(dtype, bytes);
  if (stored instanceof Float32Array || stored instanceof Float64Array) return stored;
  switch (dtype) {
    case 'float16':
      return Float32Array.from(stored as Uint16Array, float16ToFloat32);
    case 'bfloat16':
      return Float32Array.from(stored as Uint16Array, bfloat16ToFloat32);
    case 'int8':
    case 'uint8':
    case 'int16':
    case 'uint16':
    case 'bool':
      return Float32Array.from(stored as Uint8Array);
    default: {
      const numbers = new Float64Array(stored.length);
      for (let at = 0; at < numbers.length; at++) numbers[at] = Number(stored[at]);
      return numbers;
    }
  }
}
