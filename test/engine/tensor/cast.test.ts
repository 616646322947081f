import { describe, expect, test } from 'vitest';
import type { ComparableDtype } from '../../../src/shared/dtype.ts';
import { castTensor } from '../../../src/engine/tensor/index.ts';
import { numbersOf } from '../metric/twin.ts';
import { tensorOf } from '../metric/random-tensor.ts';

type Values = readonly (number | bigint)[];
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

test.each([
  ['float32', 'float16', [1, 65504, 65519, 65520, -1e6, 1e-9, inf, nan], [1, 65504, 65504, inf, -inf, 0, inf, nan], 2],
  ['float64', 'float16', [1 + 2 ** -11 + 2 ** -40, 70000], [1 + 2 ** -10, inf], 1],
  ['float64', 'float32', [0.1, 1e39, 3.4028235677973366e38, 3.40282356e38], [0.10000000149011612, inf, inf, 3.4028234663852886e38], 2],
  ['float32', 'bfloat16', [1, 1 + 2 ** -8, 3.4e38, -3.4e38, -inf], [1, 1, inf, -inf, -inf], 2],
  ['float16', 'float32', [0.1, -0, inf], [0.0999755859375, -0, inf], 0],
  ['float16', 'bfloat16', [65504, 6e-8], [65536, 2 ** -24], 0],
  ['float32', 'int8', [1, -128, 127, 128, -129, 1.5, -1.5, nan, inf], [1, -128, 127, 127, -128, 1, -1, 0, 127], 6],
  ['float32', 'uint8', [255, 256, -1, -0], [255, 255, 0, 0], 2],
  ['float32', 'bool', [0, 1, -0, 2, 0.5, nan], [0, 1, 0, 1, 1, 1], 3],
  ['int32', 'float16', [2048, 2049, 70000], [2048, 2048, inf], 1],
  ['int32', 'uint32', [5, -1], [5, 0], 1],
  ['int64', 'int32', [5, 2n ** 40n, -(2n ** 40n)], [5, 2147483647, -2147483648], 2],
  ['int64', 'float32', [16777217, 3], [16777216, 3], 0],
  ['int64', 'bool', [0, 1, 7], [0, 1, 1], 1],
  ['uint64', 'int64', [3, 2n ** 64n - 1n], [3, 2 ** 63], 1],
  ['uint8', 'int64', [255, 0], [255, 0], 0],
  ['bool', 'float32', [1, 0], [1, 0], 0],
] as const satisfies readonly (readonly [ComparableDtype, ComparableDtype, Values, Values, number])[])(
  '%s to %s',
  (from, to, values, expected, unholdable) => {
    const result = castTensor({ ...tensorOf(from, values), dims: [values.length] }, to);
    expect(result.tensor.dtype).toBe(to);
    expect([...numbersOf({ dtype: to, bytes: result.tensor.bytes })]).toEqual(expected);
    expect(result.unholdable).toBe(unholdable);
  },
); // prettier-ignore

describe('castTensor', () => {
  test('64-bit integers keep every bit', () => {
    const values = [2n ** 53n + 1n, 2n ** 63n - 1n];
    const cast = castTensor({ ...tensorOf('int64', values), dims: [2] }, 'uint64');
    expect(cast.tensor.bytes).toEqual(tensorOf('uint64', values).bytes);
  });

  test('floats at the edge of 64 bits', () => {
    const cast = (dtype: 'int64' | 'uint64', value: number): readonly [number, number] => {
      const { tensor, unholdable } = castTensor({ ...tensorOf('float64', [value]), dims: [1] }, dtype);
      return [numbersOf({ dtype, bytes: tensor.bytes })[0] ?? NaN, unholdable];
    };
    expect(cast('int64', -(2 ** 63))).toEqual([-(2 ** 63), 0]);
    expect(cast('int64', 2 ** 63)).toEqual([2 ** 63, 1]);
    expect(cast('int64', 2 ** 63 - 1024)).toEqual([2 ** 63 - 1024, 0]);
    expect(cast('uint64', 2 ** 64)).toEqual([2 ** 64, 1]);
    expect(cast('uint64', -1)).toEqual([0, 1]);
    expect(cast('int64', NaN)).toEqual([0, 1]);
  });

  test('to its own dtype it is the tensor itself', () => {
    const tensor = { dtype: 'float8e5m2', dims: [2], bytes: new Uint8Array(2) } as const;
    expect(castTensor(tensor, 'float8e5m2').tensor).toBe(tensor);
    expect(() => castTensor(tensor, 'float32')).toThrow('a float8e5m2 tensor cannot be cast to float32');
  });

  test('bytes that no typed array could view', () => {
    const bytes = new Uint8Array(9);
    bytes.set(tensorOf('float32', [1, 2]).bytes, 1);
    const { tensor } = castTensor({ dtype: 'float32', dims: [2], bytes: bytes.subarray(1) }, 'float64');
    expect([...numbersOf({ dtype: 'float64', bytes: tensor.bytes })]).toEqual([1, 2]);
  });
});
