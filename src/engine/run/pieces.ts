import type { Graph } from '../graph/index.ts';
import type { Plan, Segment } from './plan.ts';

/**
 * Cuts a plan into plans that can run in any order, or at the same time: between two of them no value is handed over,
 * because every consumer reads something else instead (`isReplaced`).
 */
export function independentPieces(
  graph: Graph,
  plan: Plan,
  isReplaced: (node: number, name: string) => boolean,
): Plan[] {
  const madeBy = new Map<string, number>();
  plan.segments.forEach((segment, index) => segment.carriedOut.forEach((name) => madeBy.set(name, index)));
  const needed = plan.segments.map((segment) => neededReads(graph, segment, isReplaced));
  // The earliest segment that this one or a later one still needs something of.
  let earliest = Infinity;
  const starts: number[] = [];
  for (let index = plan.segments.length - 1; index >= 0; index--) {
    for (const name of needed[index] ?? []) earliest = Math.min(earliest, madeBy.get(name) ?? Infinity);
    if (earliest >= index) starts.unshift(index);
  }
  return starts.map((start, piece) => {
    const segments = plan.segments.slice(start, starts[piece + 1]);
    const carried = new Set(needed.slice(start, starts[piece + 1]).flat());
    return {
      segments: segments.map((segment) => ({
        ...segment,
        carriedOut: segment.carriedOut.filter((name) => carried.has(name)),
      })),
      overBudget: plan.overBudget,
    };
  });
}

/** Values from outside that some node of the segment still reads. */
export function neededReads(
  graph: Graph,
  segment: Segment,
  isReplaced: (node: number, name: string) => boolean,
): string[] {
  const used = new Set<string>();
  for (const index of segment.nodes) {
    const node = graph.nodes[index];
    for (const name of [...(node?.inputs ?? []), ...(node?.captured ?? [])])
      if (!isReplaced(index, name)) used.add(name);
  }
  return segment.reads.filter((name) => used.has(name));
}
