import { describe, expect, test } from 'vitest';
import type { ErrorTensor } from '../../../src/engine/structure/index.ts';
import { structuresOf } from '../../../src/engine/structure/index.ts';
import { DETECTORS } from '../../../src/engine/structure/detectors.ts';
import { STRUCTURE_KINDS } from '../../../src/shared/structure.ts';
import { seeded } from '../../support/random.ts';
import { count, normal } from './error-of.ts';

const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 1e-45, 65504, -65504, 3.4e38, -3.4028234663852886e38];
const random = seeded(99);
const awkward = (): number =>
  random() < 0.3 ? SPECIAL[Math.floor(random() * SPECIAL.length)]! : normal(random);

const SHAPES: readonly (readonly number[])[] = [
  [],
  [0],
  [1],
  [2],
  [1, 1],
  [0, 3, 4],
  [3, 0],
  [1, 1, 1, 1, 1, 1],
  [2, 1, 2, 1, 2, 1],
  [2, 2, 2, 2, 2, 2],
  [5, 1],
  [1, 5],
  [3, 1, 1, 4],
  [1, 2, 3, 3, 3],
];

describe('any shape, any values', () => {
  test.each(SHAPES)('shape %j', (...dims) => {
    for (let round = 0; round < 20; round++) {
      for (const tolerance of [0, 1e-5, 10]) {
        for (const isFloat of [true, false]) {
          const side = (): Float64Array => Float64Array.from({ length: count(dims) }, awkward);
          const operands = [{ name: 'x', dims, values: side() }];
          const error: ErrorTensor = {
            dims,
            candidate: side(),
            reference: side(),
            isFloat,
            tolerance,
            operands,
          };
          for (const { kind, text, share, figures } of structuresOf(error)) {
            expect(STRUCTURE_KINDS).toContain(kind);
            expect(text).not.toMatch(/undefined|\[object/);
            expect(share).toBeGreaterThan(0);
            expect(share).toBeLessThanOrEqual(1);
            // Reports are JSON, which has no NaN and no infinities.
            expect(Object.values(figures).flat().every(Number.isFinite), `${kind} ${text}`).toBe(true);
          }
        }
      }
    }
  });

  test('integers of each width', () => {
    for (const type of [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array]) {
      const values = Array.from({ length: 64 }, (_, index) => (index * 37) % 64);
      const [reference, candidate] = [new type(values), new type(values.map((value) => value + 1))];
      const error = { dims: [8, 8], candidate, reference, isFloat: false, tolerance: 0, operands: [] };
      expect(structuresOf(error)[0]?.text).toContain('candidate = reference + 1 in every element');
    }
  });

  test('sides that do not have the shape are refused', () => {
    const error = { candidate: new Float32Array(4), reference: new Float32Array(6), isFloat: true };
    expect(() => structuresOf({ ...error, dims: [2, 3], tolerance: 0, operands: [] })).toThrow(
      '[2, 3] has 6 elements, the sides have 4 and 6',
    );
  });
});

describe('the table', () => {
  test('has every kind once, in the order of the contract', () => {
    expect(DETECTORS.map(({ kind }) => kind)).toEqual([...STRUCTURE_KINDS]);
  });
});
