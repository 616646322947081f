import { describe, expect, test } from 'vitest';
import type { ErrorHistogram } from '../../../src/shared/comparison.ts';
import {
  binLowerBound,
  binOf,
  binUpperBound,
  mergeHistograms,
  percentile,
} from '../../../src/engine/metric/index.ts';

const EMPTY: ErrorHistogram = { zero: 0, denormal: 0, nonFinite: 0, bins: [] };

describe('bins', () => {
  test.each([
    [1, 1, 1.125],
    [1.1, 1, 1.125],
    [1.999, 1.875, 2],
    [0.3, 0.28125, 0.3125],
    [2 ** -126, 2 ** -126, 2 ** -126 * 1.125],
    [1e300, 2 ** 996 * 1.375, 2 ** 996 * 1.5],
  ])('%d lies in [%d, %d)', (value, lower, upper) => {
    expect([binLowerBound(binOf(value)), binUpperBound(binOf(value))]).toEqual([lower, upper]);
  });

  test('a bound belongs to the bin above, the last bin ends at Infinity', () => {
    expect(binOf(1.125)).toBe(binOf(1) + 1);
    expect(binLowerBound(binOf(Infinity))).toBe(Infinity);
    expect(binUpperBound(binOf(Infinity))).toBe(Infinity);
    expect(binUpperBound(binOf(Number.MAX_VALUE))).toBe(Infinity);
  });
});

describe('percentile', () => {
  const one = (value: number, count: number): ErrorHistogram['bins'][number] => ({
    bin: binOf(value),
    count,
  });
  const histogram = { zero: 50, denormal: 10, nonFinite: 7, bins: [one(1, 30), one(4, 10)] };
  test.each([
    [0, 0],
    [0.5, 0],
    [0.51, 2 ** -126],
    [0.6, 2 ** -126],
    [0.61, 1.125],
    [0.9, 1.125],
    [0.91, 4.5],
    [1, 4.5],
  ])('share %d of the finite elements lies within %d', (share, bound) => {
    expect(percentile(histogram, share)).toBe(bound);
  });

  test('of nothing is 0', () => {
    expect(percentile(EMPTY, 0.5)).toBe(0);
    expect(percentile({ ...EMPTY, nonFinite: 3 }, 0.99)).toBe(0);
  });
});

test('merging adds counts and keeps bins ascending', () => {
  const a = { zero: 1, denormal: 2, nonFinite: 3, bins: [{ bin: 5, count: 1 }, { bin: 9, count: 1 }] }; // prettier-ignore
  const b = { zero: 10, denormal: 20, nonFinite: 30, bins: [{ bin: 7, count: 4 }, { bin: 9, count: 2 }] }; // prettier-ignore
  const bins = [{ bin: 5, count: 1 }, { bin: 7, count: 4 }, { bin: 9, count: 3 }]; // prettier-ignore
  expect(mergeHistograms([a, b])).toEqual({ zero: 11, denormal: 22, nonFinite: 33, bins });
  expect(mergeHistograms([])).toEqual(EMPTY);
});
