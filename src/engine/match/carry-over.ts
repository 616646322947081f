import type { Graph } from '../graph/index.ts';
import type { NameMatch } from './match.ts';

/**
 * A matching of the model as it was exported, for the graph that the runtime made of it: optimisation keeps the names
 * of the values that survive, while a fused node keeps the name of just one of its parts. So values pair by name, nodes
 * are known by what they make, and an entry whose value was fused away has rightly no counterpart.
 */
export function carryOver(match: NameMatch, original: Graph, optimized: Graph): NameMatch {
  const survives = (tensor: string): boolean =>
    optimized.tensors.has(tensor) && !optimized.initializers.has(tensor);
  const pairs = match.pairs.filter((pair) => survives(pair.tensor));
  const lost = match.pairs.filter((pair) => !survives(pair.tensor));
  const origin = optimized.nodes.map((node) => {
    const known = node.outputs
      .map((name) => original.tensors.get(name)?.producer)
      .filter((producer) => producer !== undefined);
    return known.at(-1);
  });
  const scopeOf = origin.map((node) => (node === undefined ? '' : (match.scopeOf[node] ?? '')));
  const callNodes = new Map<string, readonly number[]>();
  for (const [call, nodes] of match.callNodes) {
    const own = new Set(nodes);
    callNodes.set(
      call,
      optimized.nodes.flatMap(({ index }) => (own.has(origin[index] ?? -1) ? [index] : [])),
    );
  }
  return {
    ...match,
    pairs,
    folded: [...match.folded, ...lost.map(({ entry }) => ({ entry, into: 'a fused node' }))],
    scopeOf,
    callNodes,
  };
}
