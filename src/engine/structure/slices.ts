import { contrast } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { IndexSet } from './index-set.ts';
import { indexSet } from './index-set.ts';
import { NEARLY_ALL } from './overlap.ts';

/** The slices of one axis that hold nearly all wrong elements. */
export interface Slices extends IndexSet {
  readonly axis: number;
  readonly members: readonly number[];
  readonly length: number;
  /** Wrong elements in them, and elements that could be wrong. */
  readonly both: number;
  readonly inside: number;
  /** In nats, less the cost of choosing the slices from the data. */
  readonly evidence: number;
}

/** A slice with less of the error than this part of the fullest one is an outlier, not a member. */
const OUTLIER = 0.05;

export function slicesOf(facts: ErrorFacts, axis: number): Slices | undefined {
  const length = facts.dims[axis] ?? 1;
  if (length < 2) return undefined;
  const { wrong, active } = facts.along(axis);
  const least = OUTLIER * wrong.reduce((most, count) => Math.max(most, count), 0);
  const members: number[] = [];
  let [both, inside] = [0, 0];
  wrong.forEach((count, index) => {
    if (count === 0 || count < least) return;
    members.push(index);
    both += count;
    inside += active[index] ?? 0;
  });
  if (members.length === 0 || members.length === length || both < NEARLY_ALL * facts.wrong) return undefined;
  const set = indexSet(members, length);
  if (!set.isPlain) return undefined;
  const nats = contrast({ total: facts.active, wrong: facts.wrong, inside, both });
  return { ...set, axis, members, length, both, inside, evidence: nats - set.cost };
}
