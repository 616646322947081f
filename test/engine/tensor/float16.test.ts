import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToBfloat16,
  float32ToFloat16,
} from '../../../src/engine/tensor/index.ts';

/** float64 and float32 values with the bits that numpy and torch cast them to (test/engine/metric/make-truth.py). */
interface Casts {
  readonly float64: readonly number[];
  readonly float16: readonly number[];
  readonly float32: readonly number[];
  readonly bfloat16OfFloat32: readonly number[];
  readonly float16Bits: readonly number[];
  readonly float16Values: readonly number[];
}

const { casts } = JSON.parse(readFileSync('test/fixtures/metric/truth.json', 'utf8'), (_, value: unknown) =>
  value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : value,
) as { casts: Casts };

test('float16 rounds once, as numpy does', () => {
  expect(casts.float64.map(float32ToFloat16)).toEqual(casts.float16);
});

test('bfloat16 rounds as torch does', () => {
  expect(casts.float32.map(float32ToBfloat16)).toEqual(casts.bfloat16OfFloat32);
});

test('float16 is read as numpy reads it', () => {
  expect(casts.float16Bits.map(float16ToFloat32)).toEqual(casts.float16Values);
});

test.each([
  ['float16', float16ToFloat32, float32ToFloat16, 0x7c00],
  ['bfloat16', bfloat16ToFloat32, float32ToBfloat16, 0x7f80],
] as const)('every %s comes back from float32', (_, toFloat32, fromFloat32, infinity) => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = toFloat32(bits);
    expect(Number.isNaN(value), bits.toString(16)).toBe((bits & 0x7fff) > infinity);
    if (!Number.isNaN(value) && fromFloat32(value) !== bits) expect(fromFloat32(value)).toBe(bits);
  }
  expect(Number.isNaN(toFloat32(fromFloat32(NaN)))).toBe(true);
});
