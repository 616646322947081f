import type { Graph, TensorFacts } from '../graph/index.ts';

type Facts = ReadonlyMap<string, TensorFacts>;

export interface PromptReach {
  /** The first node whose output has another shape. */
  readonly firstMismatch: string | undefined;
  /** Nodes that read a tensor of another shape and make one of the same shape. */
  readonly reductions: readonly { readonly node: string; readonly opType: string; readonly tensor: string }[];
  readonly outputs: ReadonlySet<string>;
}

/** What reads a shape only, and passes no value on. */
const SHAPE_ONLY = new Set(['Shape', 'Size']);

/** More are not worth a line each. */
const MOST_REDUCTIONS = 8;

/**
 * Follows a prompt through the graph, to where its length goes and to the outputs that it can reach.
 * @param before, after types of all values with the prompt as it is, and with the recorded one.
 */
export function promptReach(graph: Graph, prompt: string, before: Facts, after: Facts): PromptReach {
  const reached = new Set([prompt]);
  const other = new Set<string>();
  if (isOther(prompt, before, after)) other.add(prompt);
  let firstMismatch: string | undefined;
  const reductions: PromptReach['reductions'][number][] = [];
  for (const node of graph.nodes) {
    const reads = [...node.inputs, ...node.captured];
    if (SHAPE_ONLY.has(node.opType) || !reads.some((name) => reached.has(name))) continue;
    const isBehind = reads.some((name) => other.has(name));
    for (const name of node.outputs) {
      reached.add(name);
      if (isOther(name, before, after)) {
        other.add(name);
        firstMismatch ??= node.name;
      } else if (isBehind && reductions.length < MOST_REDUCTIONS)
        reductions.push({ node: node.name, opType: node.opType, tensor: name });
    }
  }
  return { firstMismatch, reductions, outputs: new Set(graph.outputs.filter((name) => reached.has(name))) };
}

function isOther(name: string, before: Facts, after: Facts): boolean {
  const [own, theirs] = [before.get(name)?.dims, after.get(name)?.dims];
  if (own === undefined || theirs === undefined) return false;
  return own.length !== theirs.length || own.some((dim, axis) => dim !== theirs[axis]);
}
