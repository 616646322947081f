import { describe, expect, test } from 'vitest';
import type { Operand } from '../../../src/engine/structure/index.ts';
import { errorOf, findKind, normal } from './error-of.ts';
import { seeded } from '../../support/random.ts';

const DIMS = [2, 3, 6, 6];
const random = seeded(6);
/** [2, 1, 1, 6]: the last two positions of the second sample are padding. */
const isPadding = (sample: number, key: number): boolean => sample === 1 && key >= 4;
const keys = (inside: number, outside: number): Operand => ({
  name: 'mask\u001b[2J',
  dims: [2, 1, 1, 6],
  values: Float32Array.from({ length: 12 }, (_, index) =>
    isPadding(Math.floor(index / 6), index % 6) ? inside : outside,
  ),
});
const atPadding = (value: number, [sample, , , key]: readonly number[]): number =>
  isPadding(sample!, key!) ? value + normal(random) : value;

describe('masked', () => {
  test.each<readonly [said: string, operand: Operand]>([
    ['holds a mask constant', keys(-Infinity, 0)],
    ['holds a mask constant', keys(-10000, 0)],
    ['holds a mask constant', keys(-3.4028234663852886e38, 0.5)],
    ['is 0 (false)', keys(0, 1)],
    ['is 1 (true)', keys(1, 0)],
    ['is 0', keys(0, 7)],
  ])('only where the operand %s', (said, operand) => {
    const found = findKind(errorOf(DIMS, atPadding, { operands: [operand] }), 'masked');
    expect(found?.figures).toEqual({ operand: 0, wrong: 36, elements: 36 });
    expect(found?.text).toContain(`only where operand mask\\u001b[2J ${said}`);
  });

  test('wrong elsewhere too', () => {
    const error = errorOf(DIMS, (value, _, index) => (index % 3 === 0 ? value + 1 : value), {
      operands: [keys(-Infinity, 0)],
    });
    expect(findKind(error, 'masked')).toBeUndefined();
  });

  test('an operand that does not broadcast, or lies about its size, is passed over', () => {
    const operands = [
      { name: 'a', dims: [5], values: new Float32Array(5) },
      { name: 'b', dims: [2, 1, 1, 6], values: new Float32Array(3) },
      { name: 'c', dims: [1, 2, 3, 6, 6], values: new Float32Array(216) },
    ];
    expect(findKind(errorOf(DIMS, atPadding, { operands }), 'masked')).toBeUndefined();
  });
});
