import type { Graph } from '../graph/index.ts';

/** The nodes between paired tensors that make one tensor: what the fed run judges alone. */
export interface Stretch {
  readonly tensor: string;
  /** In execution order. */
  readonly nodes: readonly number[];
  /** Exact values it starts from: fed edges and model inputs, each once. */
  readonly boundary: readonly string[];
}

/** Whether consumer `node` reads an exact reference value for its input `name`. */
export type IsFed = (node: number, name: string) => boolean;

/** Walks back from the tensor to the fed edges. */
export function stretchOf(graph: Graph, tensor: string, isFed: IsFed): Stretch {
  const nodes = new Set<number>();
  const boundary = new Set<string>();
  const producer = graph.tensors.get(tensor)?.producer;
  const waiting = producer === undefined ? [] : [producer];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (nodes.has(index)) continue;
    nodes.add(index);
    const node = graph.nodes[index];
    for (const name of [...(node?.inputs ?? []), ...(node?.captured ?? [])]) {
      const input = graph.tensors.get(name);
      if (input === undefined || graph.initializers.has(name)) continue;
      if (isFed(index, name) || input.producer === undefined) boundary.add(name);
      else waiting.push(input.producer);
    }
  }
  return { tensor, nodes: [...nodes].sort((a, b) => a - b), boundary: [...boundary] };
}
