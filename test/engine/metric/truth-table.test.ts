import { describe, expect, test } from 'vitest';
import type { TensorComparison } from '../../../src/shared/comparison.ts';
import type { ComparableDtype } from '../../../src/shared/dtype.ts';
import { createComparer } from '../../../src/engine/metric/index.ts';
import { tensorOf } from './random-tensor.ts';

const comparer = createComparer();
const LOWEST32 = -3.4028234663852886e38;
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

type Expected = Omit<Partial<TensorComparison>, 'candidate' | 'reference' | 'histogram'>;
type Row = readonly [
  what: string,
  t: readonly (number | bigint)[],
  r: readonly (number | bigint)[],
  expected: Expected,
];

function compare(
  dtype: ComparableDtype | readonly [ComparableDtype, ComparableDtype],
  t: readonly (number | bigint)[],
  r: readonly (number | bigint)[],
  limits: { atol: number; rtol: number } = { atol: 0, rtol: 0 },
): TensorComparison {
  const [first, second] = typeof dtype === 'string' ? [dtype, dtype] : dtype;
  return comparer.compare(tensorOf(first, t), tensorOf(second, r), { dims: [t.length], ...limits })
    .comparison;
}

function table(dtypes: readonly ComparableDtype[], rows: readonly Row[]): void {
  for (const dtype of dtypes) {
    test.each(rows)(`${dtype}: %s`, (_, t, r, expected) => {
      expect(compare(dtype, t, r)).toMatchObject(expected);
    });
  }
}

const PERFECT: Expected = {
  nonFiniteMismatch: 0, maskMismatch: 0, maxAbs: 0, meanAbs: 0, rmse: 0, relativeL2: 0, sqnr: inf, cosine: 1,
  outside: 0, unequal: 0, maxUlp: 0, percentiles: { p50: 0, p90: 0, p99: 0, p999: 0 },
}; // prettier-ignore

describe('finite values', () => {
  table(['float32', 'float64', 'float16', 'bfloat16'], [
    ['an empty tensor is equal', [], [], { ...PERFECT, count: 0, worst: undefined, finitePartOnly: false }],
    ['one element, equal', [2], [2], { ...PERFECT, count: 1, worst: { index: 0, candidate: 2, reference: 2 } }],
    ['+0 and −0 are one number', [0, -0], [-0, 0], PERFECT],
    ['both all zero: cosine 1', [0, 0], [0, 0], PERFECT],
    ['a zero reference counts', [0, 3], [0, 0], { maxAbs: 3, relativeL2: inf, sqnr: -inf, cosine: 0, unequal: 0.5, worst: { index: 1, candidate: 3, reference: 0 } }],
    ['a wrong value against one true zero counts', [1, 5], [1, 0], { maxAbs: 5, outside: 0.5, unequal: 0.5 }],
    ['a zero candidate', [0, 0], [3, 4], { maxAbs: 4, relativeL2: 1, sqnr: 0, cosine: 0, rmse: Math.sqrt(12.5), meanAbs: 3.5 }],
    ['twice the reference: cosine sees nothing', [2, 4, 6], [1, 2, 3], { cosine: 1, relativeL2: 1, maxAbs: 3, unequal: 1 }],
    ['the opposite', [-1, -2], [1, 2], { cosine: -1, relativeL2: 2, maxAbs: 4 }],
    ['errors that cancel in the mean', [2, 0], [1, 1], { meanAbs: 1, maxAbs: 1, rmse: 1 }],
    ['the first of several largest', [0, 2, 2], [0, 0, 0], { worst: { index: 1, candidate: 2, reference: 0 } }],
  ]); // prettier-ignore
});

describe('values that are not finite', () => {
  table(['float32', 'float64', 'float16', 'bfloat16'], [
    ['NaN on both sides agrees', [nan, 1], [nan, 1], { ...PERFECT, finitePartOnly: true }],
    ['all NaN on both sides', [nan, nan], [nan, nan], { ...PERFECT, finitePartOnly: true, worst: undefined }],
    ['the same infinities agree', [inf, -inf], [inf, -inf], { ...PERFECT, finitePartOnly: true }],
    ['NaN on one side', [1, nan, 2], [1, 1, 1], { nonFiniteMismatch: 1, sqnr: -inf, maxAbs: 1, unequal: 2 / 3, outside: 2 / 3, worst: { index: 1, candidate: nan, reference: 1 } }],
    ['NaN in the reference', [1], [nan], { nonFiniteMismatch: 1, sqnr: -inf, maxAbs: 0, unequal: 1, outside: 1 }],
    ['Infinity on one side', [inf, 9], [5, 1], { nonFiniteMismatch: 1, maxAbs: 8, worst: { index: 0, candidate: inf, reference: 5 } }],
    ['opposite infinities', [inf], [-inf], { nonFiniteMismatch: 1, maskMismatch: 0, unequal: 1 }],
    ['NaN against Infinity', [nan], [inf], { nonFiniteMismatch: 1 }],
    ['the finite part keeps its metrics', [inf, 2, 4], [0, 1, 2], { relativeL2: 1, cosine: 1, finitePartOnly: true, meanAbs: 1.5 }],
  ]); // prettier-ignore

  test.each([
    ['float32', LOWEST32],
    ['float16', -65504],
    ['bfloat16', -3.3895313892515355e38],
    ['float64', -Number.MAX_VALUE],
  ] as const)('%s: −Infinity against the lowest value is a mask', (dtype, lowest) => {
    const mask = {
      maskMismatch: 1,
      nonFiniteMismatch: 0,
      maxAbs: 0,
      outside: 0,
      sqnr: inf,
      unequal: 0.5,
      finitePartOnly: true,
    };
    expect(compare(dtype, [-inf, 1], [lowest, 1])).toMatchObject(mask);
    expect(compare(dtype, [lowest, 1], [-inf, 1])).toMatchObject(mask);
    expect(compare(dtype, [inf], [-lowest])).toMatchObject({ maskMismatch: 0, nonFiniteMismatch: 1 });
    expect(compare(dtype, [-inf], [lowest / 2])).toMatchObject({ maskMismatch: 0, nonFiniteMismatch: 1 });
  });

  test('the lowest value is that of the side which has it', () => {
    expect(compare(['float16', 'float32'], [-inf], [LOWEST32])).toMatchObject({ maskMismatch: 1 });
    expect(compare(['float16', 'float32'], [-65504], [-inf])).toMatchObject({ maskMismatch: 1 });
    expect(compare(['float16', 'float32'], [-inf], [-65504])).toMatchObject({ nonFiniteMismatch: 1 });
  });

  test('float16 that overflowed, against float32 that did not', () => {
    const { comparison } = comparer.compare(
      tensorOf('float16', [70000, 1]),
      tensorOf('float32', [70000, 1]),
      { dims: [2], atol: 0, rtol: 0 },
    );
    expect(comparison).toMatchObject({
      nonFiniteMismatch: 1,
      sqnr: -inf,
      candidate: { posInf: 1 },
      reference: { posInf: 0, max: 70000 },
    });
  });

  test('float64 whose squares leave float64', () => {
    for (const unit of [1e300, 1e-300, 2 ** 1022, 2 ** -1000]) {
      expect(compare('float64', [-unit, unit, 0], [unit, unit, 0])).toMatchObject({
        maxAbs: 2 * unit, relativeL2: expect.closeTo(Math.SQRT2, 12) as number, cosine: 0, meanAbs: (2 * unit) / 3, sqnr: expect.closeTo(-3.0103, 4) as number,
      }); // prettier-ignore
    }
    const { rmse, candidate } = compare('float64', [3e200, -1e200], [0, 0]);
    expect(rmse).toBeCloseTo(Math.sqrt(5) * 1e200, -186);
    expect(candidate).toMatchObject({ mean: 1e200, std: inf });
  });

  test('two finite float64 whose difference overflows', () => {
    const comparison = compare('float64', [Number.MAX_VALUE], [-Number.MAX_VALUE]);
    expect(comparison).toMatchObject({
      maxAbs: inf,
      nonFiniteMismatch: 0,
      finitePartOnly: false,
      histogram: { nonFinite: 0, bins: [{ bin: 2047 << 3, count: 1 }] },
    });
  });
});

describe('small values', () => {
  test.each([
    ['float32', 2 ** -149],
    ['bfloat16', 2 ** -133],
    ['float64', 5e-324],
  ] as const)('%s: the smallest subnormal is not zero', (dtype, tiny) => {
    const comparison = compare(dtype, [tiny, 0], [0, 0]);
    expect(comparison).toMatchObject({
      maxAbs: tiny,
      maxUlp: 1,
      unequal: 0.5,
      histogram: { zero: 1, denormal: 1, bins: [] },
    });
    expect(comparison.candidate).toMatchObject({ zero: 1, minAbs: tiny, maxAbs: tiny });
    expect(comparison.percentiles).toEqual({ p50: 0, p90: tiny, p99: tiny, p999: tiny });
  });

  test('the smallest normal float32 has a bin', () => {
    expect(compare('float32', [2 ** -126], [0]).histogram).toEqual({
      zero: 0,
      denormal: 0,
      nonFinite: 0,
      bins: [{ bin: 897 << 3, count: 1 }],
    });
  });
});

describe('tolerance and ULP', () => {
  test('the limit itself is inside: |d| ≤ atol + rtol·|r|, relative to the reference', () => {
    const limits = { atol: 0.5, rtol: 0.25 };
    expect(compare('float32', [3.5, 3.5000002], [2, 2], { atol: 0.5, rtol: 0.5 }).outside).toBe(0.5);
    expect(compare('float32', [8], [5], limits).outside).toBe(1);
    expect(compare('float32', [5], [8], limits).outside).toBe(1);
    expect(compare('float32', [10.5], [8], limits).outside).toBe(0);
    expect(compare('float32', [8], [10.5], limits).outside).toBe(0);
  });

  test.each([
    ['float32', 1, 1 + 2 ** -23, 1],
    ['float32', -(2 ** -149), 2 ** -149, 2],
    ['float32', LOWEST32, -LOWEST32, 2 * 0x7f7fffff],
    ['float16', 1, 1 + 3 * 2 ** -10, 3],
    ['float16', 2 ** -24, 2 ** -14, 1023],
    ['float16', -65504, 65504, 2 * 0x7bff],
    ['bfloat16', 1, 1 - 2 ** -8, 1],
    ['float64', 1, 1 + 2 ** -51, 2],
    ['float64', -Number.MAX_VALUE, Number.MAX_VALUE, 2 * 2 ** 53 * 1023],
    [['float32', 'float16'], 1 + 2 ** -11 + 2 ** -20, 1, 1],
    [['float32', 'float16'], 1 + 2 ** -12, 1, 0],
    [['float32', 'float16'], 1 + 2 ** -11, 1, 0],
    [['float32', 'float16'], 1 + 3 * 2 ** -11, 1, 2],
    [['float32', 'float16'], 2 ** -25, 0, 0],
    [['float32', 'float16'], 3 * 2 ** -25, 0, 2],
    [['float32', 'bfloat16'], 1 + 2 ** -8, 1, 0],
    [['float32', 'bfloat16'], 1 + 3 * 2 ** -8, 1, 2],
    [['float64', 'float16'], 1 + 2 ** -11, 1, 0],
    [['float32', 'float16'], 1e6, 65504, 1],
    [['bfloat16', 'float64'], 1, 1 + 2 ** -7, 1],
    [['bfloat16', 'float16'], 1, 1.5, 64],
  ] as const)('%s: from %d to %d', (dtype, t, r, steps) => {
    expect(compare(dtype, [t], [r]).maxUlp).toBe(
      steps === 2 * 2 ** 53 * 1023 ? 2 * Number((2046n << 52n) | ((1n << 52n) - 1n)) : steps,
    );
  });

  test('a difference up to atol is not measured in ULP', () => {
    expect(compare('float32', [1e-30, 1], [0, 1], { atol: 1e-5, rtol: 0 }).maxUlp).toBe(0);
    expect(compare('float32', [1e-30, 1.5], [0, 1], { atol: 1e-5, rtol: 0 }).maxUlp).toBe(0x400000);
  });
});

describe('integers', () => {
  table(['uint8', 'uint16', 'uint32', 'uint64', 'int8', 'int16', 'int32', 'int64'], [
    ['unsigned subtraction is widened', [0, 100], [100, 0], { maxAbs: 100, unequal: 1, meanAbs: 100, maxUlp: 0 }],
    ['the share that differs', [1, 2, 3, 4], [1, 2, 3, 5], { unequal: 0.25, outside: 0.25, maxAbs: 1 }],
    ['equal', [7, 0], [7, 0], PERFECT],
  ]); // prettier-ignore

  test('bool', () => {
    expect(compare('bool', [0, 1, 1, 0], [0, 1, 0, 1])).toMatchObject({ unequal: 0.5, maxAbs: 1 });
  });

  test('64 bits: one beyond 2^53 is seen', () => {
    const big = 2n ** 53n;
    expect(compare('int64', [big + 1n, -big - 1n], [big, -big])).toMatchObject({
      unequal: 1,
      maxAbs: 1,
      meanAbs: 1,
    });
    expect(compare('uint64', [2n ** 64n - 1n], [2n ** 64n - 2n])).toMatchObject({ unequal: 1, maxAbs: 1 });
    expect(compare('int64', [2n ** 63n - 1n], [-(2n ** 63n)])).toMatchObject({ maxAbs: 2 ** 64 });
    expect(compare(['int64', 'uint64'], [-1n], [2n ** 64n - 1n])).toMatchObject({
      unequal: 1,
      maxAbs: 2 ** 64,
    });
    expect(compare(['uint64', 'int64'], [2n ** 63n], [-(2n ** 63n)])).toMatchObject({ maxAbs: 2 ** 64 });
    expect(compare(['int64', 'int32'], [big, -5n], [5, -5])).toMatchObject({
      unequal: 0.5,
      maxAbs: 2 ** 53 - 5,
    });
  });

  test('against a float they are numbers', () => {
    expect(compare(['int32', 'float32'], [3, 2], [3, 2.5])).toMatchObject({
      unequal: 0.5,
      maxAbs: 0.5,
      maxUlp: 0,
    });
    expect(compare(['bool', 'float16'], [1, 0], [1, nan])).toMatchObject({ nonFiniteMismatch: 1 });
  });
});

describe('value statistics', () => {
  test('of finite elements only', () => {
    expect(comparer.stats(tensorOf('float32', [nan, inf, inf, -inf, -2, 4, 0, -0]))).toEqual({
      count: 8, nan: 1, posInf: 2, negInf: 1, zero: 2, negative: 1, min: -2, max: 4, mean: 0.5, std: Math.sqrt(4.75),
      maxAbs: 4, minAbs: 2, sum: 2, sumSquares: 20,
    }); // prettier-ignore
  });

  test('of nothing finite', () => {
    expect(comparer.stats(tensorOf('float64', [nan]))).toEqual({
      count: 1, nan: 1, posInf: 0, negInf: 0, zero: 0, negative: 0, min: nan, max: nan, mean: nan, std: nan,
      maxAbs: 0, minAbs: 0, sum: 0, sumSquares: 0,
    }); // prettier-ignore
  });

  test('a constant has no spread', () => {
    const values = new Array<number>(100_001).fill(0.1);
    expect(comparer.stats(tensorOf('float32', values)).std).toBe(0);
  });

  test('an odd tail adds no zeros and no extremes', () => {
    for (const dtype of ['float32', 'float64', 'float16', 'int64', 'int8'] as const) {
      for (const count of [1, 2, 3, 5, 2049]) {
        const above = comparer.stats(tensorOf(dtype, new Array<number>(count).fill(5)));
        expect(above, dtype).toMatchObject({
          zero: 0,
          negative: 0,
          min: 5,
          max: 5,
          minAbs: 5,
          sum: 5 * count,
        });
        const below = comparer.stats(tensorOf(dtype, new Array<number>(count).fill(-5)));
        expect(below, dtype).toMatchObject({ zero: 0, negative: count, min: -5, max: -5 });
      }
    }
  });
});

describe('slices of the channel axis', () => {
  const values = [
    [1, 1, 1, 1, 100, 100, 100, 100],
    [1, 1, 1.5, 1, 100, 100, 100, nan],
  ] as const;
  test('a quiet channel is not hidden by a loud one; a mismatch is infinite', () => {
    const [r, t] = values;
    const { slices } = comparer.compare(tensorOf('float32', t), tensorOf('float32', r), {
      dims: [1, 2, 2, 2],
      atol: 0,
      rtol: 0,
      sliceAxis: 1,
    });
    expect(slices).toEqual({
      axis: 1,
      maxAbs: Float64Array.of(0.5, inf),
      maxReference: Float64Array.of(1, 100),
    });
  });

  test('a mask is no mismatch, and −Infinity no magnitude', () => {
    const t = tensorOf('float32', [LOWEST32, 2, 3, 4]);
    const r = tensorOf('float32', [-inf, 2, 3, 5]);
    const { slices } = comparer.compare(t, r, { dims: [2, 2], atol: 0, rtol: 0, sliceAxis: 1 });
    expect(slices).toEqual({ axis: 1, maxAbs: Float64Array.of(0, 1), maxReference: Float64Array.of(3, 5) });
  });
});
