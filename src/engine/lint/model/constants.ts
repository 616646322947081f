import { isComparableDtype } from '../../../shared/dtype.ts';
import type { Dtype } from '../../../shared/dtype.ts';
import { isLayerdiffError } from '../../../shared/errors.ts';
import type { Attribute, OnnxModel, OnnxTensor } from '../../onnx/index.ts';
import { tensorOf } from '../../onnx/index.ts';
import { bfloat16ToFloat32, elementCount, float16ToFloat32, typedArrayOf } from '../../tensor/index.ts';

/** Values that the file holds: initializers and Constant nodes. */
export interface Constants {
  /** Values in C order; undefined for what is computed, too large, not numbers, or cannot be read. */
  readonly numbers: (name: string, most?: number) => ArrayLike<number> | undefined;
  readonly dtype: (name: string) => Dtype | undefined;
  readonly dims: (name: string) => readonly number[] | undefined;
}

interface Maker {
  readonly opType: string;
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** Shapes, scales, axes: more than that is a weight. */
const MOST = 4096;

export function constantsOf(
  model: OnnxModel,
  tensors: ReadonlyMap<string, OnnxTensor>,
  producerOf: (name: string) => Maker | undefined,
): Constants {
  const tensor = (name: string): OnnxTensor | undefined =>
    tensors.get(name) ?? tensorOfNode(producerOf(name));
  return {
    numbers: (name, most = MOST) => {
      const stored = tensor(name);
      return stored === undefined ? listOfNode(producerOf(name)) : valuesOf(model, stored, most);
    },
    dtype: (name) => tensor(name)?.dtype,
    dims: (name) => {
      const list = listOfNode(producerOf(name));
      return tensor(name)?.dims ?? (list === undefined ? undefined : [list.length]);
    },
  };
}

function tensorOfNode(node: Maker | undefined): OnnxTensor | undefined {
  const value = node?.opType === 'Constant' ? node.attributes.get('value') : undefined;
  return value?.kind === 'tensor' ? value.value : undefined;
}

/** `value_float`, `value_ints` … of a Constant since opset 12. */
function listOfNode(node: Maker | undefined): readonly number[] | undefined {
  if (node?.opType !== 'Constant') return undefined;
  for (const attribute of node.attributes.values()) {
    if (attribute.kind === 'float' || attribute.kind === 'int') return [attribute.value];
    if (attribute.kind === 'floats' || attribute.kind === 'ints') return attribute.value;
  }
  return undefined;
}

function valuesOf(model: OnnxModel, tensor: OnnxTensor, most: number): ArrayLike<number> | undefined {
  if (tensor.dtype === undefined || !isComparableDtype(tensor.dtype)) return undefined;
  if (elementCount(tensor.dims) > most) return undefined;
  try {
    const values = typedArrayOf(tensor.dtype, tensorOf(model, tensor).bytes);
    if (values instanceof BigInt64Array || values instanceof BigUint64Array)
      return Array.from(values, Number);
    if (tensor.dtype === 'float16') return Float32Array.from(values, float16ToFloat32);
    if (tensor.dtype === 'bfloat16') return Float32Array.from(values, bfloat16ToFloat32);
    return values;
  } catch (error) {
    // A lint is a remark: whoever runs the model says what is wrong with its file.
    if (isLayerdiffError(error)) return undefined;
    throw error;
  }
}
