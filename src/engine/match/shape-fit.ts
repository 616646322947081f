import type { Dtype } from '../../shared/dtype.ts';
import { DTYPES } from '../../shared/dtype.ts';
import type { TensorFacts } from '../graph/index.ts';
import { elementCount, sameDims } from '../tensor/index.ts';
import type { Transform } from './pair.ts';

export interface Shaped {
  readonly dtype: Dtype;
  readonly dims: readonly number[];
}

/**
 * How the reference's shape becomes the candidate's, by shape alone; undefined where it cannot. Dims unknown before
 * the run fit anything. A permutation is only claimed where the dims leave one choice; values confirm it later.
 */
export function fitShape(candidate: TensorFacts | undefined, reference: Shaped): Transform | undefined {
  if (candidate === undefined) return undefined;
  if (candidate.dtype !== undefined && DTYPES[candidate.dtype].kind !== DTYPES[reference.dtype].kind)
    return undefined;
  return candidate.dims === undefined ? { kind: 'none' } : fitDims(candidate.dims, reference.dims);
}

export function fitDims(candidate: readonly number[], reference: readonly number[]): Transform | undefined {
  if (sameDims(candidate, reference)) return { kind: 'none' };
  if (elementCount(candidate) !== elementCount(reference)) return undefined;
  const squeeze = (dims: readonly number[]): number[] => dims.filter((dim) => dim !== 1);
  if (sameDims(squeeze(candidate), squeeze(reference))) return { kind: 'reshape' };
  const axes = candidate.length === reference.length ? onlyPermutation(candidate, reference) : undefined;
  return axes === undefined ? { kind: 'reshape' } : { kind: 'permutation', axes };
}

/** Axes with candidate[i] = reference[axes[i]] if the dims are all different, so that just one permutation fits. */
function onlyPermutation(candidate: readonly number[], reference: readonly number[]): number[] | undefined {
  if (new Set(reference).size !== reference.length) return channelsMoved(candidate, reference);
  const axes = candidate.map((dim) => reference.indexOf(dim));
  return axes.includes(-1) ? undefined : axes;
}

/** NCHW against NHWC where height and width are equal: the two usual layouts are tried by name. */
function channelsMoved(candidate: readonly number[], reference: readonly number[]): number[] | undefined {
  const rank = reference.length;
  if (rank < 3) return undefined;
  const toLast = [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1];
  const toFirst = [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 1)];
  return [toLast, toFirst].find((axes) => axes.every((from, to) => reference[from] === candidate[to]));
}
