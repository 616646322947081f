import ort from 'onnxruntime-node';
import { attribute } from '../attributes.ts';
import type { Proto } from '../edit-model.ts';
import { cloneProto, floatsOf, setFloats } from '../edit-model.ts';
import type { Weight } from '../proto-model.ts';
import { nodesOf, readersOf } from './nodes.ts';

/** Of these, floats are sizes, steps or exponents, which are exact: one rounding would make another operation of them. */
const EXACT_PARAMETERS = new Set(['Resize', 'Upsample', 'Pow', 'Range', 'Equal', 'Expand', 'Pad']);

const LARGEST = 0x7f7fffff;

/** Each value moved to one of its two neighbours in float32; zeros, NaN and infinities stay. */
export function movedByUlp(values: Float32Array, random: () => number): Float32Array {
  const moved = values.slice();
  const bits = new Uint32Array(moved.buffer);
  for (let index = 0; index < bits.length; index++) {
    const magnitude = (bits[index] ?? 0) & 0x7fffffff;
    if (magnitude === 0 || magnitude > LARGEST) continue;
    const up = magnitude < LARGEST && random() < 0.5;
    bits[index] = (bits[index] ?? 0) + (up ? 1 : -1);
  }
  return moved;
}

export function feedsMoved(
  feeds: Readonly<Record<string, ort.Tensor>>,
  random: () => number,
): Record<string, ort.Tensor> {
  const moved = Object.entries(feeds).map(([name, tensor]): [string, ort.Tensor] => [
    name,
    tensor.type === 'float32'
      ? new ort.Tensor('float32', movedByUlp(tensor.data as Float32Array, random), tensor.dims)
      : tensor,
  ]);
  return Object.fromEntries(moved);
}

/** A model whose float32 weights and constants are moved by one ULP each. */
export function weightsMoved(proto: Proto, random: () => number): Proto {
  const copy = cloneProto(proto);
  const move = (name: string, tensor: Weight | null | undefined): void => {
    const values = tensor === undefined || tensor === null ? undefined : floatsOf(tensor);
    if (values === undefined || tensor === undefined || tensor === null) return;
    if (readersOf(copy, name).some((node) => EXACT_PARAMETERS.has(node.opType ?? ''))) return;
    setFloats(tensor, movedByUlp(values, random));
  };
  for (const tensor of copy.graph?.initializer ?? []) move(tensor.name ?? '', tensor);
  for (const node of nodesOf(copy))
    if (node.opType === 'Constant') move(node.output?.[0] ?? '', attribute(node, 'value')?.t);
  return copy;
}
