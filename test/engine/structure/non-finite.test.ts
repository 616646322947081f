import { describe, expect, test } from 'vitest';
import type { ErrorTensor } from '../../../src/engine/structure/index.ts';
import { structuresOf } from '../../../src/engine/structure/index.ts';
import { findKind } from './error-of.ts';

function pair(candidate: readonly number[], reference: readonly number[]): ErrorTensor {
  const sides = { candidate: Float64Array.from(candidate), reference: Float64Array.from(reference) };
  return { dims: [2, 3], ...sides, isFloat: true, tolerance: 1e-5, operands: [] };
}

describe('non-finite', () => {
  test.each<readonly [text: string, candidate: readonly number[], reference: readonly number[]]>([
    [
      'the candidate has NaN in 2 of 6 elements, first at [0, 2], where the reference holds 0 to 3',
      [1, 2, NaN, NaN, 5, 6],
      [1, 2, 3, 0, 5, 6],
    ],
    [
      "the candidate has ±∞ in 2 of 6 elements, first at [0, 0], where the reference holds -1e5 to 70000, beyond float16's 65504 in 2",
      [Infinity, -Infinity, 3, 4, 5, 6],
      [70000, -100000, 3, 4, 5, 6],
    ],
    [
      'the candidate has NaN in 1 and ±∞ in 1 of 6 elements, first at [1, 1], where the reference holds 5 to 6',
      [1, 2, 3, 4, NaN, Infinity],
      [1, 2, 3, 4, 5, 6],
    ],
    [
      'the reference has NaN in 1 of 6 elements, first at [0, 0], where the candidate holds 1; both are not finite but differ in 1 elements',
      [1, Infinity, 3, 4, 5, 6],
      [NaN, -Infinity, 3, 4, 5, 6],
    ],
  ])('%s', (text, candidate, reference) => {
    expect(findKind(pair(candidate, reference), 'non-finite')?.text).toBe(text);
  });

  test.each<readonly [string, readonly number[], readonly number[]]>([
    ['both NaN, the same infinity', [NaN, Infinity, 3, 4, 5, 6], [NaN, Infinity, 3, 4, 5, 6]],
    ['two ways of masking', [-Infinity, -65504, 3, 4, 5, 6], [-3.4028234663852886e38, -Infinity, 3, 4, 5, 6]],
  ])('%s are equal', (_, candidate, reference) => {
    expect(structuresOf(pair(candidate, reference))).toEqual([]);
  });

  test('finite errors only', () => {
    expect(findKind(pair([1, 2, 3, 4, 5, 7], [1, 2, 3, 4, 5, 6]), 'non-finite')).toBeUndefined();
  });
});
