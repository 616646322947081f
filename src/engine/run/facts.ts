import type { Dtype } from '../../shared/dtype.ts';
import { DTYPES } from '../../shared/dtype.ts';
import { isLayerdiffError } from '../../shared/errors.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import type { OnnxModel, SubmodelInput } from '../onnx/index.ts';
import { submodelBytes } from '../onnx/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { RuntimeValue, SessionSettings } from './ort.ts';
import { createSession, isRuntimeDtype } from './ort.ts';

/** Weights above this are replaced by inputs of the same type: shapes do not depend on them, loading them would cost. */
const SMALL_ELEMENTS = 1024;

/** dtype of a model input, and its dims where a value is at hand. */
export interface InputType {
  readonly dtype: Dtype;
  readonly dims: readonly number[] | undefined;
}

/**
 * Types of every tensor that a top-level node makes, asked from the runtime's own inference on a model without its
 * large weights. `unfetchable` tells why a tensor cannot be requested.
 * @param inputs types of the model inputs, concrete where they are fed.
 */
export async function tensorFacts(
  model: OnnxModel,
  graph: Graph,
  inputs: ReadonlyMap<string, InputType>,
  settings: SessionSettings,
): Promise<Map<string, TensorFacts>> {
  const facts = new Map<string, TensorFacts>();
  for (const [name, type] of inputs) facts.set(name, { ...type, unfetchable: undefined });
  for (const [name, { tensor }] of graph.initializers) {
    facts.set(name, { dtype: tensor.dtype, dims: tensor.dims, unfetchable: undefined });
  }
  const asked: string[] = [];
  for (const tensor of graph.tensors.values()) {
    if (tensor.producer === undefined) continue;
    const declared = tensor.declared;
    const reason =
      declared === undefined || declared.kind === 'untyped' || declared.kind === 'tensor'
        ? dtypeReason(declared?.dtypeCode ?? 0, declared?.dtype)
        : `is a ${declared.kind}`;
    if (reason === undefined) asked.push(tensor.name);
    else facts.set(tensor.name, { dtype: declared?.dtype, dims: undefined, unfetchable: reason });
  }
  for (const value of await infer(model, graph, inputs, settings, asked))
    facts.set(value.name, factsOf(value));
  for (const name of asked) {
    if (!facts.has(name))
      facts.set(name, {
        dtype: undefined,
        dims: undefined,
        unfetchable: 'has a type the runtime cannot hand out',
      });
  }
  return facts;
}

function dtypeReason(code: number, dtype: RuntimeValue['dtype']): string | undefined {
  if (code === 0 || (dtype !== undefined && isRuntimeDtype(dtype))) return undefined;
  return `is ${dtype ?? `of data type ${code}`}, which the runtime cannot hand out`;
}

function factsOf(value: RuntimeValue): TensorFacts {
  const unfetchable =
    value.dtype === undefined
      ? 'is a sequence, map or optional'
      : isRuntimeDtype(value.dtype)
        ? undefined
        : `is ${value.dtype}, which the runtime cannot hand out`;
  return { dtype: value.dtype, dims: value.dims, unfetchable };
}

/** Exposes `names`; where the runtime refuses the lot for the type of one of them, halves until the culprits are alone. */
async function infer(
  model: OnnxModel,
  graph: Graph,
  inputs: ReadonlyMap<string, InputType>,
  settings: SessionSettings,
  names: readonly string[],
): Promise<readonly RuntimeValue[]> {
  if (names.length === 0) return [];
  try {
    const session = await createSession(shapeModel(model, graph, inputs, names, SMALL_ELEMENTS), settings);
    const { outputs } = session;
    await session.release();
    return outputs;
  } catch (error) {
    const unsupported = isLayerdiffError(error) && error.message.includes('Unsupported data type');
    if (!unsupported) return inferWithWeights(model, graph, inputs, settings, names);
    if (names.length === 1) return [];
    const middle = Math.ceil(names.length / 2);
    return [
      ...(await infer(model, graph, inputs, settings, names.slice(0, middle))),
      ...(await infer(model, graph, inputs, settings, names.slice(middle))),
    ];
  }
}

/** Some kernels want their weights to be constants: the second try keeps all of them. */
async function inferWithWeights(
  model: OnnxModel,
  graph: Graph,
  inputs: ReadonlyMap<string, InputType>,
  settings: SessionSettings,
  names: readonly string[],
): Promise<readonly RuntimeValue[]> {
  const session = await createSession(shapeModel(model, graph, inputs, names, Infinity), settings);
  const { outputs } = session;
  await session.release();
  return outputs;
}

function shapeModel(
  model: OnnxModel,
  graph: Graph,
  inputs: ReadonlyMap<string, InputType>,
  names: readonly string[],
  keepElements: number,
): Uint8Array {
  const kept: number[] = [];
  const fed: SubmodelInput[] = [...inputs].map(([name, type]) => ({ name, ...type }));
  for (const [name, { index, tensor }] of graph.initializers) {
    const isLarge =
      elementCount(tensor.dims) > keepElements &&
      tensor.dtype !== undefined &&
      DTYPES[tensor.dtype].kind === 'float';
    if (isLarge && tensor.dtype !== undefined) fed.push({ name, dtype: tensor.dtype, dims: tensor.dims });
    else kept.push(index);
  }
  return submodelBytes(model, {
    nodes: graph.nodes.map((node) => node.fileIndex),
    initializers: kept,
    inputs: fed,
    outputs: names,
  });
}
