import { describe, expect, test } from 'vitest';
import { errorOf, findKind, kindsOf, normal } from './error-of.ts';
import { seeded } from '../../support/random.ts';

const DIMS = [1, 4, 8, 8];

describe('signs', () => {
  test('only where the reference is negative', () => {
    const found = findKind(
      errorOf(DIMS, (value) => (value < 0 ? value * 1.7 : value)),
      'negatives',
    );
    expect(found?.share).toBe(1);
    expect(found?.text).toMatch(
      /^only where the reference is negative: all \d+ wrong elements, of \d+; 0 of \d+ positive ones are wrong$/,
    );
  });

  test('only where an operand is negative, which the reference does not show', () => {
    const random = seeded(9);
    const values = Float64Array.from({ length: 256 }, () => normal(random));
    const error = errorOf(DIMS, (value, _, index) => (values[index]! < 0 ? value + normal(random) : value), {
      operands: [{ name: 'x', dims: DIMS, values }],
    });
    const found = findKind(error, 'negatives');
    expect(found?.text).toContain('only where operand x is negative');
    expect(found?.figures['operand']).toBe(0);
  });

  test('only where the reference is positive', () => {
    expect(kindsOf(errorOf(DIMS, (value) => (value > 0 ? value ** 2 + 1 : value)))).toEqual(['positives']);
  });

  test('a dense error behind a Relu is not "only positive": the zeros of both sides are no contrast', () => {
    const random = seeded(2);
    const error = errorOf(DIMS, (value) => (value > 0 ? Math.max(0, value + 0.01 * normal(random)) : 0), {
      values: () => Math.max(0, normal(random)),
    });
    expect(kindsOf(error)).toEqual([]);
  });
});
