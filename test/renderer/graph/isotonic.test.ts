import { expect, test } from 'vitest';
import { spread } from '../../../src/renderer/graph/layout/isotonic.ts';

test.each([
  ['far enough apart: nothing moves', [0, 50, 120], [1, 1, 1], [20, 20], [0, 50, 120]],
  ['two on one spot move apart evenly', [10, 10], [1, 1], [20], [0, 20]],
  ['the heavier one moves less: 20 px shared 1 to 3', [0, 0], [3, 1], [20], [-5, 15]],
  [
    'a pool pushes on: 0, 0, 15 with gaps of 10 is one block around −10/3, 5, 5',
    [0, 0, 15],
    [1, 1, 1],
    [10, 10],
    [-5, 5, 15],
  ],
  ['wrong order is kept, not sorted', [30, 0], [1, 1], [10], [10, 20]],
] as const)('%s', (_name, wanted, weight, gap, expected) => {
  const result = new Float64Array(wanted.length);
  spread(
    Float64Array.from(wanted),
    Float64Array.from(weight),
    Float64Array.from([...gap, 0]),
    wanted.length,
    result,
  );
  result.forEach((one, at) => expect(one).toBeCloseTo(expected[at]!, 9));
});
