import type { Rows } from '../prompt/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { castTensor, elementCount, permuteTensor, typedArrayOf } from '../tensor/index.ts';

/**
 * How a constant may hold recorded prompts of shape [1 …, rows, width]: as they are, turned (the last two axes
 * swapped), or with the width seen as several axes (heads × channels).
 */
export interface PromptFit {
  /** Of the constant: the axis along which the prompts lie. */
  readonly axis: number;
  readonly isTurned: boolean;
  /** Of the constant, without its rows: axes before and after them. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Undefined where the shapes differ in more than the number of rows. */
export function promptFit(dims: readonly number[], recorded: readonly number[]): PromptFit | undefined {
  const width = recorded.at(-1) ?? 0;
  if (width < 2 || !isOneAxis(recorded.slice(0, -1)) || dims.includes(0)) return undefined;
  for (let axis = 0; axis < dims.length - 1; axis++) {
    const [before, after] = [dims.slice(0, axis), dims.slice(axis + 1)];
    const isPlain = before.every((dim) => dim === 1) && elementCount(after) === width;
    // The first of several axes of length 1 is not where the prompts lie.
    if (isPlain && !(dims[axis] === 1 && after.length > 1 && after[0] === 1))
      return { axis, isTurned: false, before, after };
  }
  const last = dims.length - 1;
  const isTurned = dims[last - 1] === width && dims.slice(0, -2).every((dim) => dim === 1);
  return isTurned ? { axis: last, isTurned, before: dims.slice(0, -1), after: [] } : undefined;
}

function isOneAxis(dims: readonly number[]): boolean {
  return dims.filter((dim) => dim !== 1).length <= 1 && !dims.includes(0);
}

/** The prompts of a constant, one a row. */
export function rowsIn(held: Tensor, { isTurned }: PromptFit, width: number): Rows {
  const values = float64(isTurned ? swapped(held) : held);
  return { count: values.length / width, width, values };
}

/** Recorded prompts, one a row. */
export function recordedRows(recorded: Tensor): Rows {
  const width = recorded.dims.at(-1) ?? 1;
  const values = float64(recorded);
  return { count: values.length / width, width, values };
}

/** Prompts in the layout of the constant. */
export function heldAs(rows: Rows, { isTurned, before, after }: PromptFit, dtype: Tensor['dtype']): Tensor {
  const bytes = new Uint8Array(rows.values.buffer, rows.values.byteOffset, rows.values.byteLength);
  if (!isTurned) return cast({ dtype: 'float64', dims: [...before, rows.count, ...after], bytes }, dtype);
  const dims = [...before.slice(0, -1), rows.count, rows.width];
  return cast(swapped({ dtype: 'float64', dims, bytes }), dtype);
}

function cast(tensor: Tensor, dtype: Tensor['dtype']): Tensor {
  return castTensor(tensor, dtype).tensor;
}

function float64(tensor: Tensor): Float64Array {
  return typedArrayOf('float64', castTensor(tensor, 'float64').tensor.bytes) as Float64Array;
}

function swapped(tensor: Tensor): Tensor {
  const rank = tensor.dims.length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return permuteTensor(tensor, [...axes.slice(0, -2), rank - 1, rank - 2]);
}
