import { describe, expect, test } from 'vitest';
import { errorOf, findKind, kindsOf } from './error-of.ts';
import type { ErrorTensor } from '../../../src/engine/structure/index.ts';

const DIMS = [8, 32];
const wide = errorOf(DIMS, (value) => value, { tolerance: 1e-5 }).reference.map((value) => value * 100);
const clip = (low: number, high: number): Float64Array =>
  Float64Array.from(wide, (value) => Math.min(high, Math.max(low, value)));
const pair = (candidate: ErrorTensor['candidate'], reference: ErrorTensor['candidate']): ErrorTensor => ({
  dims: DIMS,
  candidate,
  reference,
  isFloat: true,
  tolerance: 1e-4,
  operands: [],
});

describe('saturation', () => {
  test.each([
    ['candidate', 0],
    ['reference', 1],
  ])('the %s at 127 and −128: the bounds have a name', (name, side) => {
    const error = side === 0 ? pair(clip(-128, 127), wide) : pair(wide, clip(-128, 127));
    const high = wide.filter((value) => value > 127).length;
    const low = wide.filter((value) => value < -128).length;
    const found = findKind(error, 'saturation');
    expect(found?.figures).toMatchObject({ side, bounds: [127, -128], counts: [high, low] });
    expect(found?.text).toContain(
      `the ${name} is clipped: ${high} elements are exactly 127 (the largest int8)`,
    );
    expect(kindsOf(error)).toEqual(['saturation']);
  });

  test('at one bound', () => {
    expect(findKind(pair(clip(-Infinity, 50), wide), 'saturation')?.figures).toMatchObject({ bounds: [50] });
  });

  test('clipped, and wrong elsewhere too', () => {
    const candidate = clip(-Infinity, 50).map((value, index) => (index % 4 === 0 ? value - 1 : value));
    expect(findKind(pair(candidate, wide), 'saturation')).toBeUndefined();
  });

  test('a constant is not clipped', () => {
    const candidate = new Float64Array(256).fill(-300);
    expect(findKind(pair(candidate, wide), 'saturation')).toBeUndefined();
  });

  test('three elements at a bound are too few', () => {
    const candidate = wide.map((value, index) => (index < 3 ? 400 : value));
    const reference = wide.map((value, index) => (index < 3 ? 500 + index : value));
    expect(findKind(pair(candidate, reference), 'saturation')).toBeUndefined();
  });
});
