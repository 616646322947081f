import { groupBy } from './csr.ts';
import type { Grouped } from './csr.ts';
import { EDGE } from './layered-input.ts';
import type { LayeredInput } from './layered-input.ts';
import type { Ranks } from './ranks.ts';

/**
 * Boxes and bends, layer by layer, and the segments between neighbouring layers. All edges that leave one box share its
 * trunk: one bend a layer, however many readers, so that a tensor that feeds every block costs what one long edge costs.
 */
export interface Vertices {
  /** Boxes first, then bends. */
  readonly count: number;
  readonly rank: Int32Array;
  /** Box that a vertex is, or whose trunk it belongs to. */
  readonly box: Int32Array;
  /** By vertex: segments that leave it downward, and that reach it from above. */
  readonly down: Grouped;
  readonly up: Grouped;
  readonly upper: Int32Array;
  readonly lower: Int32Array;
  /** One edge that runs over the segment's first end, and over its last: for where exactly it leaves and enters. */
  readonly fromDx: Float32Array;
  readonly toDx: Float32Array;
  /** First bend of each box's trunk, −1 where it has none; the next ones follow it. */
  readonly trunk: Int32Array;
}

export function vertices(input: LayeredInput, { rank, kind }: Ranks): Vertices {
  const { count, from, to } = input;
  const reach = new Int32Array(count);
  for (let edge = 0; edge < from.length; edge++) {
    if (kind[edge] !== EDGE.routed) continue;
    const maker = from[edge] ?? 0;
    reach[maker] = Math.max(reach[maker] ?? 0, (rank[to[edge] ?? 0] ?? 0) - (rank[maker] ?? 0) - 1);
  }
  const trunk = new Int32Array(count).fill(-1);
  let total = count;
  for (let box = 0; box < count; box++) {
    if ((reach[box] ?? 0) === 0) continue;
    trunk[box] = total;
    total += reach[box] ?? 0;
  }
  const allRanks = new Int32Array(total);
  const boxes = new Int32Array(total);
  const upper: number[] = [];
  const lower: number[] = [];
  const fromDx: number[] = [];
  const toDx: number[] = [];
  for (let box = 0; box < count; box++) {
    allRanks[box] = rank[box] ?? 0;
    boxes[box] = box;
  }
  const isTrunkTied = new Uint8Array(count);
  for (let edge = 0; edge < from.length; edge++) {
    if (kind[edge] !== EDGE.routed) continue;
    const maker = from[edge] ?? 0;
    const reader = to[edge] ?? 0;
    const bends = (rank[reader] ?? 0) - (rank[maker] ?? 0) - 1;
    const first = trunk[maker] ?? 0;
    upper.push(bends === 0 ? maker : first + bends - 1);
    lower.push(reader);
    fromDx.push(bends === 0 ? (input.fromDx[edge] ?? 0) : 0);
    toDx.push(input.toDx[edge] ?? 0);
    if (bends === 0 || isTrunkTied[maker] === 1) continue;
    isTrunkTied[maker] = 1;
    for (let bend = 0; bend < (reach[maker] ?? 0); bend++) {
      allRanks[first + bend] = (rank[maker] ?? 0) + 1 + bend;
      boxes[first + bend] = maker;
      upper.push(bend === 0 ? maker : first + bend - 1);
      lower.push(first + bend);
      fromDx.push(bend === 0 ? (input.fromDx[edge] ?? 0) : 0);
      toDx.push(0);
    }
  }
  return {
    count: total,
    rank: allRanks,
    box: boxes,
    down: groupBy(upper, total),
    up: groupBy(lower, total),
    upper: Int32Array.from(upper),
    lower: Int32Array.from(lower),
    fromDx: Float32Array.from(fromDx),
    toDx: Float32Array.from(toDx),
    trunk,
  };
}
