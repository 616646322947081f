import type { Graph, GraphNode, TensorFacts } from '../graph/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { bytesOf, typedArrayOf } from '../tensor/index.ts';
import type { FoundPrompt } from './find-prompts.ts';

/** Constants that hold the exported number of prompts as a length, with the recorded number in its place. */
export interface Relengthened {
  readonly initializers: ReadonlyMap<number, Tensor>;
  readonly constants: ReadonlyMap<number, Tensor>;
}

/** Operators whose second input is a shape. */
const SHAPED = new Set(['Reshape', 'Expand']);

/**
 * Exporters bake sizes of views: with another number of prompts they must be others. A length is changed where a tensor
 * that carries the prompts is given a shape that holds their exported number in the prompts' place.
 */
export function relengthened(
  model: OnnxModel,
  graph: Graph,
  facts: ReadonlyMap<string, TensorFacts>,
  prompts: readonly FoundPrompt[],
): Relengthened {
  const initializers = new Map<number, Tensor>();
  const constants = new Map<number, Tensor>();
  for (const { name, deployedDims, recordedDims } of prompts) {
    const [from, to] = [rowsIn(deployedDims, recordedDims), rowsIn(recordedDims, deployedDims)];
    if (from === undefined || to === undefined || from === to) continue;
    for (const node of carriers(graph, facts, name, from)) {
      if (!SHAPED.has(node.opType)) continue;
      const [data = '', shapeName = ''] = node.inputs;
      const place = placeOf(model, graph, shapeName);
      if (place === undefined) continue;
      const shape = [...(typedArrayOf('int64', place.value.bytes) as BigInt64Array)].map(Number);
      const axis = axisOf(shape, facts.get(data)?.dims, from);
      if (axis === undefined) continue;
      shape[axis] = to;
      const changed = { ...place.value, bytes: bytesOf(BigInt64Array.from(shape, BigInt)) };
      (place.kind === 'initializer' ? initializers : constants).set(place.index, changed);
    }
  }
  return { initializers, constants };
}

/** The length in which two shapes differ. */
function rowsIn(dims: readonly number[], others: readonly number[]): number | undefined {
  const [own, theirs] = [dims.filter((dim) => dim !== 1), others.filter((dim) => dim !== 1)];
  return own.find(
    (dim, axis) => !theirs.includes(dim) || own.length !== theirs.length || theirs[axis] !== dim,
  );
}

/** Nodes that read a tensor which comes from the prompt and still has an axis of its length. */
function carriers(
  graph: Graph,
  facts: ReadonlyMap<string, TensorFacts>,
  prompt: string,
  rows: number,
): GraphNode[] {
  const carrying = new Set([prompt]);
  const found: GraphNode[] = [];
  for (const node of graph.nodes) {
    if (!node.inputs.some((name) => carrying.has(name))) continue;
    found.push(node);
    for (const name of node.outputs) {
      const dims = facts.get(name)?.dims;
      if (dims === undefined || dims.includes(rows)) carrying.add(name);
    }
  }
  return found;
}

/** Where as much lies before the prompts in the shape as in the tensor; else the only place with their number. */
function axisOf(
  shape: readonly number[],
  dims: readonly number[] | undefined,
  rows: number,
): number | undefined {
  const places = shape.flatMap((length, axis) => (length === rows ? [axis] : []));
  if (places.length <= 1 || dims === undefined) return places[0];
  const before = (lengths: readonly number[], axis: number): number =>
    lengths.slice(0, axis).reduce((product, length) => product * length, 1);
  const own = before(dims, dims.indexOf(rows));
  return places.find((axis) => before(shape, axis) === own) ?? places[0];
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
