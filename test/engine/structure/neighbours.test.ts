import { describe, expect, test } from 'vitest';
import { seeded } from '../../support/random.ts';
import { errorOf, findKind, normal } from './error-of.ts';

const DIMS = [1, 2, 10, 10];

describe('neighbours', () => {
  const random = seeded(21);
  const base = Float64Array.from({ length: 200 }, () => normal(random));
  const values = (index: number): number => base[index]!;

  test.each([
    ['the next column in every third', 3, 1, (index: number) => index % 3 === 0 && index % 10 < 9, [1]],
    ['the row above in some', 2, -10, (index: number) => [57, 64, 132].includes(index), [-1]],
  ] as const)('%s', (_, axis, step, isWrong, offsets) => {
    const error = errorOf(DIMS, (value, __, index) => (isWrong(index) ? base[index + step]! : value), {
      values,
    });
    const found = findKind(error, 'neighbours');
    expect(found?.figures).toMatchObject({ axes: [axis], offsets });
    expect(found?.share).toBe(1);
  });

  test('one element', () => {
    const error = errorOf(DIMS, (value, _, index) => (index === 123 ? base[122]! : value), { values });
    expect(findKind(error, 'neighbours')?.text).toBe(
      "1 of 200 elements is wrong and it equals the reference's neighbour at −1 on axis 3 (at [0, 1, 2, 3]): index rounding",
    );
    expect(findKind(error, 'isolated')).toBeUndefined();
  });

  test('some equal their neighbour and some do not', () => {
    const error = errorOf(
      DIMS,
      (value, _, index) => (index % 5 !== 0 ? value : index % 10 === 0 ? base[index + 1]! : value + 1),
      { values },
    );
    expect(findKind(error, 'neighbours')).toBeUndefined();
  });

  test('zeros beside zeros, and steps about as large as the tolerance', () => {
    const zeros = errorOf(DIMS, (value, _, index) => (index % 10 === 4 ? 0 : value), {
      values: (index) => (index % 10 === 5 ? 0 : base[index]!),
    });
    expect(findKind(zeros, 'neighbours')).toBeUndefined();
    const smooth = errorOf(DIMS, (value, _, index) => (index === 44 ? value + 2.2e-5 : value), {
      values: (index) => index * 2e-5,
    });
    expect(findKind(smooth, 'neighbours')).toBeUndefined();
  });
});
