import type { Pair } from './pair.ts';
import { holdsFor } from './shape-fit.ts';

/**
 * A recording in another layout than the candidate (NHWC) shows it in every shape but those that are the same in
 * both (a cube): those pairs follow the others of their rank, if these agree on one permutation.
 */
export function unifyLayouts(pairs: readonly Pair[]): readonly Pair[] {
  const votes = new Map<number, Map<string, { readonly axes: readonly number[]; count: number }>>();
  for (const { entry, transform } of pairs) {
    if (transform.kind !== 'permutation') continue;
    const rank = entry.dims.length;
    const ofRank = votes.get(rank) ?? new Map<string, { axes: readonly number[]; count: number }>();
    const vote = ofRank.get(transform.axes.join());
    if (vote === undefined) ofRank.set(transform.axes.join(), { axes: transform.axes, count: 1 });
    else vote.count++;
    votes.set(rank, ofRank);
  }
  const layouts = new Map<number, readonly number[]>();
  for (const [rank, ofRank] of votes) {
    const [only, second] = [...ofRank.values()];
    if (only === undefined || second !== undefined) continue;
    const { axes } = only;
    const against = pairs.filter(
      (pair) =>
        pair.entry.dims.length === rank && pair.transform.kind === 'none' && !isSameEitherWay(pair, axes),
    );
    if (against.length === 0) layouts.set(rank, axes);
  }
  if (layouts.size === 0) return pairs;
  return pairs.map((pair) => {
    const axes = layouts.get(pair.entry.dims.length);
    const follows = axes !== undefined && pair.transform.kind === 'none' && pair.rule !== 'map';
    return follows && isSameEitherWay(pair, axes)
      ? { ...pair, transform: { kind: 'permutation', axes } }
      : pair;
  });
}

function isSameEitherWay({ entry }: Pair, axes: readonly number[]): boolean {
  return holdsFor({ kind: 'permutation', axes }, entry.dims, entry.dims);
}
