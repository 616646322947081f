import type { ComparableDtype } from '../../shared/dtype.ts';
import { isComparableDtype } from '../../shared/dtype.ts';
import type { Measured } from '../diagnose/index.ts';
import type { Dump, DumpEntry } from '../dump/index.ts';
import type { Transform } from '../match/index.ts';
import { fitDims } from '../match/index.ts';
import type { ComparedTensors, Comparer, TensorSource } from '../metric/index.ts';
import { defaultTolerance, sliceAxisOf } from '../metric/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { permuteTensor } from '../tensor/index.ts';
import type { Ignored } from './ignored.ts';
import { whileIgnoring } from './ignored.ts';
import { readEntry } from './read-entry.ts';

/** What a candidate tensor is measured against, and how. Plain data: it crosses to another thread. */
export interface Measuring {
  /** Key of its primary entry; undefined: statistics only. */
  readonly entry: string | undefined;
  readonly transform: Transform;
  readonly withSlices: boolean;
  readonly atol: number | undefined;
  readonly rtol: number | undefined;
  /** Positions that are left out. */
  readonly ignored?: Ignored | undefined;
}

export const STATISTICS_ONLY: Measuring = {
  entry: undefined,
  transform: { kind: 'none' },
  withSlices: false,
  atol: undefined,
  rtol: undefined,
};

/**
 * One candidate tensor against its entry; its statistics where it has none of a dtype and size that compare.
 * @param loaded the entry's values brought to the candidate's type and layout, where they are in memory already.
 */
export function measure(
  comparer: Comparer,
  dump: Dump,
  tensor: Tensor,
  entry: DumpEntry | undefined,
  how: Measuring,
  loaded?: Tensor,
): Measured | undefined {
  const { dtype, dims } = tensor;
  if (!isComparableDtype(dtype)) return undefined;
  const type = { dtype, dims };
  const source = { dtype, bytes: tensor.bytes };
  const transform = entry === undefined ? undefined : fitDims(dims, entry.dims);
  if (entry === undefined || transform === undefined || !isComparableDtype(entry.dtype)) {
    return { type, stats: comparer.stats(source), comparison: undefined, slices: undefined };
  }
  const tolerance = defaultTolerance(dtype, entry.dtype);
  const isVerbatim = how.transform.kind !== 'permutation' && loaded?.dtype === entry.dtype;
  const reference = isVerbatim ? { dtype: entry.dtype, bytes: loaded.bytes } : entrySource(dump, entry);
  const compared = (): ComparedTensors =>
    comparer.compare(source, reference, {
      dims,
      atol: how.atol ?? tolerance.atol,
      rtol: how.rtol ?? tolerance.rtol,
      transform: how.transform.kind === 'permutation' ? how.transform : transform,
      referenceDims: entry.dims,
      ...(how.withSlices ? { sliceAxis: sliceAxisOf(dims) } : {}),
    });
  const { comparison, slices } =
    how.ignored === undefined
      ? compared()
      : whileIgnoring(tensor, laidOver(dump, entry, how.transform, dims), how.ignored, compared);
  return { type, stats: comparison.candidate, comparison, slices };
}

/** The entry's values in the candidate's layout. */
function laidOver(dump: Dump, entry: DumpEntry, transform: Transform, dims: readonly number[]): Tensor {
  const whole = readEntry(dump, entry);
  return { ...(transform.kind === 'permutation' ? permuteTensor(whole, transform.axes) : whole), dims };
}

/** Values of an entry, read from disk as the comparison asks for them. */
export function entrySource(dump: Dump, entry: DumpEntry): TensorSource {
  return {
    dtype: entry.dtype as ComparableDtype,
    read: (start, count, target) => dump.read(entry, start, count, target),
  };
}
