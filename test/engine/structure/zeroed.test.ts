import { describe, expect, test } from 'vitest';
import { seeded } from '../../support/random.ts';
import { errorOf, findKind, normal } from './error-of.ts';

const DIMS = [4, 64];

describe('zeroed', () => {
  test('the candidate, in places', () => {
    const error = errorOf(DIMS, (value, _, index) => (index % 16 < 3 ? 0 : value));
    const found = findKind(error, 'zeroed');
    expect(found?.figures).toEqual({ side: 0, zeros: 48, elements: 256 });
    expect(found?.text).toBe('the candidate is 0 where the reference is not, in all 48 wrong elements');
  });

  test('the candidate, everywhere', () => {
    const error = { ...errorOf(DIMS, (value) => value), candidate: new Float64Array(256) };
    expect(findKind(error, 'zeroed')?.text).toContain(
      'the candidate is 0 everywhere where the reference is not',
    );
  });

  test('the reference: what torch wrote in place', () => {
    const error = errorOf(DIMS, (value) => value);
    const reference = error.reference.map((value, index) => (index < 4 ? 0 : value)) as Float64Array;
    expect(findKind({ ...error, reference }, 'zeroed')?.figures).toMatchObject({ side: 1, zeros: 4 });
  });

  test('dropout: zeros, and a gain elsewhere', () => {
    const error = errorOf(DIMS, (value) => value);
    const candidate = error.candidate.map((value, index) =>
      index % 4 === 1 ? 0 : value / 0.75,
    ) as Float64Array;
    const found = findKind({ ...error, candidate }, 'zeroed');
    expect(found?.figures['gain']).toBeCloseTo(4 / 3, 5);
    expect(found?.text).toContain('in 64 of 256 elements, and 1.33 × the reference elsewhere: dropout');
  });

  test('zeros of a Relu that come and go with a dense error', () => {
    const random = seeded(3);
    const error = errorOf(DIMS, (value) => Math.max(0, value + normal(random)), {
      values: () => Math.max(0, normal(random)),
    });
    expect(findKind(error, 'zeroed')).toBeUndefined();
  });

  test('zeros, and something else elsewhere', () => {
    const error = errorOf(DIMS, (value, _, index) => value + (index % 2));
    const candidate = error.candidate.map((value, index) => (index % 16 === 0 ? 0 : value)) as Float64Array;
    expect(findKind({ ...error, candidate }, 'zeroed')).toBeUndefined();
  });
});
