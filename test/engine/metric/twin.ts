/**
 * The kernel's oracle: the same quantities by plain loops over float64 values, each written down as its definition.
 * Only the order of the sums is the kernel's (even and odd elements of a tile, tiles of a block, blocks), so that
 * sums can be compared to the bit.
 */
import type {
  ErrorHistogram,
  SliceErrors,
  TensorComparison,
  ValueStats,
  WorstElement,
} from '../../../src/shared/comparison.ts';
import type { ComparableDtype } from '../../../src/shared/dtype.ts';
import { isFloatDtype } from '../../../src/shared/dtype.ts';
import { binOf, binUpperBound } from '../../../src/engine/metric/index.ts';
import { bfloat16ToFloat32, float16ToFloat32, typedArrayOf } from '../../../src/engine/tensor/index.ts';
import type { FloatDtype } from '../../../src/engine/tensor/ulp.ts';
import { ulpDistance } from '../../../src/engine/tensor/ulp.ts';

export interface TwinTensor {
  readonly dtype: ComparableDtype;
  readonly bytes: Uint8Array;
}

export interface TwinOptions {
  readonly dims: readonly number[];
  readonly atol: number;
  readonly rtol: number;
  readonly sliceAxis?: number;
}

export interface TwinResult {
  readonly comparison: TensorComparison;
  readonly slices: SliceErrors | undefined;
}

const LOWEST: Readonly<Partial<Record<ComparableDtype, number>>> = {
  float16: -65504,
  bfloat16: -3.3895313892515355e38,
  float32: -3.4028234663852886e38,
  float64: -1.7976931348623157e308,
};

/** Every element as a number. */
export function numbersOf({ dtype, bytes }: TwinTensor): Float64Array {
  const stored = typedArrayOf(dtype, bytes);
  const numbers = new Float64Array(stored.length);
  for (let index = 0; index < stored.length; index++) {
    const value = Number(stored[index]);
    numbers[index] =
      dtype === 'float16' ? float16ToFloat32(value) : dtype === 'bfloat16' ? bfloat16ToFloat32(value) : value;
  }
  return numbers;
}

/** |d| of every element. Integers are subtracted as integers. */
function magnitudes(candidate: TwinTensor, reference: TwinTensor): Float64Array {
  const t = numbersOf(candidate);
  const r = numbersOf(reference);
  const d = t.map((value, index) => Math.abs(value - (r[index] ?? NaN)));
  if (isFloatDtype(candidate.dtype) || isFloatDtype(reference.dtype)) return d;
  if (![candidate, reference].some(({ dtype }) => dtype === 'int64' || dtype === 'uint64')) return d;
  const a = typedArrayOf(candidate.dtype, candidate.bytes);
  const b = typedArrayOf(reference.dtype, reference.bytes);
  return d.map((_, index) => {
    const difference = BigInt(a[index] ?? 0) - BigInt(b[index] ?? 0);
    return Number(difference < 0n ? -difference : difference);
  });
}

/** Σ over the elements for which `value` gives a number, in the kernel's order. */
function orderedSum(count: number, value: (index: number) => number): number {
  let total = 0;
  for (let block = 0; block < count; block += 65536) {
    let blockSum = 0;
    for (let tile = block; tile < Math.min(block + 65536, count); tile += 2048) {
      let even = 0;
      let odd = 0;
      const end = Math.min(tile + 2048, count);
      for (let index = tile; index < end; index += 2) even += value(index);
      for (let index = tile + 1; index < end; index += 2) odd += value(index);
      blockSum += even + odd;
    }
    total += blockSum;
  }
  return total;
}

export function twinStats(tensor: TwinTensor): ValueStats {
  const values = numbersOf(tensor);
  const finite = values.filter((value) => Number.isFinite(value));
  const at = (index: number): number => {
    const value = values[index] ?? 0;
    return Number.isFinite(value) ? value : 0;
  };
  const sum = orderedSum(values.length, at);
  const sumSquares = orderedSum(values.length, (index) => at(index) * at(index));
  const mean = sum / finite.length;
  const min = finite.reduce((low, value) => Math.min(low, value), Infinity);
  const max = finite.reduce((high, value) => Math.max(high, value), -Infinity);
  const some = finite.length > 0;
  return {
    count: values.length,
    nan: values.filter((value) => Number.isNaN(value)).length,
    posInf: values.filter((value) => value === Infinity).length,
    negInf: values.filter((value) => value === -Infinity).length,
    zero: finite.filter((value) => value === 0).length,
    negative: finite.filter((value) => value < 0).length,
    min: some ? min + 0 : NaN,
    max: some ? max + 0 : NaN,
    mean,
    std: some
      ? min === max
        ? 0
        : sumSquares === Infinity
          ? Infinity
          : Math.sqrt(Math.max(0, sumSquares / finite.length - mean * mean))
      : NaN,
    maxAbs: finite.reduce((high, value) => Math.max(high, Math.abs(value)), 0),
    minAbs: some ? smallestNonZero(finite) : 0,
    sum,
    sumSquares,
  };
}

function smallestNonZero(values: Float64Array): number {
  const smallest = values.reduce(
    (low, value) => (value === 0 ? low : Math.min(low, Math.abs(value))),
    Infinity,
  );
  return smallest === Infinity ? 0 : smallest;
}

/** The reference already lies in the candidate's order. */
export function twin(candidate: TwinTensor, reference: TwinTensor, options: TwinOptions): TwinResult {
  const { atol, rtol } = options;
  const t = numbersOf(candidate);
  const r = numbersOf(reference);
  const d = magnitudes(candidate, reference);
  const count = t.length;
  const isPair = (index: number): boolean => Number.isFinite(t[index]) && Number.isFinite(r[index]);
  const slices = emptySlices(options);
  const ulpDtype = coarser(candidate.dtype, reference.dtype);
  let pairs = 0;
  let mismatches = 0;
  let masks = 0;
  let unequal = 0;
  let outside = 0;
  let maxAbs = -1;
  let maxUlp = 0;
  let worst: WorstElement | undefined;
  let firstMismatch: WorstElement | undefined;
  for (let index = 0; index < count; index++) {
    const a = t[index] ?? 0;
    const b = r[index] ?? 0;
    const difference = d[index] ?? 0;
    const slice = slices === undefined ? 0 : slices.of(index);
    if (slices !== undefined && Number.isFinite(b)) {
      slices.maxReference[slice] = Math.max(slices.maxReference[slice] ?? 0, Math.abs(b));
    }
    if (isPair(index)) {
      pairs++;
      if (difference !== 0) unequal++;
      if (difference > atol + rtol * Math.abs(b)) outside++;
      if (difference > atol && ulpDtype !== undefined) maxUlp = Math.max(maxUlp, ulpDistance(a, b, ulpDtype));
      if (difference > maxAbs) {
        maxAbs = difference;
        worst = { index, candidate: a, reference: b };
      }
      if (slices !== undefined) slices.maxAbs[slice] = Math.max(slices.maxAbs[slice] ?? 0, difference);
    } else if (!Object.is(a, b)) {
      unequal++;
      if (
        (a === -Infinity && b === LOWEST[reference.dtype]) ||
        (b === -Infinity && a === LOWEST[candidate.dtype])
      ) {
        masks++;
      } else {
        mismatches++;
        outside++;
        firstMismatch ??= { index, candidate: a, reference: b };
        if (slices !== undefined) slices.maxAbs[slice] = Infinity;
      }
    }
  }
  const sum = (value: (index: number) => number): number =>
    orderedSum(count, (index) => (isPair(index) ? value(index) : 0));
  const squares = sum((index) => (d[index] ?? 0) ** 2);
  const tt = sum((index) => (t[index] ?? 0) ** 2);
  const rr = sum((index) => (r[index] ?? 0) ** 2);
  const dot = sum((index) => (t[index] ?? 0) * (r[index] ?? 0));
  const sorted = d.filter((_, index) => isPair(index)).sort();
  const rank = (q: number): number => {
    const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
    if (value === 0) return 0;
    return Math.min(value < 2 ** -126 ? 2 ** -126 : binUpperBound(binOf(value)), sorted.at(-1) ?? 0);
  };
  const comparison: TensorComparison = {
    count,
    nonFiniteMismatch: mismatches,
    maskMismatch: masks,
    finitePartOnly: pairs < count,
    maxAbs: Math.max(0, maxAbs),
    worst: firstMismatch ?? worst,
    meanAbs: pairs === 0 ? 0 : sum((index) => d[index] ?? 0) / pairs,
    rmse: pairs === 0 ? 0 : Math.sqrt(squares / pairs),
    relativeL2: squares === 0 ? 0 : Math.sqrt(squares) / Math.sqrt(rr),
    sqnr: mismatches > 0 ? -Infinity : squares === 0 ? Infinity : 10 * (Math.log10(rr) - Math.log10(squares)),
    cosine:
      tt === 0 && rr === 0
        ? 1
        : tt === 0 || rr === 0
          ? 0
          : Math.min(1, Math.max(-1, dot / Math.sqrt(tt * rr))),
    outside: count === 0 ? 0 : outside / count,
    unequal: count === 0 ? 0 : unequal / count,
    maxUlp,
    percentiles: { p50: rank(0.5), p90: rank(0.9), p99: rank(0.99), p999: rank(0.999) },
    histogram: histogramOf(sorted, count - pairs),
    candidate: twinStats(candidate),
    reference: twinStats(reference),
  };
  if (slices === undefined) return { comparison, slices: undefined };
  const { axis, maxAbs: sliceMaxAbs, maxReference } = slices;
  return { comparison, slices: { axis, maxAbs: sliceMaxAbs, maxReference } };
}

function emptySlices({
  dims,
  sliceAxis,
}: TwinOptions): (SliceErrors & { of(index: number): number }) | undefined {
  if (sliceAxis === undefined) return undefined;
  const slices = dims[sliceAxis] ?? 0;
  const inner = dims.slice(sliceAxis + 1).reduce((product, dim) => product * dim, 1);
  return {
    axis: sliceAxis,
    maxAbs: new Float64Array(slices),
    maxReference: new Float64Array(slices),
    of: (index) => Math.floor(index / inner) % slices,
  };
}

function coarser(a: ComparableDtype, b: ComparableDtype): FloatDtype | undefined {
  if (!isFloatDtype(a) || !isFloatDtype(b)) return undefined;
  return (['bfloat16', 'float16', 'float32', 'float64'] as const).find((dtype) => dtype === a || dtype === b);
}

function histogramOf(sorted: Float64Array, nonFinite: number): ErrorHistogram {
  const counts = new Map<number, number>();
  let zero = 0;
  let denormal = 0;
  for (const value of sorted) {
    if (value === 0) zero++;
    else if (value < 2 ** -126) denormal++;
    else counts.set(binOf(value), (counts.get(binOf(value)) ?? 0) + 1);
  }
  return { zero, denormal, nonFinite, bins: [...counts].map(([bin, count]) => ({ bin, count })) };
}
