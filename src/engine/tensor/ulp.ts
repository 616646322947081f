import { float32ToBfloat16, float32ToFloat16 } from './float16.ts';

export type FloatDtype = 'float16' | 'bfloat16' | 'float32' | 'float64';

const scratch = new DataView(new ArrayBuffer(8));

/**
 * Distance in representable numbers of the dtype: how many steps of one unit in the last place lie between the two,
 * across zero too (+0 and −0 are one number). Values the dtype cannot hold are first rounded to it; one step above
 * the largest finite number is Infinity. NaN has no place in the order: NaN if either is. Above 2^53 it is rounded.
 * Formula: difference of the bit patterns read as ordered integers, as in numpy.testing.assert_array_max_ulp.
 */
export function ulpDistance(a: number, b: number, dtype: FloatDtype): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
  if (dtype !== 'float64') return Math.abs(orderKey(a, dtype) - orderKey(b, dtype));
  const distance = orderKey64(a) - orderKey64(b);
  return Number(distance < 0n ? -distance : distance);
}

/** An integer that grows with the value by one for each representable number of the dtype; 0 for ±0. */
export function orderKey(value: number, dtype: Exclude<FloatDtype, 'float64'>): number {
  switch (dtype) {
    case 'float16':
      return signed(float32ToFloat16(value), 0x8000);
    case 'bfloat16':
      return signed(float32ToBfloat16(value), 0x8000);
    case 'float32':
      scratch.setFloat32(0, value);
      return signed(scratch.getUint32(0), 0x8000_0000);
  }
}

/** As `orderKey`, for float64, whose keys need all 64 bits. */
export function orderKey64(value: number): bigint {
  scratch.setFloat64(0, Math.abs(value));
  const key = scratch.getBigUint64(0);
  return value < 0 ? -key : key;
}

function signed(bits: number, signBit: number): number {
  return bits >= signBit ? signBit - bits : bits;
}
