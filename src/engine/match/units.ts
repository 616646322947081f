import type { Graph } from '../graph/index.ts';
import { madeValues } from './boundary.ts';
import type { GroupKind } from './node-groups.ts';
import { findGroups } from './node-groups.ts';

/** Nodes that may be one module: a node alone or a group that stands for one operator. */
export interface Unit {
  readonly kind: GroupKind | undefined;
  readonly opType: string;
  readonly nodes: readonly number[];
  /** Its value: what the last node makes first. */
  readonly tensor: string;
  /** Module whose weights it reads, where they were found by value. */
  readonly owner: string | undefined;
}

const MOVING = new Set(['Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Identity', 'Cast']);

/** Every unit of the graph, ordered by its last node; nodes inside a group are no unit of their own. */
export function unitsOf(graph: Graph, ownerOf: (initializer: string) => string | undefined): Unit[] {
  const groups = findGroups(graph);
  const ends = new Map(groups.map((group) => [group.nodes.at(-1) ?? -1, group]));
  const inside = new Set(groups.flatMap((group) => group.nodes.slice(0, -1)));
  const units: Unit[] = [];
  for (const node of graph.nodes) {
    const [tensor] = node.outputs;
    if (inside.has(node.index) || tensor === undefined) continue;
    const group = ends.get(node.index);
    const nodes = group?.nodes ?? [node.index];
    units.push({
      kind: group?.kind,
      opType: node.opType,
      nodes,
      tensor,
      owner: ownerOfNodes(graph, nodes, ownerOf),
    });
  }
  return units;
}

/** The module that owns what the nodes read. Weights of two modules in one unit say nothing about either. */
function ownerOfNodes(
  graph: Graph,
  nodes: readonly number[],
  ownerOf: (initializer: string) => string | undefined,
): string | undefined {
  const owners = new Map<string, number>();
  for (const node of nodes) {
    for (const name of graph.nodes[node]?.inputs ?? []) {
      const owner = graph.initializers.has(name) ? ownerOf(name) : undefined;
      if (owner === undefined) continue;
      // A matrix tells modules apart; vectors of ones and zeros do not.
      const rank = graph.initializers.get(name)?.tensor.dims.length ?? 0;
      owners.set(owner, Math.max(owners.get(owner) ?? 0, rank));
    }
  }
  const telling = [...owners].filter(([, rank]) => rank >= 2);
  const [first, second] = telling.length > 0 ? telling : [...owners];
  return second === undefined ? first?.[0] : undefined;
}

/** Follows values that only change shape or place, forward, as long as nothing else reads them. */
export function withRearranging(graph: Graph, nodes: readonly number[]): number[] {
  const all = [...nodes];
  const queue = madeValues(graph, nodes);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const tensor = graph.tensors.get(name);
    const [reader] = tensor?.consumers ?? [];
    const node = reader === undefined ? undefined : graph.nodes[reader];
    if (tensor === undefined || tensor.consumers.length !== 1 || node === undefined) continue;
    if (!MOVING.has(node.opType) || all.includes(node.index)) continue;
    all.push(node.index);
    queue.push(...madeValues(graph, [node.index]));
  }
  return all.sort((a, b) => a - b);
}

/** The value and what it was before it was only moved. */
export function sourcesOf(graph: Graph, name: string): string[] {
  const sources = [name];
  for (let at = name; ;) {
    const producer = graph.tensors.get(at)?.producer;
    const node = producer === undefined ? undefined : graph.nodes[producer];
    const [source] = node?.inputs ?? [];
    if (node === undefined || source === undefined || !MOVING.has(node.opType)) return sources;
    sources.push(source);
    at = source;
  }
}
