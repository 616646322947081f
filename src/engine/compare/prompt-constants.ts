import { isFloatDtype } from '../../shared/dtype.ts';
import type { Graph } from '../graph/index.ts';
import type { OnnxModel, OnnxTensor } from '../onnx/index.ts';
import { elementCount } from '../tensor/index.ts';

/** Where in a graph a value stands that a prompt may have been baked into. */
export type PromptPlace =
  | { readonly kind: 'initializer'; readonly index: number }
  /** Index into the file's nodes of a Constant. */
  | { readonly kind: 'constant'; readonly index: number }
  | { readonly kind: 'input' };

export interface PromptConstant {
  readonly name: string;
  readonly place: PromptPlace;
  readonly tensor: OnnxTensor;
}

/** Text embeddings are far smaller; a larger constant is a weight. */
const LARGEST = 2 ** 22;

/** Constants of floats with at least two axes that some node reads. */
export function promptConstants(model: OnnxModel, graph: Graph): PromptConstant[] {
  const initializers = [...graph.initializers].map(([name, { index, tensor }]): PromptConstant => ({
    name,
    place: { kind: 'initializer', index },
    tensor,
  }));
  const constants = model.graph.nodes.flatMap((node, index): PromptConstant[] => {
    const value = node.opType === 'Constant' ? node.attributes.get('value') : undefined;
    const [name] = node.outputs;
    return value?.kind !== 'tensor' || name === undefined
      ? []
      : [{ name, place: { kind: 'constant', index }, tensor: value.value }];
  });
  return [...initializers, ...constants].filter(
    ({ name, tensor }) =>
      tensor.dtype !== undefined &&
      isFloatDtype(tensor.dtype) &&
      tensor.dims.length >= 2 &&
      elementCount(tensor.dims) > 1 &&
      elementCount(tensor.dims) <= LARGEST &&
      (graph.tensors.get(name)?.consumers.length ?? 0) > 0,
  );
}
