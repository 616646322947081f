import type { ComparableDtype } from '../../shared/dtype.ts';

/** float16 and bfloat16 appear as their bit patterns in a Uint16Array, bool as 0/1 in a Uint8Array. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

const CONSTRUCTORS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
} as const;

/** A view of the same memory where alignment allows, else of a copy. */
export function typedArrayOf(dtype: ComparableDtype, bytes: Uint8Array): TypedArray {
  const constructor = CONSTRUCTORS[dtype];
  const size = constructor.BYTES_PER_ELEMENT;
  // Not `slice`: that of a Node Buffer copies nothing.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new constructor(
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    Math.floor(aligned.byteLength / size),
  );
}

export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
}
