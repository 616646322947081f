import { describe, expect, test } from 'vitest';
import type { ErrorTensor } from '../../../src/engine/structure/index.ts';
import { seeded } from '../../support/random.ts';
import { findKind, normal } from './error-of.ts';

const DIMS = [2, 3, 4];

/** Softmax over the elements with the same key. */
function softmax(key: (a: number, b: number, c: number) => string, seed = 1): Float64Array {
  const random = seeded(seed);
  const sums = new Map<string, number>();
  const keys = Array.from({ length: 24 }, (_, i) => key(Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4));
  const values = keys.map(() => Math.exp(normal(random)));
  keys.forEach((name, index) => sums.set(name, (sums.get(name) ?? 0) + values[index]!));
  return Float64Array.from(values, (value, index) => value / sums.get(keys[index]!)!);
}

const over = (candidate: Float64Array, reference: Float64Array): ErrorTensor => ({
  dims: DIMS,
  candidate,
  reference,
  isFloat: true,
  tolerance: 1e-6,
  operands: [],
});
const last = softmax((a, b) => `${a} ${b}`);
const middle = softmax((a, _, c) => `${a} ${c}`);
const flat = softmax((a) => `${a}`);
const all = softmax(() => '');

describe('normalised', () => {
  test.each([
    [last, middle, [2], [1]],
    [flat, middle, [1, 2], [1]],
    [last, flat, [2], [1, 2]],
    [all, last, [0, 1, 2], [2]],
  ])('sums over other axes', (candidate, reference, candidateAxes, referenceAxes) => {
    expect(findKind(over(candidate, reference), 'normalised')?.figures).toMatchObject({
      candidateAxes,
      referenceAxes,
    });
  });

  test.each([
    ['other probabilities over the same axis', softmax((a, b) => `${a} ${b}`, 2), last],
    ['one side is not normalised', last.map((value) => value * 1.01), middle],
    ['negative values', last.map((value, index) => (index === 0 ? -value : value)), middle],
  ])('%s', (_, candidate, reference) => {
    expect(findKind(over(candidate, reference), 'normalised')).toBeUndefined();
  });
});
