import { describe, expect, test } from 'vitest';
import { errorOf, findKind, kindsOf, normal } from './error-of.ts';
import { seeded } from '../../support/random.ts';

const DIMS = [4, 256];

describe('magnitudes', () => {
  test('only where |reference| is 1.5 or more', () => {
    const random = seeded(8);
    const error = errorOf(DIMS, (value) => (Math.abs(value) > 1.5 ? value + normal(random) : value));
    const [found] = [findKind(error, 'large-magnitudes')];
    expect(found?.figures['threshold']).toBe(1.5);
    expect(found?.text).toContain('only where |the reference| is about 1.5 or more');
  });

  test('only where |operand| is small: an epsilon', () => {
    const random = seeded(8);
    const values = Float64Array.from({ length: 1024 }, () => 10 ** (4 * random() - 3));
    const error = errorOf(DIMS, (value, _, index) => (values[index]! < 0.01 ? value * 0.5 : value), {
      operands: [{ name: 'variance', dims: DIMS, values }],
    });
    const found = findKind(error, 'small-magnitudes');
    expect(found?.figures['operand']).toBe(0);
    // To the next edge: an eighth of an octave.
    expect(found?.figures['threshold']).toBeGreaterThan(0.01 / 1.125);
    expect(found?.figures['threshold']).toBeLessThan(0.01 * 1.125);
  });

  test('wrong anywhere', () => {
    const random = seeded(12);
    expect(kindsOf(errorOf(DIMS, (value) => (random() < 0.5 ? value + normal(random) : value)))).toEqual([]);
  });
});
