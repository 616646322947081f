import { describe, expect, test } from 'vitest';
import { errorOf, findKind, normal } from './error-of.ts';
import { seeded } from '../../support/random.ts';

const random = seeded(4);
const other = (value: number): number => value + normal(random);

describe('rows', () => {
  test('the tail of a sequence', () => {
    const found = findKind(
      errorOf([2, 12, 8], (value, [, position]) => (position! >= 9 ? other(value) : value)),
      'rows',
    );
    expect(found?.figures).toMatchObject({
      axes: [1],
      indices: [9, 10, 11],
      of: [12],
      wrong: 48,
      elements: 48,
    });
    expect(found?.text).toBe(
      'only at 3 of 12 along axis 1 (9 to 11, the last ones): all 48 wrong elements are there, of 48',
    );
  });

  test('one sample of a batch', () => {
    const found = findKind(
      errorOf([4, 3, 5, 5], (value, [sample]) => (sample === 1 ? other(value) : value)),
      'rows',
    );
    expect(found?.figures).toMatchObject({ axes: [0], indices: [1], of: [4] });
  });

  test('the first 4 elements of the first row', () => {
    const found = findKind(
      errorOf([8, 16], (value, _, index) => (index < 4 ? other(value) : value)),
      'rows',
    );
    expect(found?.text).toBe(
      'only at 1 of 8 along axis 0 (0) and 4 of 16 along axis 1 (0 to 3, the first ones): all 4 wrong elements are there, of 4',
    );
  });

  test('a run of elements across rows: a view of another shape', () => {
    const found = findKind(
      errorOf([8, 16], (value, _, index) => (index >= 13 && index < 19 ? other(value) : value)),
      'rows',
    );
    expect(found?.figures).toEqual({ axes: [], indices: [13, 18], of: [128], wrong: 6, elements: 6 });
    expect(found?.text).toBe(
      'only elements 13 to 18 of 128 in C order: all 6 wrong elements, one after the other',
    );
  });

  test('one query of one head of one sample: where three axes meet', () => {
    const found = findKind(
      errorOf([2, 4, 10, 10], (value, [sample, head, query]) =>
        sample === 1 && head === 2 && query === 7 ? other(value) : value,
      ),
      'rows',
    );
    expect(found?.figures).toEqual({
      axes: [2, 1, 0],
      indices: [7],
      of: [10, 4, 2],
      wrong: 10,
      elements: 10,
    });
  });

  test('3 neighbours are too few to be a run', () => {
    const error = errorOf([8, 16], (value, _, index) => (index > 4 && index < 8 ? other(value) : value));
    expect(findKind(error, 'rows')).toBeUndefined();
  });

  test('half of a sequence, chosen anywhere, is no row', () => {
    const found = findKind(
      errorOf([1, 12, 8], (value, _, index) => ((index * 37) % 5 === 0 ? other(value) : value)),
      'rows',
    );
    expect(found).toBeUndefined();
  });
});
