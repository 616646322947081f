import type { Graph } from '../graph/index.ts';

/** Values made inside the set of nodes and read outside it, or graph outputs. In execution order. */
export function leavingValues(graph: Graph, nodes: readonly number[]): string[] {
  const own = new Set(nodes);
  const leaving: string[] = [];
  for (const index of nodes) {
    for (const name of graph.nodes[index]?.outputs ?? []) {
      const tensor = graph.tensors.get(name);
      if (tensor === undefined) continue;
      if (tensor.isOutput || tensor.consumers.some((consumer) => !own.has(consumer))) leaving.push(name);
    }
  }
  return leaving;
}

/** All values made inside. */
export function madeValues(graph: Graph, nodes: readonly number[]): string[] {
  return nodes.flatMap((index) => graph.nodes[index]?.outputs ?? []).filter((name) => name !== '');
}

/** Values read inside and made outside, weights and constants aside. In order of first use. */
export function enteringValues(graph: Graph, nodes: readonly number[]): string[] {
  const own = new Set(nodes);
  const entering = new Set<string>();
  for (const index of nodes) {
    const node = graph.nodes[index];
    for (const name of [...(node?.inputs ?? []), ...(node?.captured ?? [])]) {
      const tensor = graph.tensors.get(name);
      if (tensor === undefined || graph.initializers.has(name)) continue;
      if (tensor.producer === undefined) entering.add(name);
      else if (!own.has(tensor.producer) && !isConstant(graph, tensor.producer)) entering.add(name);
    }
  }
  return [...entering];
}

function isConstant(graph: Graph, node: number): boolean {
  const producer = graph.nodes[node];
  return (
    producer?.opType === 'Constant' ||
    (producer?.opType === 'Identity' && graph.initializers.has(producer.inputs[0] ?? ''))
  );
}
