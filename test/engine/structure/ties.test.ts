import { describe, expect, test } from 'vitest';
import type { ErrorTensor } from '../../../src/engine/structure/index.ts';
import { seeded } from '../../support/random.ts';
import { findKind, kindsOf, normal } from './error-of.ts';

function integers(dims: readonly number[], candidate: number[], reference: number[]): ErrorTensor {
  return {
    dims,
    candidate: Int32Array.from(candidate),
    reference: Int32Array.from(reference),
    isFloat: false,
    tolerance: 0,
    operands: [],
  };
}
const range = Array.from({ length: 50 }, (_, index) => index);

describe('ties', () => {
  test('two indices swapped', () => {
    const error = integers([1, 50], range.with(20, 21).with(21, 20), range);
    expect(findKind(error, 'ties')?.figures).toEqual({ axis: 1, rows: 1, of: 1, moved: 2 });
    expect(kindsOf(error)).toEqual(['ties']);
  });

  test('rows along the first axis', () => {
    const reference = range.flatMap((value) => [value, value + 100]);
    const candidate = reference.with(4, 3).with(6, 2);
    expect(findKind(integers([50, 2], candidate, reference), 'ties')?.figures).toEqual({
      axis: 0,
      rows: 1,
      of: 2,
      moved: 2,
    });
  });

  test('floats of each row in another order', () => {
    const random = seeded(1);
    const reference = Float32Array.from({ length: 60 }, () => normal(random));
    const order = [4, 1, 0, 2, 3, 5, 8, 6, 7, 9];
    const other = [0, 2, 1, 3, 4, 5, 6, 9, 8, 7];
    const candidate = reference.map((_, index) => {
      const row = Math.floor(index / 10);
      return reference[row * 10 + (row % 2 === 0 ? order : other)[index % 10]!]!;
    });
    const error = { dims: [6, 10], candidate, reference, isFloat: true, tolerance: 1e-5, operands: [] };
    expect(findKind(error, 'ties')?.text).toBe(
      'the same values in another order along axis 1, in each of the 6 of 6 rows that differ (33 elements moved): order of ties or of sorting',
    );
  });

  test('one value of the two is another: no ties', () => {
    expect(kindsOf(integers([1, 50], range.with(20, 21).with(21, 22), range))).not.toContain('ties');
  });

  test('flags in another order are chance', () => {
    const flags = range.map((value) => value % 2);
    expect(kindsOf(integers([1, 50], flags.with(20, 1).with(21, 0), flags))).not.toContain('ties');
  });

  test('a float tolerance as coarse as the values sorts anything', () => {
    const random = seeded(2);
    const [candidate, reference] = [0, 1].map(() => Float32Array.from({ length: 400 }, random));
    const error = { dims: [1, 400], candidate: candidate!, reference: reference! };
    expect(kindsOf({ ...error, isFloat: true, tolerance: 0.1, operands: [] })).toEqual([]);
  });
});
