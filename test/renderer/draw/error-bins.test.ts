import { describe, expect, test } from 'vitest';
import { errorBars, lowerEdge, shareAbove } from '../../../src/renderer/draw/error-bins.ts';
import type { ErrorHistogram } from '../../../src/shared/comparison.ts';
import { seeded } from '../../support/random.ts';

/** Biased binary64 exponent and the top three bits of the mantissa, from the number's own bits. */
function binOf(value: number): number {
  return Number(new BigUint64Array(Float64Array.of(value).buffer)[0]! >> 49n);
}

describe('the lower edge of a bin', () => {
  test.each([
    [1, 1],
    [1.125, 1.125],
    [1.99, 1.875],
    [2, 2],
    [3, 3],
    [0.5, 0.5],
    [2 ** -126, 2 ** -126],
    [1e-7, 2 ** -24 * 1.625],
    [Number.MAX_VALUE, 2 ** 1023 * 1.875],
  ])('of %d is %d', (value, edge) => {
    expect(lowerEdge(binOf(value))).toBe(edge);
  });

  test('above the last bin is infinite', () => {
    expect(lowerEdge(binOf(Number.MAX_VALUE) + 1)).toBe(Infinity);
  });

  test.each([1, 2])('a value lies in its bin, seed %i', (seed) => {
    const random = seeded(seed);
    for (let round = 0; round < 1000; round++) {
      const value = random() * 2 ** Math.floor(random() * 200 - 120);
      const bin = binOf(value);
      expect(lowerEdge(bin)).toBeLessThanOrEqual(value);
      expect(lowerEdge(bin + 1)).toBeGreaterThan(value);
    }
  });
});

const HISTOGRAM: ErrorHistogram = {
  zero: 4,
  denormal: 1,
  nonFinite: 2,
  bins: [
    { bin: binOf(0.5), count: 3 },
    { bin: binOf(1.875), count: 5 },
    { bin: binOf(2), count: 1 },
  ],
};

test('bars have the edges and counts of the bins', () => {
  expect(errorBars(HISTOGRAM)).toEqual([
    { low: 0.5, high: 0.5625, count: 3 },
    { low: 1.875, high: 2, count: 5 },
    { low: 2, high: 2.25, count: 1 },
  ]);
});

test.each([
  [0, 11 / 16],
  [0.5, 11 / 16],
  // A bin that begins below the bound is not surely above it.
  [0.51, 8 / 16],
  [1.9, 3 / 16],
  [2, 3 / 16],
  [100, 2 / 16],
  [Infinity, 2 / 16],
])('share above %d: %d', (bound, share) => {
  expect(shareAbove(HISTOGRAM, bound)).toBe(share);
});

test('of nothing nothing is above', () => {
  expect(shareAbove({ zero: 0, denormal: 0, nonFinite: 0, bins: [] }, 0)).toBe(0);
  expect(errorBars({ zero: 3, denormal: 0, nonFinite: 0, bins: [] })).toEqual([]);
});
