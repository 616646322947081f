import type { Graph } from '../graph/index.ts';
import type { ScopeStep } from './scopes.ts';

/** Nodes that make constants say nothing about when a module runs; the exporter may have moved them. */
const CONSTANT_OPS = new Set(['Constant', 'ConstantOfShape']);

/** Nodes (execution order) of each module, all its calls together. */
export function nodesByModule(
  graph: Graph,
  chains: readonly (readonly ScopeStep[])[],
): Map<string, number[]> {
  const modules = new Map<string, number[]>();
  for (const node of graph.nodes) {
    if (CONSTANT_OPS.has(node.opType)) continue;
    for (const path of new Set((chains[node.index] ?? []).map((step) => step.path))) {
      const list = modules.get(path);
      if (list === undefined) modules.set(path, [node.index]);
      else list.push(node.index);
    }
  }
  return modules;
}

/**
 * The nodes of a module that runs several times, one list a call, in execution order; undefined where they cannot be
 * told apart. In this order: the exporter's own marks, a repeating pattern of operators, runs of adjacent nodes.
 * @param calls how often the dump saw the module run.
 */
export function splitCalls(
  graph: Graph,
  chains: readonly (readonly ScopeStep[])[],
  path: string,
  nodes: readonly number[],
  calls: number,
): readonly (readonly number[])[] | undefined {
  if (calls === 1) return [nodes];
  return byPattern(graph, nodes, calls) ?? byMark(chains, path, nodes, calls) ?? byRuns(nodes, calls);
}

function byMark(
  chains: readonly (readonly ScopeStep[])[],
  path: string,
  nodes: readonly number[],
  calls: number,
): number[][] | undefined {
  const groups = new Map<number, number[]>();
  for (const node of nodes) {
    const mark = chains[node]?.find((step) => step.path === path)?.reuse ?? 0;
    const group = groups.get(mark);
    if (group === undefined) groups.set(mark, [node]);
    else group.push(node);
  }
  if (groups.size !== calls) return undefined;
  return [...groups.entries()].sort(([a], [b]) => a - b).map(([, group]) => group);
}

function byPattern(graph: Graph, nodes: readonly number[], calls: number): number[][] | undefined {
  if (nodes.length === 0 || nodes.length % calls !== 0) return undefined;
  const size = nodes.length / calls;
  const chunks = Array.from({ length: calls }, (_, call) => nodes.slice(call * size, (call + 1) * size));
  const signature = (chunk: readonly number[]): string =>
    chunk.map((node) => graph.nodes[node]?.opType ?? '').join(' ');
  const first = signature(chunks[0] ?? []);
  return chunks.every((chunk) => signature(chunk) === first) ? chunks : undefined;
}

function byRuns(nodes: readonly number[], calls: number): number[][] | undefined {
  const runs: number[][] = [];
  for (const node of nodes) {
    const run = runs.at(-1);
    if (run !== undefined && node === (run.at(-1) ?? -2) + 1) run.push(node);
    else runs.push([node]);
  }
  return runs.length === calls ? runs : undefined;
}
