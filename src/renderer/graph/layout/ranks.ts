import { groupBy, itemsOf } from './csr.ts';
import { EDGE, ROLE } from './layered-input.ts';
import type { LayeredInput } from './layered-input.ts';

/** Edges over more layers than this are drawn as two labelled stubs: as lines they would only be noise. */
const LONGEST = 40;

export interface Ranks {
  readonly count: number;
  /** Layer of each box; the edges that are routed go to a larger one. */
  readonly rank: Int32Array;
  readonly kind: Uint8Array;
}

/** Longest-path layers by Kahn's method. A cycle is cut at the box that comes first in execution order. */
export function ranks(input: LayeredInput): Ranks {
  const { count, from, to, role } = input;
  const isBack = new Uint8Array(from.length);
  const rank = longestPath(input, isBack);
  const bottom = rank.reduce(
    (most, one, box) => (role[box] === ROLE.bottom ? most : Math.max(most, one + 1)),
    0,
  );
  for (let box = 0; box < count; box++) if (role[box] === ROLE.bottom) rank[box] = bottom;
  pullConstants(input, rank, isBack);
  const kind = new Uint8Array(from.length);
  for (let edge = 0; edge < from.length; edge++) {
    const span = (rank[to[edge] ?? 0] ?? 0) - (rank[from[edge] ?? 0] ?? 0);
    if (span > LONGEST || span < 1) kind[edge] = EDGE.stub;
  }
  return { count: rank.reduce((most, one) => Math.max(most, one + 1), 0), rank, kind };
}

function longestPath({ count, from, to, role, order }: LayeredInput, isBack: Uint8Array): Int32Array {
  const out = groupBy(from, count);
  const into = groupBy(to, count);
  const waiting = Int32Array.from(
    { length: count },
    (_, box) => (into.start[box + 1] ?? 0) - (into.start[box] ?? 0),
  );
  const rank = new Int32Array(count);
  const isDone = new Uint8Array(count);
  const queue: number[] = [];
  const byOrder = Array.from({ length: count }, (_, box) => box);
  byOrder.sort((one, other) => (order[one] ?? 0) - (order[other] ?? 0) || one - other);
  const hasTop = role.includes(ROLE.top);
  for (const box of byOrder) {
    if (hasTop && role[box] !== ROLE.top) rank[box] = 1;
    if (waiting[box] === 0) queue.push(box);
  }
  let head = 0;
  for (const first of byOrder) {
    if (isDone[first] === 0 && head === queue.length) {
      for (let at = into.start[first] ?? 0; at < (into.start[first + 1] ?? 0); at++) {
        const edge = into.item[at] ?? 0;
        if (isDone[from[edge] ?? 0] === 0) isBack[edge] = 1;
      }
      queue.push(first);
    }
    for (; head < queue.length; head++) {
      const box = queue[head] ?? 0;
      if (isDone[box] === 1) continue;
      isDone[box] = 1;
      for (let at = out.start[box] ?? 0; at < (out.start[box + 1] ?? 0); at++) {
        const edge = out.item[at] ?? 0;
        const reader = to[edge] ?? 0;
        if (isDone[reader] === 1) continue;
        rank[reader] = Math.max(rank[reader] ?? 0, (rank[box] ?? 0) + 1);
        waiting[reader] = (waiting[reader] ?? 0) - 1;
        if (waiting[reader] === 0) queue.push(reader);
      }
    }
  }
  return rank;
}

/** What no input reaches (constants and what is computed of them) stands as low as its readers allow, next to them. */
function pullConstants({ count, from, to, role }: LayeredInput, rank: Int32Array, isBack: Uint8Array): void {
  const out = groupBy(from, count);
  const deepest = rank.reduce((most, one) => Math.max(most, one), 0);
  const byRank = groupBy(rank, deepest + 1).item;
  const isFed = Uint8Array.from(role, (one) => (one === ROLE.top || one === ROLE.input ? 1 : 0));
  for (const box of byRank) {
    if (isFed[box] === 0) continue;
    for (const edge of itemsOf(out, box)) if (isBack[edge] === 0) isFed[to[edge] ?? 0] = 1;
  }
  for (let at = count - 1; at >= 0; at--) {
    const box = byRank[at] ?? 0;
    if (isFed[box] === 1 || role[box] === ROLE.bottom) continue;
    let lowest = Infinity;
    for (const edge of itemsOf(out, box)) {
      const reader = to[edge] ?? 0;
      if (isBack[edge] === 0 && role[reader] !== ROLE.bottom)
        lowest = Math.min(lowest, (rank[reader] ?? 0) - 1);
    }
    if (lowest < Infinity) rank[box] = Math.max(rank[box] ?? 0, lowest);
  }
}
