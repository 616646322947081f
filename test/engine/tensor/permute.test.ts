import { describe, expect, test } from 'vitest';
import type { Dtype } from '../../../src/shared/dtype.ts';
import { DTYPES } from '../../../src/shared/dtype.ts';
import {
  elementCount,
  inversePermutation,
  isPermutation,
  permutedRangeReader,
  permuteDims,
  permuteTensor,
  stridesOf,
} from '../../../src/engine/tensor/index.ts';
import type { Tensor } from '../../../src/engine/tensor/index.ts';
import { randomSource } from '../metric/random-tensor.ts';

function randomTensor(dtype: Dtype, dims: readonly number[]): Tensor {
  const random = randomSource(1);
  const bytes = new Uint8Array(elementCount(dims) * DTYPES[dtype].bytes).map(() => random() * 256);
  return { dtype, dims, bytes };
}

/** By the definition: result[i₀, i₁, …] = source[j] with j[axes[k]] = i_k. */
function permutedByIndex({ dtype, dims, bytes }: Tensor, axes: readonly number[]): Uint8Array {
  const size = DTYPES[dtype].bytes;
  const resultDims = permuteDims(dims, axes);
  const from = stridesOf(dims);
  const to = stridesOf(resultDims);
  const result = new Uint8Array(bytes.length);
  for (let element = 0; element < elementCount(dims); element++) {
    const source = axes.reduce((sum, axis, k) => {
      const index = Math.floor(element / (to[k] ?? 1)) % (resultDims[k] ?? 1);
      return sum + index * (from[axis] ?? 0);
    }, 0);
    result.set(bytes.subarray(source * size, (source + 1) * size), element * size);
  }
  return result;
}

const CASES = [
  [[], []],
  [[5], [0]],
  [[3, 4], [1, 0]],
  [[3, 4], [0, 1]],
  [[2, 5, 6, 3], [0, 3, 1, 2]],
  [[2, 3, 5, 6], [0, 2, 3, 1]],
  [[2, 1, 3, 1, 40], [4, 1, 2, 0, 3]],
  [[2, 3, 50], [1, 0, 2]],
  [[0, 3], [1, 0]],
] as const; // prettier-ignore

describe('permuteTensor', () => {
  test.each(CASES)('[%j] by %j', (dims, axes) => {
    for (const dtype of ['uint8', 'float16', 'float32', 'int64', 'complex128'] as const) {
      const tensor = randomTensor(dtype, dims);
      const permuted = permuteTensor(tensor, axes);
      expect(permuted.dims).toEqual(permuteDims(dims, axes));
      expect(permuted.bytes).toEqual(permutedByIndex(tensor, axes));
      expect(permuteTensor(permuted, inversePermutation(axes))).toEqual(tensor);
    }
  });

  test('any range, into any address', () => {
    const tensor = randomTensor('float32', [2, 5, 6, 3]);
    const axes = [0, 3, 1, 2];
    const whole = permutedByIndex(tensor, axes);
    const read = permutedRangeReader(tensor, tensor.bytes, axes);
    for (let start = 0; start < 180; start += 7) {
      for (const count of [0, 1, 2, 31, 180 - start].filter((length) => start + length <= 180)) {
        const target = new Uint8Array(count * 4 + 1).subarray(1);
        read(start, count, target);
        expect(target).toEqual(whole.subarray(start * 4, (start + count) * 4));
      }
    }
  });

  test('bytes that no typed array could view', () => {
    const tensor = randomTensor('float64', [3, 4]);
    const shifted = new Uint8Array(97);
    shifted.set(tensor.bytes, 1);
    expect(permuteTensor({ ...tensor, bytes: shifted.subarray(1) }, [1, 0]).bytes).toEqual(
      permuteTensor(tensor, [1, 0]).bytes,
    );
  });

  test('what permutes nothing is refused', () => {
    expect(() => permuteTensor(randomTensor('float32', [2, 2]), [0, 0])).toThrow('[0, 0] permutes no 2 axes');
    expect(() => permuteTensor(randomTensor('uint8', [2]), [0, 1])).toThrow('[0, 1] permutes no 1 axes');
    expect(() => permuteTensor({ dtype: 'int4', dims: [2, 2], bytes: new Uint8Array(2) }, [1, 0])).toThrow(
      'int4',
    );
  });
});

test.each([
  [[0, 1, 2], 3, true],
  [[], 0, true],
  [[0, 2], 2, false],
  [[1, 1], 2, false],
  [[0], 2, false],
])('%j of %d axes is a permutation: %s', (axes, rank, expected) => {
  expect(isPermutation(axes, rank)).toBe(expected);
});
