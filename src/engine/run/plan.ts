import { DTYPES } from '../../shared/dtype.ts';
import type { Graph, GraphNode, TensorFacts } from '../graph/index.ts';
import { elementCount } from '../tensor/index.ts';

/** A run of nodes executed together; `carriedOut` are the values that later segments read. */
export interface Segment {
  readonly nodes: readonly number[];
  /** Values made by earlier segments (or fed as model inputs) that this one reads. */
  readonly reads: readonly string[];
  /** Values made here that a later segment reads. */
  readonly carriedOut: readonly string[];
  /** Bytes of everything made here, as far as shapes are known. */
  readonly bytes: number;
}

export interface Plan {
  readonly segments: readonly Segment[];
  /** A single node, or values that cannot be handed over, need more than the budget: the segment is larger. */
  readonly overBudget: readonly number[];
}

/** Bytes of one value; 0 where its shape is unknown (learned when the runtime allocates it). */
export function bytesOfFacts(facts: TensorFacts | undefined): number {
  if (facts?.dtype === undefined || facts.dims === undefined) return 0;
  return elementCount(facts.dims) * DTYPES[facts.dtype].bytes;
}

/**
 * Cuts the execution order into segments whose values fit the budget. A cut never crosses a value that the runtime
 * cannot hand out (a sequence, int4 …): such a value's maker and readers stay together.
 * @param budget bytes for the values made in one segment.
 * @param runs which nodes are executed at all.
 * @param cutAfter nodes behind which a segment ends, wherever a cut is allowed there.
 */
export function planSegments(
  graph: Graph,
  facts: ReadonlyMap<string, TensorFacts>,
  budget: number,
  runs: (node: number) => boolean = () => true,
  cutAfter: ReadonlySet<number> = new Set(),
): Plan {
  const nodes = graph.nodes.filter((node) => runs(node.index));
  const glued = gluedAfter(graph, facts);
  const groups: number[][] = [];
  const overBudget: number[] = [];
  let current: number[] = [];
  let bytes = 0;
  let start = 0;
  while (start < nodes.length) {
    // The smallest piece that may stand alone: up to the next place where a cut is allowed.
    let end = start + 1;
    while (end < nodes.length && isGlued(glued, nodes[end - 1], nodes[end])) end++;
    const piece = nodes.slice(start, end);
    const pieceBytes = piece.reduce((sum, node) => sum + bytesOfNode(graph, facts, node), 0);
    if (current.length > 0 && bytes + pieceBytes > budget) {
      groups.push(current);
      current = [];
      bytes = 0;
    }
    if (pieceBytes > budget) overBudget.push(nodes[start]?.index ?? start);
    current.push(...piece.map((node) => node.index));
    bytes += pieceBytes;
    start = end;
    if (cutAfter.has(nodes[end - 1]?.index ?? -1)) {
      groups.push(current);
      current = [];
      bytes = 0;
    }
  }
  if (current.length > 0) groups.push(current);
  return { segments: describe(graph, facts, groups), overBudget };
}

/** An unfetchable value lives across the gap between the two nodes. */
function isGlued(
  glued: readonly boolean[],
  before: GraphNode | undefined,
  after: GraphNode | undefined,
): boolean {
  return glued.slice(before?.index ?? 0, after?.index ?? 0).some(Boolean);
}

/** The runtime holds a segment's weights up to three times: in the sub-model's bytes, as tensors, packed for its kernels. */
const WEIGHT_COPIES = 3;

/** What a node adds to its segment: the values it makes and its share of copied weights. */
function bytesOfNode(graph: Graph, facts: ReadonlyMap<string, TensorFacts>, node: GraphNode): number {
  const made = node.outputs.reduce((sum, name) => sum + bytesOfFacts(facts.get(name)), 0);
  const weights = node.inputs.filter((name) => graph.initializers.has(name));
  return made + WEIGHT_COPIES * weights.reduce((sum, name) => sum + bytesOfFacts(facts.get(name)), 0);
}

/** `glued[i]`: no cut between node i and node i + 1, because an unfetchable value lives across. */
function gluedAfter(graph: Graph, facts: ReadonlyMap<string, TensorFacts>): boolean[] {
  const change = new Array<number>(graph.nodes.length + 1).fill(0);
  for (const tensor of graph.tensors.values()) {
    if (tensor.producer === undefined || facts.get(tensor.name)?.unfetchable === undefined) continue;
    const last = tensor.consumers.at(-1);
    if (last === undefined || last <= tensor.producer) continue;
    change[tensor.producer] = (change[tensor.producer] ?? 0) + 1;
    change[last] = (change[last] ?? 0) - 1;
  }
  let live = 0;
  return graph.nodes.map((_, index) => (live += change[index] ?? 0) > 0);
}

function describe(
  graph: Graph,
  facts: ReadonlyMap<string, TensorFacts>,
  groups: readonly (readonly number[])[],
): Segment[] {
  return groups.map((nodes): Segment => {
    const own = new Set(nodes);
    const reads = new Set<string>();
    const carriedOut = new Set<string>();
    let bytes = 0;
    for (const index of nodes) {
      const node = graph.nodes[index];
      for (const name of [...(node?.inputs ?? []), ...(node?.captured ?? [])]) {
        const tensor = graph.tensors.get(name);
        if (name === '' || graph.initializers.has(name) || tensor === undefined) continue;
        if (tensor.producer === undefined || !own.has(tensor.producer)) reads.add(name);
      }
      for (const name of node?.outputs ?? []) {
        bytes += bytesOfFacts(facts.get(name));
        if (graph.tensors.get(name)?.consumers.some((consumer) => !own.has(consumer)) === true)
          carriedOut.add(name);
      }
    }
    return { nodes, reads: [...reads], carriedOut: [...carriedOut], bytes };
  });
}
