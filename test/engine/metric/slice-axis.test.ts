import { expect, test } from 'vitest';
import { sliceAxisOf } from '../../../src/engine/metric/index.ts';

test.each([
  ['a scalar', [], undefined],
  ['a vector', [7], undefined],
  ['[batch, features]', [8, 1000], 1],
  ['[batch, length, features]', [2, 77, 512], 2],
  ['[N, C, H, W]', [1, 64, 80, 80], 1],
  ['[N, C, D, H, W]', [1, 16, 8, 40, 40], 1],
  ['one channel is the whole tensor', [1, 1, 80, 80], undefined],
  ['as many slices as the kernel holds', [2, 65_536], 1],
  ['a vocabulary larger than that', [1, 5, 128_256], undefined],
  ['nothing', [0, 3, 4, 4], undefined],
])('%s', (_, dims, axis) => {
  expect(sliceAxisOf(dims)).toBe(axis);
});
