import type { Attribute, OnnxTensor } from '../onnx/index.ts';
import type { Graph, GraphNode } from './graph.ts';

const RANDOM = /^(Random(Normal|Uniform)(Like)?|Multinomial|Bernoulli)$/;

/** Indices of the nodes that draw random numbers: two runs on the same values differ behind them. */
export function randomNodes(graph: Graph): ReadonlySet<number> {
  return new Set(graph.nodes.filter((node) => isRandom(graph, node)).map((node) => node.index));
}

function isRandom(graph: Graph, node: GraphNode): boolean {
  if (RANDOM.test(node.opType)) return true;
  // Since opset 12 Dropout has the ratio and the training mode as inputs.
  const mode = node.opType === 'Dropout' ? node.inputs[2] : undefined;
  return mode !== undefined && mode !== '' && !isFalse(graph, mode);
}

function isFalse(graph: Graph, name: string): boolean {
  const maker = graph.nodes[graph.tensors.get(name)?.producer ?? -1];
  const constant = maker?.opType === 'Constant' ? tensorIn(maker.attributes.get('value')) : undefined;
  const data = (graph.initializers.get(name)?.tensor ?? constant)?.data;
  switch (data?.kind) {
    case 'raw':
      return data.bytes.every((byte) => byte === 0);
    case 'numbers':
      return data.values.every((value) => value === 0);
    default:
      return false;
  }
}

function tensorIn(attribute: Attribute | undefined): OnnxTensor | undefined {
  return attribute?.kind === 'tensor' ? attribute.value : undefined;
}

/** Names of all values that depend on one of the nodes. */
export function downstreamOf(graph: Graph, from: ReadonlySet<number>): ReadonlySet<string> {
  const reached = new Set<string>();
  for (const node of graph.nodes) {
    const reads = [...node.inputs, ...node.captured];
    if (!from.has(node.index) && !reads.some((name) => reached.has(name))) continue;
    for (const name of node.outputs) reached.add(name);
  }
  return reached;
}
