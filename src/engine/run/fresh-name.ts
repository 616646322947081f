import type { Graph } from '../graph/index.ts';

/** A name that no value of the graph bears. */
export function freshName(graph: Graph, base: string): string {
  let name = base;
  while (graph.tensors.has(name)) name += '_';
  return name;
}
