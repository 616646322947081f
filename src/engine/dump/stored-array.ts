import type { ComparableDtype } from '../../shared/dtype.ts';
import { DTYPES } from '../../shared/dtype.ts';
import { checkedElementCount, elementCount, sameDims, stridesOf, swapByteOrder } from '../tensor/index.ts';
import type { ByteSource } from './byte-source.ts';
import type { DecodedCache } from './decoded-cache.ts';
import { gather } from './gather.ts';
import { LIMITS } from './limits.ts';

/** Where the elements of an entry are and how they lie there. Every reader reduces its format to this. */
export interface ArrayLayout {
  readonly source: ByteSource;
  /** Byte of element [0, 0, …]. */
  readonly byteOffset: number;
  readonly dtype: ComparableDtype;
  readonly dims: readonly number[];
  /** In elements; left out where the elements are contiguous in C order. */
  readonly strides?: readonly number[];
  readonly bigEndian?: boolean;
}

/** The locator of every entry of every reader. */
export class StoredArray {
  readonly #layout: ArrayLayout;
  readonly #elementBytes: number;
  /** `undefined` where a read is one copy from the source. */
  readonly #strides: readonly number[] | undefined;

  readonly #bandKeys = new Map<number, object>();

  constructor(layout: ArrayLayout) {
    this.#layout = layout;
    this.#elementBytes = DTYPES[layout.dtype].bytes;
    this.#strides = isContiguous(layout.dims, layout.strides) ? undefined : layout.strides;
  }

  /** Elements [start, start + count), C order, little-endian; one positional read where they lie like that. */
  read(start: number, count: number, target: Uint8Array, cache: DecodedCache): void {
    const { source, byteOffset, bigEndian } = this.#layout;
    const wanted = target.subarray(0, count * this.#elementBytes);
    if (count === 0) return;
    if (this.#strides === undefined) {
      source.read(byteOffset + start * this.#elementBytes, wanted);
      if (bigEndian === true) swapByteOrder(wanted, this.#elementBytes);
    } else {
      this.#gather(this.#strides, start, count, wanted, cache);
    }
  }

  #gather(
    strides: readonly number[],
    start: number,
    count: number,
    target: Uint8Array,
    cache: DecodedCache,
  ): void {
    const { source, byteOffset, dims, bigEndian } = this.#layout;
    const view = { dims, strides, byteOffset, elementBytes: this.#elementBytes };
    const total = elementCount(dims);
    const read = (from: number, length: number, into: Uint8Array): void => {
      gather(source, view, from, length, into);
      if (bigEndian === true) swapByteOrder(into, this.#elementBytes);
    };
    // A slice of a view touches storage far and wide, and the next slice is likely to follow: whole bands are kept.
    const bandElements = Math.floor(LIMITS.gatherCacheBytes / this.#elementBytes);
    if (count >= Math.min(total, bandElements)) {
      read(start, count, target);
      return;
    }
    for (let done = 0; done < count;) {
      const band = Math.floor((start + done) / bandElements);
      const bandStart = band * bandElements;
      const bytes = cache.get(this.#bandKey(band), () => {
        const length = Math.min(bandElements, total - bandStart);
        const gathered = new Uint8Array(length * this.#elementBytes);
        read(bandStart, length, gathered);
        return gathered;
      });
      const from = start + done - bandStart;
      const taken = Math.min(count - done, bandElements - from);
      target.set(
        bytes.subarray(from * this.#elementBytes, (from + taken) * this.#elementBytes),
        done * this.#elementBytes,
      );
      done += taken;
    }
  }

  #bandKey(band: number): object {
    let key = this.#bandKeys.get(band);
    if (key === undefined) this.#bandKeys.set(band, (key = {}));
    return key;
  }
}

/** True where C-order strides would reach the same elements; axes of length 1 have no say. */
function isContiguous(dims: readonly number[], strides: readonly number[] | undefined): boolean {
  if (strides === undefined || dims.includes(0)) return true;
  const kept = dims.flatMap((dim, axis) => (dim === 1 ? [] : [axis]));
  const expected = stridesOf(kept.map((axis) => dims[axis] ?? 1));
  return sameDims(
    kept.map((axis) => strides[axis] ?? 0),
    expected,
  );
}

/**
 * Elements a view needs in its storage, counted from the storage's start; `undefined` where dims, strides or offset
 * are not what a view can have. The caller compares it with what the storage has.
 */
export function storageExtent(
  dims: readonly number[],
  strides: readonly number[],
  offset: number,
): number | undefined {
  const count = checkedElementCount(dims);
  if (count === undefined || strides.length !== dims.length) return undefined;
  if (!Number.isSafeInteger(offset) || offset < 0) return undefined;
  if (!strides.every((stride) => Number.isSafeInteger(stride) && stride >= 0)) return undefined;
  if (count === 0) return 0;
  const extent = dims.reduce((sum, dim, axis) => sum + (dim - 1) * (strides[axis] ?? 0), offset) + 1;
  return Number.isSafeInteger(extent) ? extent : undefined;
}
