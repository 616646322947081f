import { describe, expect, test } from 'vitest';
import type { ErrorTensor } from '../../../src/engine/structure/index.ts';
import type { StructureKind } from '../../../src/shared/structure.ts';
import { structuresOf } from '../../../src/engine/structure/index.ts';
import { seeded } from '../../support/random.ts';
import { count, normal } from './error-of.ts';

/** What has no structure: nothing is said of it. Seeds are fixed, so these are 200 cases and not a chance. */
const DIMS: readonly (readonly number[])[] = [
  [],
  [1],
  [7],
  [256],
  [3, 5],
  [8, 64],
  [16, 16],
  [1, 12, 32],
  [2, 3, 3],
  [1, 1, 4, 4],
  [1, 8, 12, 12],
  [2, 4, 8, 8],
  [4, 16, 1, 1],
  [1, 4, 3, 6, 6],
  [2, 1, 3, 2, 3, 4],
];
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);
const dimsOf = (seed: number): readonly number[] => DIMS[seed % DIMS.length]!;

type Make = (random: () => number, reference: number) => number;

function pair(seed: number, reference: Make, candidate: Make, rest: Partial<ErrorTensor> = {}): ErrorTensor {
  const random = seeded(seed);
  const dims = dimsOf(seed);
  const r = Float32Array.from({ length: count(dims) }, () => reference(random, 0));
  const t = r.map((value) => candidate(random, value));
  return {
    dims,
    candidate: t,
    reference: r,
    isFloat: true,
    tolerance: 1e-5,
    operands: [{ name: 'x', dims, values: Float32Array.from(r, () => normal(random)) }],
    ...rest,
  };
}

function told(make: (seed: number) => ErrorTensor, allowed: readonly StructureKind[] = []): string[] {
  return SEEDS.flatMap((seed) =>
    structuresOf(make(seed))
      .filter(({ kind }) => !allowed.includes(kind))
      .map(({ kind, text }) => `${seed} [${dimsOf(seed).join(', ')}] ${kind}: ${text}`),
  );
}

describe('200 errors without structure', () => {
  test('another tensor altogether', () => {
    expect(told((seed) => pair(seed, normal, normal))).toEqual([]);
  });

  test.each([1, 0.1, 1e-3])('dense errors of %d of the values', (size) => {
    expect(told((seed) => pair(seed, normal, (random, r) => r + size * normal(random)))).toEqual([]);
  });

  test('dense relative errors', () => {
    expect(told((seed) => pair(seed, normal, (random, r) => r * (1 + 0.1 * normal(random))))).toEqual([]);
  });

  test('errors around the tolerance grow with the values, and no more is said', () => {
    const make = (seed: number): ErrorTensor =>
      pair(seed, normal, (random, r) => r * (1 + 2e-5 * (random() - 0.5)));
    // An isolated element is a description.
    expect(told(make, ['large-magnitudes', 'isolated'])).toEqual([]);
  });

  test.each([0.5, 0.1, 0.03])('a share of %d of the elements, anywhere', (share) => {
    const make = (seed: number): ErrorTensor =>
      pair(seed, normal, (random, r) => (random() < share ? r + normal(random) : r));
    expect(told(make, ['isolated'])).toEqual([]);
  });

  test('dense errors before a Relu', () => {
    const make = (seed: number): ErrorTensor => {
      const error = pair(seed, normal, (random, r) => r + 0.05 * normal(random));
      const relu = (side: ErrorTensor['candidate']): Float32Array =>
        Float32Array.from(side, (value) => Math.max(0, value));
      return { ...error, candidate: relu(error.candidate), reference: relu(error.reference), operands: [] };
    };
    expect(told(make, ['isolated'])).toEqual([]);
  });

  test.each([2, 5, 80])('integers of %i classes, other ones here and there', (classes) => {
    const any: Make = (random) => Math.floor(random() * classes);
    const make = (seed: number): ErrorTensor =>
      pair(seed, any, (random, r) => (random() < 0.2 ? any(random, r) : r), { isFloat: false, tolerance: 0 });
    expect(told(make, ['isolated'])).toEqual([]);
  });

  test('masks of 0 and 1 as floats', () => {
    const any: Make = (random) => Math.floor(random() * 2);
    expect(told((seed) => pair(seed, any, any), ['isolated'])).toEqual([]);
  });

  test.each<readonly [string, (x: number) => number]>([
    ['Relu6', (x) => Math.min(6, Math.max(0, 3 * x))],
    ['LeakyRelu', (x) => (x < 0 ? 0.01 * x : x)],
    ['Tanh', (x) => Math.tanh(3 * x)],
    ['Sigmoid', (x) => 1 / (1 + Math.exp(-4 * x))],
    ['SiLU', (x) => x / (1 + Math.exp(-x))],
    ['Exp', Math.exp],
  ])('dense errors before %s, in channels of other scales', (_, activation) => {
    const make = (seed: number): ErrorTensor => {
      const { dims, candidate, reference } = pair(seed, normal, (random, r) => r + 0.01 * normal(random));
      const inner = count(dims.slice(2));
      const scaled = (side: ErrorTensor['candidate']): Float32Array =>
        Float32Array.from(side, (value, index) =>
          activation(value * 1.5 ** ((Math.floor(index / inner) % (dims[1] ?? 1)) % 7)),
        );
      const x = { name: 'x', dims, values: reference };
      const sides = { candidate: scaled(candidate), reference: scaled(reference) };
      const tolerance = 2e-6 * sides.reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      return { dims, ...sides, isFloat: true, tolerance, operands: [x] };
    };
    expect(told(make, ['isolated', 'large-magnitudes'])).toEqual([]);
  });

  test('float noise: nothing', () => {
    const make = (seed: number): ErrorTensor =>
      pair(seed, normal, (random, r) => r + 9e-6 * (random() - 0.5));
    expect(told(make)).toEqual([]);
  });
});
