import type { ModelView } from '../../../shared/model-view.ts';

/** Role of a vertex in the picture. */
export const KIND = { node: 0, constant: 1, input: 2, output: 3 } as const;

/**
 * A model as numbers. Vertices are its nodes in execution order, then its inputs, then its outputs; an edge is one use of
 * a tensor by one reader, several reads by the same node being one edge.
 */
export interface ModelGraph {
  readonly nodeCount: number;
  readonly count: number;
  readonly kinds: Uint8Array;
  readonly names: readonly string[];
  readonly idOf: ReadonlyMap<string, number>;
  readonly tensors: readonly string[];
  /** Vertex that makes the tensor, by tensor name. */
  readonly producerOf: ReadonlyMap<string, number>;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Index into `tensors`. */
  readonly tensor: Int32Array;
}

/** Nodes worked on between two pauses: a millisecond or two. */
export const STEP = 1000;

/** In steps, with a pause after each. */
export function* modelGraph(model: ModelView): Generator<undefined, ModelGraph> {
  const nodeCount = model.nodes.length;
  const count = nodeCount + model.inputs.length + model.outputs.length;
  const kinds = new Uint8Array(count);
  const names: string[] = [];
  const idOf = new Map<string, number>();
  const producerOf = new Map<string, number>();
  const tensorIndex = new Map<string, number>();
  model.inputs.forEach((input, index) => producerOf.set(input.name, nodeCount + index));
  for (const [id, node] of model.nodes.entries()) {
    if (id % STEP === STEP - 1) yield;
    names.push(node.name);
    idOf.set(node.name, id);
    if (node.opType === 'Constant' && node.inputs.length === 0) kinds[id] = KIND.constant;
    for (const output of node.outputs) if (output !== '') producerOf.set(output, id);
  }
  const edges: number[] = [];
  const connect = (tensor: string, reader: number): void => {
    const producer = producerOf.get(tensor);
    if (producer === undefined || producer === reader) return;
    const index = tensorIndex.get(tensor) ?? tensorIndex.size;
    if (index === tensorIndex.size) tensorIndex.set(tensor, index);
    edges.push(producer, reader, index);
  };
  for (const [id, node] of model.nodes.entries()) {
    if (id % STEP === STEP - 1) yield;
    for (const tensor of node.inputs.length > 1 ? new Set(node.inputs) : node.inputs) connect(tensor, id);
  }
  model.inputs.forEach((input, index) => {
    kinds[nodeCount + index] = KIND.input;
    names.push(input.name);
  });
  const firstOutput = nodeCount + model.inputs.length;
  model.outputs.forEach((output, index) => {
    kinds[firstOutput + index] = KIND.output;
    names.push(output.name);
    connect(output.name, firstOutput + index);
  });
  return {
    nodeCount,
    count,
    kinds,
    names,
    idOf,
    tensors: [...tensorIndex.keys()],
    producerOf,
    ...columns(edges),
  };
}

function columns(edges: readonly number[]): Pick<ModelGraph, 'from' | 'to' | 'tensor'> {
  const size = edges.length / 3;
  const column = (offset: number): Int32Array =>
    Int32Array.from({ length: size }, (_, edge) => edges[3 * edge + offset] ?? 0);
  return { from: column(0), to: column(1), tensor: column(2) };
}
