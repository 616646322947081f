import { describe, expect, test } from 'vitest';
import type { ErrorTensor } from '../../../src/engine/structure/index.ts';
import type { StructureKind } from '../../../src/shared/structure.ts';
import { structuresOf } from '../../../src/engine/structure/index.ts';
import { seeded } from '../../support/random.ts';
import { count, indexOf, kindsOf, normal, TOLERANCE } from './error-of.ts';

/** flip, shift, transposition, permutation: t[at] = r[from(at)], with float noise; undefined: a value of its own. */
function moved(
  dims: readonly number[],
  from: (at: readonly number[]) => readonly number[] | undefined,
  values?: (random: () => number) => number,
): ErrorTensor {
  const random = seeded(11);
  const reference = Float64Array.from({ length: count(dims) }, () => (values ?? normal)(random));
  const flat = (at: readonly number[]): number =>
    at.reduce((index, place, axis) => index * dims[axis]! + place, 0);
  const candidate = reference.map((_, index) => {
    const source = from(indexOf(index, dims));
    return source === undefined ? normal(random) : reference[flat(source)]! + 1e-6 * (random() - 0.5);
  });
  return { dims, candidate, reference, isFloat: true, tolerance: TOLERANCE, operands: [] };
}

const first = (error: ErrorTensor): [StructureKind | undefined, object | undefined] => {
  const [found] = structuresOf(error);
  return [found?.kind, found?.figures];
};

describe('flip', () => {
  test('an axis reversed', () => {
    const error = moved([2, 3, 4, 5], ([n, c, y, x]) => [n!, 2 - c!, y!, x!]);
    // The channel in the middle stays where it is.
    expect(first(error)).toEqual(['flip', { axes: [1], lengths: [3], repaired: 80 }]);
    expect(kindsOf(error)).toEqual(['flip']);
  });

  test('two axes reversed: turned by 180°', () => {
    const error = moved([1, 2, 4, 5], ([n, c, y, x]) => [n!, c!, 3 - y!, 4 - x!]);
    expect(first(error)).toEqual(['flip', { axes: [2, 3], lengths: [4, 5], repaired: 40 }]);
  });

  test('one slice more than reversed is no flip', () => {
    const error = moved([6, 8], ([y, x]) => (y === 0 ? undefined : [5 - y!, x!]));
    expect(kindsOf(error)).not.toContain('flip');
  });
});

describe('shift', () => {
  test.each([
    [1, [1]],
    [-3, [-3]],
  ])('by %i along an axis, the rest new', (by, expected) => {
    const error = moved([2, 40, 6], ([n, s, c]) =>
      s! - by < 0 || s! - by > 39 ? undefined : [n!, s! - by, c!],
    );
    expect(first(error)).toMatchObject(['shift', { axes: [1], by: expected, wraps: 0 }]);
  });

  test('a roll comes in at the other end', () => {
    const error = moved([2, 7, 6], ([n, s, c]) => [n!, (s! + 5) % 7, c!]);
    expect(first(error)).toMatchObject(['shift', { axes: [1], by: [2], wraps: 1, compared: 84, equal: 84 }]);
    expect(structuresOf(error)[0]?.text).toBe(
      'the candidate is the reference moved by +2 along axis 1, what leaves coming in at the other end: 84 of 84 elements equal then',
    );
  });

  test('along two axes', () => {
    const error = moved([1, 2, 12, 12], ([n, c, y, x]) =>
      y! < 1 || x! > 10 ? undefined : [n!, c!, y! - 1, x! + 1],
    );
    expect(first(error)).toMatchObject(['shift', { axes: [2, 3], by: [1, -1] }]);
  });

  test('positions counted from 1: a ramp with an offset, not shifted', () => {
    const reference = Float64Array.from({ length: 64 }, (_, index) => index);
    const error = { dims: [1, 64], candidate: reference.map((value) => value + 1), reference };
    expect(kindsOf({ ...error, isFloat: true, tolerance: TOLERANCE, operands: [] })).toEqual(['offset']);
  });

  test('a constant is shifted at will, which proves nothing', () => {
    const error = moved(
      [4, 16],
      ([y, x]) => (x === 3 ? undefined : [y!, x!]),
      () => 1,
    );
    expect(kindsOf(error)).not.toContain('shift');
  });
});

describe('transposition', () => {
  test('two axes of one length', () => {
    const error = moved([2, 5, 3, 5], ([n, a, c, b]) => [n!, b!, c!, a!]);
    expect(first(error)).toEqual(['transposition', { axes: [1, 3], lengths: [5, 5], repaired: 120 }]);
  });

  test('a symmetric matrix is its transposition: nothing is wrong', () => {
    const random = seeded(3);
    const half = Array.from({ length: 36 }, () => normal(random));
    const reference = Float64Array.from({ length: 36 }, (_, index) => {
      const [a, b] = [Math.floor(index / 6), index % 6];
      return half[Math.max(a, b) * 6 + Math.min(a, b)]!;
    });
    const error = { dims: [6, 6], candidate: reference, reference };
    expect(kindsOf({ ...error, isFloat: true, tolerance: TOLERANCE, operands: [] })).toEqual([]);
  });
});

describe('permutation', () => {
  test.each<readonly [said: string, order: readonly number[]]>([
    ['1 and 4 are swapped', [0, 4, 2, 3, 1, 5]],
    ['a reshape to 2 × 3, transposed', [0, 3, 1, 4, 2, 5]],
    ['a reshape to 3 × 2, transposed', [0, 2, 4, 1, 3, 5]],
    ["its slices are the reference's 2, 0, 1, 5, 3, 4", [2, 0, 1, 5, 3, 4]],
  ])('%s', (said, order) => {
    const error = moved([3, 6, 4], ([n, c, x]) => [n!, order[c!]!, x!]);
    expect(first(error)).toMatchObject(['permutation', { axis: 1, order }]);
    expect(structuresOf(error)[0]?.text).toContain(`slices of axis 1 in another order: ${said};`);
    expect(kindsOf(error)).toEqual(['permutation']);
  });

  test('blocks that changed places are told as blocks', () => {
    // Keys and values of a joint projection of 8 features each.
    const order = [
      ...Array(8).keys(),
      ...[16, 17, 18, 19, 20, 21, 22, 23],
      ...[8, 9, 10, 11, 12, 13, 14, 15],
    ];
    const error = moved([3, 24, 4], ([n, c, x]) => [n!, order[c!]!, x!]);
    expect(structuresOf(error)[0]?.text).toContain(
      "slices of axis 1 in another order: its slices are the reference's 0 to 7, 16 to 23, 8 to 15;",
    );
  });

  test('two slices swapped and one element changed is no permutation', () => {
    const error = moved([3, 6, 4], ([n, c, x]) =>
      n === 0 && c === 0 && x === 0 ? undefined : [n!, [0, 4, 2, 3, 1, 5][c!]!, x!],
    );
    expect(kindsOf(error)).not.toContain('permutation');
  });

  test('slices of masks are permuted by chance', () => {
    const error = moved(
      [2, 4],
      ([y, x]) => [1 - y!, x!],
      (random) => Math.floor(random() * 2),
    );
    expect(kindsOf(error)).toEqual([]);
  });
});
