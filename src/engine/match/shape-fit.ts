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

/** Does the transform bring the reference's dims to the candidate's? */
export function holdsFor(
  transform: Transform,
  candidate: readonly number[],
  reference: readonly number[],
): boolean {
  if (transform.kind === 'none') return sameDims(candidate, reference);
  if (transform.kind === 'reshape') return elementCount(candidate) === elementCount(reference);
  const { axes } = transform;
  const isPermutation = axes.length === reference.length && new Set(axes).size === axes.length;
  return (
    isPermutation &&
    sameDims(
      axes.map((axis) => reference[axis] ?? -1),
      candidate,
    )
  );
}

const PERMUTED_RANK = 5;

/**
 * All ways in which the reference could be laid out as the candidate, likeliest first: as it is, the two usual
 * image layouts, every other permutation that the dims allow, and last the same elements in the same order. For
 * values to choose from, where dims alone (a square image) leave more than one.
 */
export function possibleTransforms(candidate: readonly number[], reference: readonly number[]): Transform[] {
  if (elementCount(candidate) !== elementCount(reference)) return [];
  const found: Transform[] = sameDims(candidate, reference) ? [{ kind: 'none' }] : [];
  if (candidate.length === reference.length && reference.length <= PERMUTED_RANK) {
    const usual = channelsMoved(candidate, reference);
    const all = [...(usual === undefined ? [] : [usual]), ...permutations(reference.length)];
    const seen = new Set([reference.map((_, axis) => axis).join()]);
    for (const axes of all) {
      const transform: Transform = { kind: 'permutation', axes };
      if (seen.has(axes.join()) || !holdsFor(transform, candidate, reference)) continue;
      seen.add(axes.join());
      found.push(transform);
    }
  }
  return found[0]?.kind === 'none' ? found : [...found, { kind: 'reshape' }];
}

function permutations(rank: number): number[][] {
  if (rank === 0) return [[]];
  return permutations(rank - 1).flatMap((axes) =>
    Array.from({ length: rank }, (_, place) => [...axes.slice(0, place), rank - 1, ...axes.slice(place)]),
  );
}

/** Axes with candidate[i] = reference[axes[i]] if the dims are all different, so that just one permutation fits. */
function onlyPermutation(candidate: readonly number[], reference: readonly number[]): number[] | undefined {
  if (new Set(reference).size !== reference.length) return channelsMoved(candidate, reference);
  const axes = candidate.map((dim) => reference.indexOf(dim));
  return axes.includes(-1) ? undefined : axes;
}

/** The two usual layouts in either direction, as far as they leave these dims as they are. */
export function usualTurns(dims: readonly number[]): Transform[] {
  if (dims.length < 3) return [];
  return layouts(dims.length)
    .map((axes): Transform => ({ kind: 'permutation', axes }))
    .filter((transform) => holdsFor(transform, dims, dims));
}

/** Channels from place 1 to the end, and back. */
function layouts(rank: number): number[][] {
  const spatial = Array.from({ length: rank - 2 }, (_, axis) => axis);
  return [
    [0, rank - 1, ...spatial.map((axis) => axis + 1)],
    [0, ...spatial.map((axis) => axis + 2), 1],
  ];
}

/** NCHW against NHWC where height and width are equal: the two usual layouts are tried by name. */
function channelsMoved(candidate: readonly number[], reference: readonly number[]): number[] | undefined {
  if (reference.length < 3) return undefined;
  return layouts(reference.length).find((axes) =>
    axes.every((from, to) => reference[from] === candidate[to]),
  );
}
