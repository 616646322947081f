import { describe, expect, test } from 'vitest';
import { errorOf, findKind, kindsOf } from './error-of.ts';
import type { ErrorTensor } from '../../../src/engine/structure/index.ts';

const DIMS = [8, 64];
const { reference } = errorOf(DIMS, (value) => value);
const pair = (candidate: ErrorTensor['candidate'], other: ErrorTensor['candidate']): ErrorTensor => ({
  dims: DIMS,
  candidate,
  reference: other,
  isFloat: true,
  tolerance: 1e-5,
  operands: [],
});
const rounded = (step: number): Float32Array =>
  Float32Array.from(reference, (value) => Math.round(value / step) * step);
const levels = (values: Float32Array, step: number): number =>
  Math.round((Math.max(...values) - Math.min(...values)) / step) + 1;

describe('quantisation', () => {
  test.each([0.05, 0.0123, 1 / 3])('the candidate on a grid of step %d', (step) => {
    const candidate = rounded(step);
    const found = findKind(pair(candidate, reference), 'quantisation');
    expect(found?.figures['step']).toBeCloseTo(step, 6);
    expect(found?.figures).toMatchObject({ side: 0, levels: levels(candidate, step) });
    expect(found?.text).toContain('as rounding to it gives');
    expect(kindsOf(pair(candidate, reference))).toEqual(['quantisation']);
  });

  test('the reference on a grid: quantisation that the candidate has lost', () => {
    expect(findKind(pair(reference, rounded(0.05)), 'quantisation')?.figures).toMatchObject({ side: 1 });
  });

  test('both on the same grid', () => {
    const candidate = rounded(0.05).map((value, index) => (index % 7 === 0 ? value + 0.05 : value));
    expect(findKind(pair(candidate, rounded(0.05)), 'quantisation')).toBeUndefined();
  });

  test('one value in fifty off the grid', () => {
    const candidate = rounded(0.05).map((value, index) => (index % 50 === 0 ? value + 0.017 : value));
    expect(findKind(pair(candidate, reference), 'quantisation')).toBeUndefined();
  });

  test('three values are no grid', () => {
    const candidate = Float32Array.from(reference, Math.sign);
    expect(findKind(pair(candidate, reference), 'quantisation')).toBeUndefined();
  });
});
