/**
 * Compares tensors by the kernel, chunk by chunk: whatever the source, at most one chunk of each side is in memory
 * for it. Chunks end on tile boundaries, so a sum has the same bits however a tensor arrives.
 */
import type { SliceErrors, TensorComparison, ValueStats } from '../../shared/comparison.ts';
import { lowestOf } from '../../shared/dtype.ts';
import { LayerdiffError } from '../../shared/errors.ts';
import type { RangeReader } from '../tensor/index.ts';
import { elementCount } from '../tensor/index.ts';
import { comparisonFrom } from './comparison-from.ts';
import { readerOf, referenceReader } from './element-reader.ts';
import type { Kernel } from './kernel.ts';
import { CHUNK_BYTES, instantiateKernel } from './kernel.ts';
import { elementBytesOf, elementTypeOf, representationOf, ulpFormatOf } from './kernel-codes.ts';
import { rangeScale, withSumsOf } from './range-scale.ts';
import { canSlice } from './slice-axis.ts';
import { BLOCK_ELEMENTS, StateSlot } from './state-slot.ts';
import type { ReferenceTransform, TensorSource } from './tensor-source.ts';
import { valueStatsFrom } from './value-stats.ts';

export interface CompareOptions {
  /** Dims of the candidate, elements. */
  readonly dims: readonly number[];
  /** For the share `outside`; `atol` also guards `maxUlp`: differences up to it are not measured in ULP. */
  readonly atol: number;
  readonly rtol: number;
  /** Axis of the candidate for which `slices` is wanted; see `sliceAxisOf`. */
  readonly sliceAxis?: number | undefined;
  readonly transform?: ReferenceTransform;
  /** Dims of the reference; a permutation without them takes those that `dims` and `axes` imply. */
  readonly referenceDims?: readonly number[];
}

export interface ComparedTensors {
  readonly comparison: TensorComparison;
  /** Undefined unless `sliceAxis` was given, and where that axis has more than 65,536 slices or none. */
  readonly slices: SliceErrors | undefined;
}

/** Not re-entrant: a reader must not call the comparer that reads from it. */
export interface Comparer {
  /**
   * All metrics of the candidate against the reference in one pass. Any two comparable dtypes go together: values are
   * compared as they are, exactly; only a 64-bit integer beside a float, and the numbers reported of 64-bit integers
   * above 2^53, are rounded to float64 (whether two integers are equal never is).
   */
  readonly compare: (
    candidate: TensorSource,
    reference: TensorSource,
    options: CompareOptions,
  ) => ComparedTensors;
  /** Statistics of a tensor without a partner, with the same bits as in a comparison. */
  readonly stats: (source: TensorSource) => ValueStats;
  /** Memory for tensors: those that lie in it are measured without being copied. Up to 15 bytes after one are overwritten. */
  readonly room: Uint8Array<ArrayBuffer>;
}

/** The kernel is instantiated once and holds 2 MiB, for as many tensors as there are, and `roomBytes`. */
export function createComparer(roomBytes = 0): Comparer {
  const kernel = instantiateKernel(roomBytes);
  return {
    room: kernel.room,
    compare: (candidate, reference, options) => compare(kernel, candidate, reference, options),
    stats: (source) => stats(kernel, source),
  };
}

function compare(
  kernel: Kernel,
  candidate: TensorSource,
  reference: TensorSource,
  options: CompareOptions,
): ComparedTensors {
  const { dims, sliceAxis } = options;
  const count = elementCount(dims);
  const transform = options.transform ?? { kind: 'none' };
  const candidateSide = sideOf(kernel, candidate, readerOf(candidate, count), kernel.candidateChunk);
  const readReference = referenceReader(reference, dims, transform, options.referenceDims);
  const referenceSide =
    transform.kind === 'permutation'
      ? { read: readReference, elementBytes: elementBytesOf(reference.dtype), chunk: kernel.referenceChunk }
      : sideOf(kernel, reference, readReference, kernel.referenceChunk);
  const sliced = sliceAxis !== undefined && canSlice(dims, sliceAxis) ? sliceAxis : undefined;
  const slices = sliced === undefined ? 0 : (dims[sliced] ?? 0);
  const inner = sliced === undefined ? 1 : elementCount(dims.slice(sliced + 1));
  const measure = (scale: number): TensorComparison => {
    kernel.begin(
      elementTypeOf(candidate.dtype),
      elementTypeOf(reference.dtype),
      representationOf(candidate.dtype, reference.dtype),
      ulpFormatOf(candidate.dtype, reference.dtype),
      options.atol,
      options.rtol,
      lowestOf(candidate.dtype) * scale,
      lowestOf(reference.dtype) * scale,
      slices,
      inner,
      scale,
    );
    const bins = walk(kernel, candidateSide, referenceSide, count);
    return comparisonFrom(kernel.state, count, bins);
  };
  const comparison = measure(1);
  const measuredSlices =
    sliced === undefined
      ? undefined
      : {
          axis: sliced,
          maxAbs: kernel.sliceMaxAbs.slice(0, slices),
          maxReference: kernel.sliceMaxReference.slice(0, slices),
        };
  const scale = rangeScale(Math.max(comparison.candidate.maxAbs, comparison.reference.maxAbs));
  return {
    comparison: scale === 1 ? comparison : withSumsOf(comparison, measure(scale), scale),
    slices: measuredSlices,
  };
}

/** The tensor is compared with itself: one code path, hence the same bits, and still as fast as memory delivers. */
function stats(kernel: Kernel, source: TensorSource): ValueStats {
  const { dtype } = source;
  const size = elementBytesOf(dtype);
  const count = 'bytes' in source ? source.bytes.length / size : source.count;
  if (count === undefined) throw new LayerdiffError('bad-request', 'a reader without its number of elements');
  const type = elementTypeOf(dtype);
  kernel.begin(
    type,
    type,
    representationOf(dtype, dtype),
    ulpFormatOf(dtype, dtype),
    0,
    0,
    NaN,
    NaN,
    0,
    1,
    1,
  );
  const side = sideOf(kernel, source, readerOf(source, count), kernel.candidateChunk);
  walk(kernel, side, undefined, count);
  return valueStatsFrom(
    kernel.state,
    StateSlot.Candidate,
    StateSlot.CandidateSum,
    StateSlot.CandidateSquares,
    count,
  );
}

interface Side {
  readonly read: RangeReader;
  readonly elementBytes: number;
  /** Where elements are read to. */
  readonly chunk: Uint8Array;
  /** Address of the first element, where the tensor lies in the kernel's memory. */
  readonly address?: number | undefined;
}

function sideOf(kernel: Kernel, source: TensorSource, read: RangeReader, chunk: Uint8Array): Side {
  const isThere = 'bytes' in source && source.bytes.buffer === kernel.room.buffer;
  const address = isThere ? source.bytes.byteOffset : undefined;
  return { read, elementBytes: elementBytesOf(source.dtype), chunk, address };
}

/** Address of elements [start, start + count), which are read first where they are not in the kernel's memory. */
function addressOf({ read, elementBytes, chunk, address }: Side, start: number, count: number): number {
  if (address !== undefined) return address + start * elementBytes;
  read(start, count, chunk.subarray(0, count * elementBytes));
  return chunk.byteOffset;
}

/** The kernel counts bins in 32 bits. */
const DRAIN_EVERY = 2 ** 31;

/** Feeds both sides to the kernel, without a reference one side as both. @returns counts by bin. */
function walk(
  kernel: Kernel,
  candidate: Side,
  reference: Side | undefined,
  count: number,
): ReadonlyMap<number, number> {
  const bins = new Map<number, number>();
  const bytes = Math.max(candidate.elementBytes, reference?.elementBytes ?? 0);
  const chunk = Math.min(BLOCK_ELEMENTS, CHUNK_BYTES / bytes);
  try {
    for (let start = 0; start < count; start += chunk) {
      const length = Math.min(chunk, count - start);
      const candidates = addressOf(candidate, start, length);
      const references = reference === undefined ? candidates : addressOf(reference, start, length);
      kernel.measure(length, start, candidates, references);
      if ((start + chunk) % DRAIN_EVERY === 0) drain(kernel, bins);
    }
  } finally {
    // Also after a reader has failed: the next tensor must find the histogram empty.
    drain(kernel, bins);
  }
  kernel.end();
  return bins;
}

function drain(kernel: Kernel, bins: Map<number, number>): void {
  const pairs = kernel.drainHistogram();
  for (let pair = 0; pair < pairs; pair++) {
    const bin = kernel.histogramPairs[2 * pair] ?? 0;
    bins.set(bin, (bins.get(bin) ?? 0) + (kernel.histogramPairs[2 * pair + 1] ?? 0));
  }
}
