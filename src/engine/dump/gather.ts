import { stridesOf } from '../tensor/index.ts';
import type { ByteSource } from './byte-source.ts';

/**
 * Reading a view (transposed, sliced, expanded) in C order: the elements [start, start + count) are cut into boxes,
 * and each box is walked in the order of the *storage*, so that the file is read forwards, in windows, and every
 * byte of a window once. Where the elements lie far apart (one row of a transposed matrix) only they are read.
 */
export interface StridedView {
  readonly dims: readonly number[];
  /** In elements, not negative; 0 repeats. */
  readonly strides: readonly number[];
  /** Byte of the first element in the source. */
  readonly byteOffset: number;
  readonly elementBytes: number;
}

const WINDOW_BYTES = 8 * 1024 * 1024;
/** Below this share of useful bytes a window costs more than one small read for each run. */
const WINDOW_DENSITY = 1 / 64;

export function gather(
  source: ByteSource,
  view: StridedView,
  start: number,
  count: number,
  target: Uint8Array,
): void {
  const rowStrides = stridesOf(view.dims);
  for (const box of boxesOf(view.dims, start, count)) {
    const axes = view.dims
      .map((_, axis) => ({
        length: box.lengths[axis] ?? 1,
        from: (view.strides[axis] ?? 0) * view.elementBytes,
        to: (rowStrides[axis] ?? 0) * view.elementBytes,
      }))
      .filter((axis) => axis.length > 1)
      .sort((a, b) => b.from - a.from || b.to - a.to);
    const from = dot(box.starts, view.strides) * view.elementBytes + view.byteOffset;
    const to = (dot(box.starts, rowStrides) - start) * view.elementBytes;
    copyBox(source, axes, from, to, view.elementBytes, target);
  }
}

interface Axis {
  readonly length: number;
  /** Step in the source and in the target, bytes. */
  readonly from: number;
  readonly to: number;
}

interface Box {
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

function copyBox(
  source: ByteSource,
  axes: readonly Axis[],
  from: number,
  to: number,
  elementBytes: number,
  target: Uint8Array,
): void {
  const last = from + axes.reduce((sum, axis) => sum + (axis.length - 1) * axis.from, 0);
  const distinct = axes.reduce((product, axis) => product * (axis.from === 0 ? 1 : axis.length), 1);
  const dense = (distinct * elementBytes) / (last + elementBytes - from) >= WINDOW_DENSITY;
  const window = new Window(source, dense ? WINDOW_BYTES : elementBytes, from, last + elementBytes);
  const run = axes.at(-1) ?? { length: 1, from: 0, to: 0 };
  walk(axes.slice(0, -1), 0, from, to, (fromByte, toByte) => {
    window.copyRun(run, elementBytes, fromByte, target, toByte);
  });
}

function walk(
  axes: readonly Axis[],
  depth: number,
  from: number,
  to: number,
  visit: (from: number, to: number) => void,
): void {
  const axis = axes[depth];
  if (axis === undefined) {
    visit(from, to);
    return;
  }
  for (let index = 0; index < axis.length; index++) {
    walk(axes, depth + 1, from + index * axis.from, to + index * axis.to, visit);
  }
}

/** A piece of the source that moves forwards with the reader. */
class Window {
  readonly #source: ByteSource;
  readonly #end: number;
  readonly #bytes: Uint8Array;
  #from = 0;
  #held = 0;

  constructor(source: ByteSource, length: number, start: number, end: number) {
    this.#source = source;
    this.#end = end;
    this.#bytes = new Uint8Array(Math.min(length, end - start));
  }

  copyRun(run: Axis, elementBytes: number, from: number, target: Uint8Array, to: number): void {
    for (let index = 0; index < run.length; index++, from += run.from, to += run.to) {
      if (from < this.#from || from + elementBytes > this.#from + this.#held) this.#moveTo(from);
      const at = from - this.#from;
      for (let byte = 0; byte < elementBytes; byte++) target[to + byte] = this.#bytes[at + byte] ?? 0;
    }
  }

  #moveTo(from: number): void {
    this.#held = Math.min(this.#bytes.length, this.#end - from);
    this.#from = from;
    this.#source.read(from, this.#bytes.subarray(0, this.#held));
  }
}

/** Boxes (a start and a length on each axis) that together are the elements [start, start + count), C order. */
function* boxesOf(dims: readonly number[], start: number, count: number): Generator<Box> {
  const blocks = stridesOf(dims);
  const end = start + count;
  let position = start;
  while (position < end) {
    // The outermost axis along which whole blocks fit from here; the axes inside it are taken in full.
    let axis = blocks.findIndex((block) => position % block === 0 && position + block <= end);
    if (axis < 0) axis = dims.length;
    const block = blocks[axis] ?? 1;
    const starts = blocks.map((size, index) => Math.floor(position / size) % (dims[index] ?? 1));
    const room = (dims[axis] ?? 1) - (starts[axis] ?? 0);
    const length = Math.max(1, Math.min(room, Math.floor((end - position) / block)));
    yield { starts, lengths: dims.map((dim, index) => (index < axis ? 1 : index === axis ? length : dim)) };
    position += length * block;
  }
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
