import { ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { coordinate } from './places.ts';
import { haveSameRange, relocation, repairEvidence } from './relocation.ts';

/** Slices of an axis that are told by number; more are cut. */
const SHOWN = 12;

/** Slices of one axis are those of the reference in another order: classes, heads, gates, shuffled channels. */
export function permutation(facts: ErrorFacts): Found | undefined {
  if (!haveSameRange(facts)) return undefined;
  for (let axis = 0; axis < facts.dims.length; axis++) {
    const length = facts.dims[axis] ?? 1;
    if (length < 2) continue;
    const order = orderOf(facts, axis);
    if (order === undefined) continue;
    const stride = facts.strides[axis] ?? 1;
    const source = (index: number): number => {
      const at = coordinate(index, facts.dims, facts.strides, axis);
      return index + ((order[at] ?? at) - at) * stride;
    };
    const moved = relocation(facts, source);
    if (moved === undefined) continue;
    const places = order.flatMap((from, at) => (from === at ? [] : [at]));
    // Each moved slice was looked for among all.
    const evidence = repairEvidence(facts, moved, facts.dims.length) - places.length * Math.log(length);
    if (evidence < ENOUGH) continue;
    return {
      kind: 'permutation',
      text: `the candidate holds the slices of axis ${axis} in another order: ${orderText(order, places)}; all ${moved.equal} elements equal then`,
      share: moved.repaired / facts.wrong,
      figures: { axis, order: order.slice(0, 256), moved: places.length },
      evidence,
    };
  }
  return undefined;
}

/**
 * For each slice of the candidate the slice of the reference that it may be, undefined where no order is possible.
 * Slices with wrong elements are put in the order of one weighted sum a slice, on both sides, and paired.
 */
function orderOf(facts: ErrorFacts, axis: number): number[] | undefined {
  const { wrong } = facts.along(axis);
  const moved = [...wrong.keys()].filter((slice) => (wrong[slice] ?? 0) > 0);
  if (moved.length < 2) return undefined;
  const sums = weightedSums(facts, axis);
  const by = (side: Float64Array): number[] =>
    [...moved].sort((a, b) => (side[a] ?? 0) - (side[b] ?? 0) || a - b);
  const from = by(sums.reference);
  const order = [...wrong.keys()];
  by(sums.candidate).forEach((slice, place) => {
    order[slice] = from[place] ?? slice;
  });
  return order;
}

function weightedSums(
  { dims, strides, candidate, reference, size }: ErrorFacts,
  axis: number,
): { readonly candidate: Float64Array; readonly reference: Float64Array } {
  const length = dims[axis] ?? 1;
  const stride = strides[axis] ?? 1;
  const sums = { candidate: new Float64Array(length), reference: new Float64Array(length) };
  for (let index = 0; index < size; index++) {
    const slice = Math.floor(index / stride) % length;
    const place = Math.floor(index / (stride * length)) * stride + (index % stride);
    // A Weyl sequence: weights that no rearrangement within a slice leaves alone.
    const weight = 1 + ((place * 0.618033988749895) % 1);
    const t = candidate[index] ?? 0;
    const r = reference[index] ?? 0;
    if (Number.isFinite(t)) sums.candidate[slice] = (sums.candidate[slice] ?? 0) + weight * t;
    if (Number.isFinite(r)) sums.reference[slice] = (sums.reference[slice] ?? 0) + weight * r;
  }
  return sums;
}

function orderText(order: readonly number[], places: readonly number[]): string {
  const [a, b] = places;
  if (places.length === 2 && a !== undefined && b !== undefined) return `${a} and ${b} are swapped`;
  const groups = shuffleGroups(order);
  if (groups !== undefined) return `a reshape to ${groups} × ${order.length / groups}, transposed`;
  const runs = runsOf(order);
  const shown = runs.slice(0, SHOWN).join(', ');
  return `its slices are the reference's ${shown}${runs.length > SHOWN ? ', …' : ''}`;
}

/** Places, and of neighbours that stayed together (the blocks of a joint projection) the first and the last. */
function runsOf(order: readonly number[]): string[] {
  const runs: { readonly first: number; last: number }[] = [];
  for (const from of order) {
    const run = runs.at(-1);
    if (run !== undefined && from === run.last + 1) run.last = from;
    else runs.push({ first: from, last: from });
  }
  return runs.flatMap(({ first, last }) =>
    last < first + 2 ? [...new Set([first, last])].map(String) : [`${first} to ${last}`],
  );
}

/** g where the order is that of [0, 1, …] reshaped to g × n/g and transposed: a channel shuffle, interleaved halves. */
function shuffleGroups(order: readonly number[]): number | undefined {
  const length = order.length;
  const step = order[1] ?? 0;
  if (step < 2 || length % step !== 0) return undefined;
  const groups = length / step;
  return order.every((from, at) => from === (at % groups) * step + Math.floor(at / groups))
    ? groups
    : undefined;
}
