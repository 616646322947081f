import type { Graph, GraphNode, TensorFacts } from '../graph/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { bytesOf, elementCount, typedArrayOf } from '../tensor/index.ts';
import type { FoundPrompt } from './find-prompts.ts';
import { axisThrough } from './prompt-axis.ts';

/** Constants that hold the exported number of prompts as a length, with the recorded number in its place. */
export interface Relengthened {
  readonly initializers: ReadonlyMap<number, Tensor>;
  readonly constants: ReadonlyMap<number, Tensor>;
}

/** Operators whose second input is a shape. */
const SHAPED = new Set(['Reshape', 'Expand']);

/**
 * Exporters bake sizes of views: with another number of prompts they must be others. The axis of the prompts is followed
 * through the graph, and where a tensor that has it is given a shape with their exported number there, it is changed.
 */
export function relengthened(
  model: OnnxModel,
  graph: Graph,
  facts: ReadonlyMap<string, TensorFacts>,
  prompts: readonly FoundPrompt[],
): Relengthened {
  const initializers = new Map<number, Tensor>();
  const constants = new Map<number, Tensor>();
  const dimsOf = (name: string): readonly number[] | undefined => facts.get(name)?.dims;
  for (const prompt of prompts) {
    const [from, to] = [prompt.deployedDims[prompt.axis], prompt.recorded.dims[prompt.axis]];
    if (from === undefined || to === undefined || from === to) continue;
    const axes = new Map([
      [prompt.name, prompt.axis],
      ...prompt.derived.map(({ name, axis }) => [name, axis] as const),
    ]);
    for (const node of graph.nodes) {
      const input = node.inputs.findIndex((name) => axes.has(name));
      if (input < 0) continue;
      const axis = axes.get(node.inputs[input] ?? '') ?? 0;
      for (const output of node.outputs) {
        const next = axisThrough(node, input, axis, dimsOf);
        if (next !== undefined) axes.set(output, next);
      }
      const changed = input === 0 ? withLength(model, graph, node, { axis, from, to, dimsOf }) : undefined;
      if (changed !== undefined)
        (changed.kind === 'initializer' ? initializers : constants).set(changed.index, changed.value);
    }
  }
  return { initializers, constants };
}

interface Lengths {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly dimsOf: (name: string) => readonly number[] | undefined;
}

/** The shape that a node reads, with the prompts' number changed where the prompts lie; undefined where it is not there. */
function withLength(
  model: OnnxModel,
  graph: Graph,
  node: GraphNode,
  { axis, from, to, dimsOf }: Lengths,
): ShapePlace | undefined {
  const [data = '', shapeName = ''] = node.inputs;
  const dims = dimsOf(data);
  const place = SHAPED.has(node.opType) ? placeOf(model, graph, shapeName) : undefined;
  if (place === undefined || dims === undefined) return undefined;
  const shape = [...(typedArrayOf('int64', place.value.bytes) as BigInt64Array)].map(Number);
  const before = elementCount(dims.slice(0, axis));
  const at =
    node.opType === 'Expand'
      ? axis + shape.length - dims.length
      : shape.findIndex((length, index) => length === from && elementCount(shape.slice(0, index)) === before);
  if (shape[at] !== from) return undefined;
  shape[at] = to;
  return { ...place, value: { ...place.value, bytes: bytesOf(BigInt64Array.from(shape, BigInt)) } };
}

interface ShapePlace {
  readonly kind: 'initializer' | 'constant';
  readonly index: number;
  readonly value: Tensor;
}

function placeOf(model: OnnxModel, graph: Graph, name: string): ShapePlace | undefined {
  const held = graph.initializers.get(name);
  if (held !== undefined)
    return held.tensor.dtype === 'int64'
      ? { kind: 'initializer', index: held.index, value: tensorOf(model, held.tensor) }
      : undefined;
  const node = graph.nodes[graph.tensors.get(name)?.producer ?? -1];
  const attribute = node?.opType === 'Constant' ? node.attributes.get('value') : undefined;
  if (node === undefined || attribute?.kind !== 'tensor' || attribute.value.dtype !== 'int64')
    return undefined;
  return { kind: 'constant', index: node.fileIndex, value: tensorOf(model, attribute.value) };
}
