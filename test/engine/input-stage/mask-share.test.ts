import { describe, expect, test } from 'vitest';
import type { Dtype } from '../../../src/shared/dtype.ts';
import { whereErrorLies } from '../../../src/engine/input-stage/index.ts';
import type { Tensor } from '../../../src/engine/tensor/index.ts';

function floats(dims: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'float32', dims, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

function mask(dims: readonly number[], values: readonly number[], dtype: Dtype = 'int64'): Tensor {
  const bytes =
    dtype === 'bool' ? Uint8Array.from(values) : new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { dtype, dims, bytes };
}

/** [2, 3, 2]: padding at token 2 of the first row, tokens 1 and 2 of the second. */
const DIMS = [2, 3, 2];
const ATTENTION = [1, 1, 0, 1, 0, 0];
const zeros = floats(DIMS, new Array<number>(12).fill(0));
const where = (values: readonly number[], tensor = mask([2, 3], ATTENTION)) =>
  whereErrorLies(floats(DIMS, values), zeros, [{ name: 'attention_mask', tensor }]);

describe('where an error lies', () => {
  test('nearly all of it where the mask is 0: squares 36 + 4 · 9 of 72.125', () => {
    const [found] = where([0.25, 0.25, 0, 0, 6, 0, 0, 0, 3, 3, 3, 3]);
    expect(found).toMatchObject({ mask: 'attention_mask', value: 0, elements: 0.5 });
    expect(found?.share).toBeCloseTo(72 / 72.125, 12);
    expect(found?.text).toBe('99.8 % of the error lies where attention_mask is 0 (50 % of the elements)');
  });

  test('all of it, a mask of booleans', () => {
    const [found] = where([0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0], mask([2, 3], ATTENTION, 'bool'));
    expect(found?.text).toBe('all of the error lies where attention_mask is 0 (50 % of the elements)');
  });

  test('where the mask is 1', () => {
    expect(where([1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0])[0]).toMatchObject({ value: 1, share: 1 });
  });

  test('what is not finite counts as nothing', () => {
    expect(where([NaN, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0])[0]?.share).toBe(1);
  });

  test.each<readonly [string, ReturnType<typeof where>]>([
    ['spread over both', where(new Array<number>(12).fill(1))],
    ['no error', where(new Array<number>(12).fill(0))],
    ['a mask of one value', where([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], mask([2, 3], [1, 1, 1, 1, 1, 1]))],
    ['a mask of other axes', where([0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0], mask([3, 2], ATTENTION))],
    ['floats are no mask', where([0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0], floats([2, 3], ATTENTION))],
  ])('nothing is told: %s', (_, found) => expect(found).toEqual([]));

  test('identifiers are no mask', () => {
    const ids = mask(
      [1, 40],
      Array.from({ length: 40 }, (_, at) => at),
    );
    const error = floats(
      [1, 40],
      Array.from({ length: 40 }, (_, at) => (at === 3 ? 1 : 0)),
    );
    const none = floats([1, 40], new Array<number>(40).fill(0));
    expect(whereErrorLies(error, none, [{ name: 'ids', tensor: ids }])).toEqual([]);
  });

  test('several masks, the fullest first; names are only text', () => {
    const error = floats([1, 4], [0, 0, 1, 10]);
    const none = floats([1, 4], [0, 0, 0, 0]);
    const found = whereErrorLies(error, none, [
      { name: 'last\u001b[2J', tensor: mask([1, 4], [0, 0, 0, 1]) },
      { name: 'half', tensor: mask([1, 4], [1, 1, 0, 0]) },
    ]);
    expect(found.map(({ text }) => text)).toEqual([
      'all of the error lies where half is 0 (50 % of the elements)',
      '99.0 % of the error lies where last\\u001b[2J is 1 (25 % of the elements)',
    ]);
  });
});
