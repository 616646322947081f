import { expect, test } from 'vitest';
import type { Tensor } from '../../../src/engine/tensor/index.ts';
import { perturbed, seedOf } from '../../../src/engine/tensor/index.ts';

const EPSILON = 2 ** -23;
const floats = (values: readonly number[]): Tensor => ({
  dtype: 'float32',
  dims: [values.length],
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});
const numbers = ({ bytes }: Tensor): number[] => [...new Float32Array(bytes.slice().buffer)];

test('each element moves by one step up or down, as often the one as the other', () => {
  const values = Array.from({ length: 1000 }, (_, index) => 1 + (index + 0.5) / 1024);
  const moved = numbers(perturbed(floats(values), EPSILON, 7));
  const steps = moved.map((value, index) => Math.round((value - (values[index] ?? 0)) / EPSILON));
  // Between 1 and 2 a step of ε·value is one or two units in the last place.
  expect(new Set(steps.map(Math.abs))).toEqual(new Set([1, 2]));
  expect(steps.filter((step) => step > 0).length).toBeGreaterThan(400);
  expect(steps.filter((step) => step > 0).length).toBeLessThan(600);
});

test('the same seed gives the same, another one another', () => {
  const tensor = floats([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]);
  expect(numbers(perturbed(tensor, EPSILON, 3))).toEqual(numbers(perturbed(tensor, EPSILON, 3)));
  expect(numbers(perturbed(tensor, EPSILON, 3))).not.toEqual(numbers(perturbed(tensor, EPSILON, 4)));
  expect(seedOf(1, 'a')).not.toBe(seedOf(1, 'b'));
  expect(seedOf(1, 'a')).not.toBe(seedOf(2, 'a'));
});

test('what is not a number, nothing, or as large as can be stays', () => {
  const largest = (2 - 2 ** -23) * 2 ** 127;
  const values = [NaN, Infinity, -Infinity, 0, largest, -largest, 0.5];
  expect(numbers(perturbed(floats(values), EPSILON, 5)).slice(0, 4)).toEqual(values.slice(0, 4));
  expect(
    numbers(perturbed(floats(values), EPSILON, 5))
      .slice(4, 6)
      .every(Number.isFinite),
  ).toBe(true);
});

test.each([
  ['whole numbers', [0, 1, 255, -3]],
  ['mask constants', [0.5, 0.25, -1e9]],
])('%s are no results of rounding', (_, values) => {
  const tensor = floats(values);
  expect(perturbed(tensor, EPSILON, 1)).toBe(tensor);
});

test('float16 moves by its own steps', () => {
  // 1.5 and 0.75 in binary16.
  const tensor: Tensor = {
    dtype: 'float16',
    dims: [2],
    bytes: new Uint8Array(Uint16Array.of(0x3e00, 0x3a00).buffer),
  };
  const bits = [...new Uint16Array(perturbed(tensor, 2 ** -10, 9).bytes.slice().buffer)];
  expect(Math.abs((bits[0] ?? 0) - 0x3e00)).toBeGreaterThanOrEqual(1);
  expect(Math.abs((bits[0] ?? 0) - 0x3e00)).toBeLessThanOrEqual(2);
  expect(Math.abs((bits[1] ?? 0) - 0x3a00)).toBeLessThanOrEqual(2);
});

test('integers and bools stay', () => {
  const tensor: Tensor = { dtype: 'int32', dims: [1], bytes: Uint8Array.of(1, 0, 0, 0) };
  expect(perturbed(tensor, EPSILON, 1)).toBe(tensor);
});
