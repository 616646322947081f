import { isComparableDtype } from '../../shared/dtype.ts';
import { LayerdiffError, printable } from '../../shared/errors.ts';
import { formatShape } from '../../shared/format.ts';
import type { Tensor } from '../tensor/index.ts';
import { bfloat16ToFloat32, checkedByteLength, float16ToFloat32, typedArrayOf } from '../tensor/index.ts';

/** An output of the model, by its name. */
export interface NamedTensor extends Tensor {
  readonly name: string;
}

/** Elements of an output that is looked at; more are left to the comparison of tensors. */
const MOST_ELEMENTS = 2 ** 28;

/**
 * The numbers of a tensor as float32, which is how scores and boxes are computed; 64-bit integers are rounded.
 * @throws LayerdiffError not-comparable for other dtypes, lying shapes and enormous tensors.
 */
export function float32Of(tensor: NamedTensor): Float32Array {
  const { dtype, dims, bytes } = tensor;
  const name = printable(tensor.name);
  if (!isComparableDtype(dtype)) {
    throw new LayerdiffError('not-comparable', `output ${name} is ${dtype}, which has no numbers to look at`);
  }
  const size = checkedByteLength(dtype, dims);
  if (size === undefined || size !== bytes.length) {
    throw new LayerdiffError(
      'not-comparable',
      `output ${name} has ${bytes.length} bytes, which does not fit ${dtype} ${formatShape(dims)}`,
    );
  }
  const values = typedArrayOf(dtype, bytes);
  if (values.length > MOST_ELEMENTS) {
    throw new LayerdiffError(
      'not-comparable',
      `output ${name} has ${values.length} elements: too many to look at`,
    );
  }
  if (dtype === 'float16') return Float32Array.from(values as Uint16Array, float16ToFloat32);
  if (dtype === 'bfloat16') return Float32Array.from(values as Uint16Array, bfloat16ToFloat32);
  if (values instanceof Float32Array) return values;
  const result = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) result[index] = Number(values[index]);
  return result;
}

/** The output of that name. */
export function outputNamed(outputs: readonly NamedTensor[], name: string): NamedTensor | undefined {
  return outputs.find((output) => output.name === name);
}

/** Whether two tensors are the same to the bit. */
export function sameBits(a: Tensor, b: Tensor): boolean {
  return a.dtype === b.dtype && Buffer.compare(a.bytes, b.bytes) === 0;
}
