import { elementCount, sameDims, stridesOf } from '../tensor/index.ts';
import type { Operand } from './error-tensor.ts';
import { coordinate } from './places.ts';

/**
 * The value of an operand where the output has its flat index, by the rules of numpy's broadcasting; undefined where
 * the operand does not broadcast to the output, or holds one value for all of it and so tells no elements apart.
 */
export function operandAt(
  operand: Operand,
  dims: readonly number[],
): ((index: number) => number) | undefined {
  const { values } = operand;
  if (values.length !== elementCount(operand.dims) || values.length < 2) return undefined;
  if (sameDims(operand.dims, dims)) return (index) => values[index] ?? NaN;
  const lead = dims.length - operand.dims.length;
  if (lead < 0) return undefined;
  const fits = operand.dims.every((dim, axis) => dim === 1 || dim === dims[lead + axis]);
  if (!fits) return undefined;
  const outputStrides = stridesOf(dims);
  const strides = stridesOf(operand.dims);
  const axes = operand.dims.flatMap((dim, axis) => (dim === 1 ? [] : [axis]));
  return (index) => {
    let at = 0;
    for (const axis of axes) at += coordinate(index, dims, outputStrides, lead + axis) * (strides[axis] ?? 1);
    return values[at] ?? NaN;
  };
}
