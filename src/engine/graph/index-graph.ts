import { LayerdiffError } from '../../shared/errors.ts';
import type { OnnxModel, OnnxNode } from '../onnx/index.ts';
import { bodyNodeCount, capturedNames } from './captured.ts';
import type { Graph, GraphNode, GraphTensor, Initializer } from './graph.ts';
import { executionOrder } from './order.ts';
import { scopeOriginOf } from './scope-origin.ts';

const STACK_TRACE = 'pkg.torch.onnx.stack_trace';

/**
 * Indexes the top-level graph.
 * @throws LayerdiffError `bad-file` when the nodes form a cycle.
 */
export function indexGraph(model: OnnxModel): Graph {
  const { graph } = model;
  const captured = graph.nodes.map(capturedNames);
  const names = uniqueNames(graph.nodes);
  const order = executionOrder(graph.nodes, captured);
  if (order.kind === 'cycle') {
    throw new LayerdiffError('bad-file', 'the nodes form a cycle', {
      file: model.path,
      place: `node ${names[order.node] ?? ''}`,
      wayOut: 'check the model with onnx.checker.check_model',
    });
  }
  const nodes = order.order.map((fileIndex, index): GraphNode => {
    const node = graph.nodes[fileIndex] as OnnxNode;
    return {
      index,
      fileIndex,
      name: names[fileIndex] ?? '',
      opType: node.opType,
      domain: node.domain,
      inputs: node.inputs,
      outputs: node.outputs,
      captured: captured[fileIndex] ?? [],
      attributes: node.attributes,
      origin: scopeOriginOf(node),
      stackTrace: node.metadata.get(STACK_TRACE),
      bodyNodes: bodyNodeCount(node),
    };
  });
  const initializers = new Map<string, Initializer>();
  graph.initializers.forEach((tensor, index) => initializers.set(tensor.name, { index, tensor }));
  return {
    nodes,
    tensors: indexTensors(model, nodes),
    inputs: graph.inputs.filter((input) => !initializers.has(input.name)),
    // A spliced model may list an output twice; once is enough.
    outputs: [...new Set(graph.outputs.map((output) => output.name))],
    initializers,
  };
}

/** The node's name, or `OpType#fileIndex` where it has none or another node has the same. */
function uniqueNames(nodes: readonly OnnxNode[]): string[] {
  const count = new Map<string, number>();
  for (const node of nodes) count.set(node.name, (count.get(node.name) ?? 0) + 1);
  return nodes.map((node, index) => {
    if (node.name !== '' && count.get(node.name) === 1) return node.name;
    let name = `${node.opType}#${index}`;
    // A node may be called like that.
    while (count.has(name)) name += '_';
    return name;
  });
}

function indexTensors(model: OnnxModel, nodes: readonly GraphNode[]): Map<string, GraphTensor> {
  const { graph } = model;
  const declared = new Map(
    [...graph.valueInfo, ...graph.outputs, ...graph.inputs].map((value) => [value.name, value]),
  );
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const consumers = new Map<string, number[]>();
  for (const node of nodes) {
    for (const name of new Set([...node.inputs, ...node.captured])) {
      if (name === '') continue;
      const list = consumers.get(name);
      if (list === undefined) consumers.set(name, [node.index]);
      else list.push(node.index);
    }
  }
  const tensors = new Map<string, GraphTensor>();
  const add = (name: string, producer: number | undefined, outputIndex: number): void => {
    if (name === '') return;
    tensors.set(name, {
      name,
      producer,
      outputIndex,
      consumers: consumers.get(name) ?? [],
      isOutput: outputs.has(name),
      declared: declared.get(name),
    });
  };
  for (const input of graph.inputs) add(input.name, undefined, 0);
  for (const initializer of graph.initializers) add(initializer.name, undefined, 0);
  for (const node of nodes) node.outputs.forEach((name, outputIndex) => add(name, node.index, outputIndex));
  return tensors;
}
