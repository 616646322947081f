/**
 * Permuting axes (numpy.transpose): axis i of the result is axis `axes[i]` of the source. Done by range, so that a
 * permuted tensor can be walked tile by tile without a permuted copy of the whole.
 */
import { DTYPES } from '../../shared/dtype.ts';
import { LayerdiffError } from '../../shared/errors.ts';
import type { Tensor, TensorType } from './tensor.ts';
import { byteLength, elementCount, stridesOf } from './tensor.ts';

export function isPermutation(axes: readonly number[], rank: number): boolean {
  return axes.length === rank && axes.every((_, axis) => axes.includes(axis));
}

/** The axes that undo `axes`: `inverse[axes[i]] = i`. */
export function inversePermutation(axes: readonly number[]): number[] {
  return axes.map((_, axis) => axes.indexOf(axis));
}

/** Dims of the permuted tensor. */
export function permuteDims(dims: readonly number[], axes: readonly number[]): number[] {
  return axes.map((axis) => dims[axis] ?? 1);
}

/** A contiguous copy with its axes permuted. */
export function permuteTensor(tensor: Tensor, axes: readonly number[]): Tensor {
  const dims = permuteDims(tensor.dims, axes);
  const bytes = new Uint8Array(byteLength(tensor));
  permutedRangeReader(tensor, tensor.bytes, axes)(0, elementCount(dims), bytes);
  return { dtype: tensor.dtype, dims, bytes };
}

/** Fills `target` with the elements [start, start + count) of the permuted tensor in C order. */
export type RangeReader = (start: number, count: number, target: Uint8Array) => void;

/** @param bytes the whole source, contiguous, of the dims and dtype of `type`. */
export function permutedRangeReader(
  type: TensorType,
  bytes: Uint8Array,
  axes: readonly number[],
): RangeReader {
  if (!isPermutation(axes, type.dims.length)) {
    throw new LayerdiffError('bad-request', `[${axes.join(', ')}] permutes no ${type.dims.length} axes`);
  }
  const elementBytes = DTYPES[type.dtype].bytes;
  if (!Number.isInteger(elementBytes) || elementBytes === 0) {
    throw new LayerdiffError('not-comparable', `the axes of a ${type.dtype} tensor cannot be permuted`);
  }
  const wordBytes = Math.min(elementBytes, 4);
  const wordsPerElement = elementBytes / wordBytes;
  const loops = loopsOf(type.dims, axes, wordsPerElement);
  const source = wordsOf(bytes, wordBytes);
  return (start, count, target) => {
    const aligned = target.byteOffset % wordBytes === 0 ? target : new Uint8Array(target.length);
    gatherWords(source, loops, start * wordsPerElement, count * wordsPerElement, wordsOf(aligned, wordBytes));
    if (aligned !== target) target.set(aligned);
  };
}

type Words = Uint8Array | Uint16Array | Uint32Array;

function wordsOf(bytes: Uint8Array, wordBytes: number): Words {
  const { buffer, byteOffset, length } = bytes.byteOffset % wordBytes === 0 ? bytes : bytes.slice();
  if (wordBytes === 1) return new Uint8Array(buffer, byteOffset, length);
  if (wordBytes === 2) return new Uint16Array(buffer, byteOffset, length >> 1);
  return new Uint32Array(buffer, byteOffset, length >> 2);
}

/** One axis of the result: how long, and how many words its step is in the source. */
interface Loop {
  readonly length: number;
  readonly stride: number;
}

/** Axes of the result, outermost first; neighbours that the source also holds together are one loop. */
function loopsOf(dims: readonly number[], axes: readonly number[], wordsPerElement: number): Loop[] {
  const strides = stridesOf(dims);
  const loops: Loop[] = [];
  const all = axes.map((axis) => ({
    length: dims[axis] ?? 1,
    stride: (strides[axis] ?? 1) * wordsPerElement,
  }));
  for (const loop of [...all, { length: wordsPerElement, stride: 1 }]) {
    if (loop.length === 1) continue;
    const outer = loops.at(-1);
    if (outer !== undefined && outer.stride === loop.stride * loop.length) {
      loops[loops.length - 1] = { length: outer.length * loop.length, stride: loop.stride };
    } else {
      loops.push(loop);
    }
  }
  return loops.length === 0 ? [{ length: 1, stride: 1 }] : loops;
}

/** Runs shorter than this are cheaper to copy word by word. */
const WORTH_A_CALL = 24;

function gatherWords(
  source: Words,
  loops: readonly Loop[],
  start: number,
  count: number,
  target: Words,
): void {
  const last = loops.length - 1;
  const inner = loops[last] ?? { length: 1, stride: 1 };
  const position = new Array<number>(loops.length).fill(0);
  let from = 0;
  let rest = start;
  for (let axis = last; axis >= 0; axis--) {
    const { length, stride } = loops[axis] ?? inner;
    const index = rest % length;
    rest = (rest - index) / length;
    position[axis] = index;
    from += index * stride;
  }
  let to = 0;
  while (to < count) {
    const at = position[last] ?? 0;
    const run = Math.min(inner.length - at, count - to);
    if (inner.stride === 1 && run >= WORTH_A_CALL) {
      target.set(source.subarray(from, from + run), to);
    } else {
      copyStrided(source, from, inner.stride, target, to, run);
    }
    to += run;
    // Back to the start of the inner loop, then one step of the next outer loop that is not at its end.
    from -= at * inner.stride;
    position[last] = 0;
    for (let axis = last - 1; axis >= 0; axis--) {
      const { length, stride } = loops[axis] ?? inner;
      const next = (position[axis] ?? 0) + 1;
      if (next < length) {
        position[axis] = next;
        from += stride;
        break;
      }
      position[axis] = 0;
      from -= (length - 1) * stride;
    }
  }
}

function copyStrided(
  source: Words,
  from: number,
  stride: number,
  target: Words,
  to: number,
  count: number,
): void {
  for (let index = 0; index < count; index++) {
    target[to + index] = source[from + index * stride] ?? 0;
  }
}
