import { expect, test } from 'vitest';
import { ulpDistance } from '../../../src/engine/tensor/index.ts';

test.each([
  ['float32', 1, 1, 0],
  ['float32', 0, -0, 0],
  ['float32', 1, 1 + 2 ** -23, 1],
  ['float32', 1, 1 - 2 ** -24, 1],
  ['float32', 2 ** -149, -(2 ** -149), 2],
  ['float32', 3.4028234663852886e38, Infinity, 1],
  ['float32', 1, 1 + 2 ** -30, 0],
  ['float16', 65504, 1e6, 1],
  ['float16', 0, 2 ** -24, 1],
  ['bfloat16', 1, 1 + 2 ** -7, 1],
  ['float64', 0, 5e-324, 1],
  ['float64', 1, 1 + 2 ** -52, 1],
  ['float64', 1, NaN, NaN],
] as const)('%s: from %d to %d', (dtype, a, b, steps) => {
  expect(ulpDistance(a, b, dtype)).toEqual(steps);
  expect(ulpDistance(b, a, dtype)).toEqual(steps);
});
