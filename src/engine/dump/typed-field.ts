import type { ComparableDtype } from '../../shared/dtype.ts';
import { badFile } from './bad-file.ts';
import { ByteCursor } from './byte-cursor.ts';
import type { ByteSource } from './byte-source.ts';
import { partOf } from './byte-source.ts';
import { protobufFields, readVarint } from './protobuf.ts';

/** The typed field of a `TensorProto` that carries a dtype when there is no raw data. */
export interface TypedField {
  readonly number: number;
  /** Little-endian numbers, or varints: small integers and the bits of float16 and bfloat16. */
  readonly encoding: 'fixed' | 'varint';
  readonly elementBytes: number;
}

const INT32_DATA = 5;
const UINT64_DATA = 11;

export const FIELD_OF_DTYPE: Readonly<Record<ComparableDtype, TypedField>> = {
  float32: { number: 4, encoding: 'fixed', elementBytes: 4 },
  float64: { number: 10, encoding: 'fixed', elementBytes: 8 },
  int64: { number: 7, encoding: 'varint', elementBytes: 8 },
  uint64: { number: UINT64_DATA, encoding: 'varint', elementBytes: 8 },
  uint32: { number: UINT64_DATA, encoding: 'varint', elementBytes: 4 },
  int32: { number: INT32_DATA, encoding: 'varint', elementBytes: 4 },
  int16: { number: INT32_DATA, encoding: 'varint', elementBytes: 2 },
  uint16: { number: INT32_DATA, encoding: 'varint', elementBytes: 2 },
  float16: { number: INT32_DATA, encoding: 'varint', elementBytes: 2 },
  bfloat16: { number: INT32_DATA, encoding: 'varint', elementBytes: 2 },
  int8: { number: INT32_DATA, encoding: 'varint', elementBytes: 1 },
  uint8: { number: INT32_DATA, encoding: 'varint', elementBytes: 1 },
  bool: { number: INT32_DATA, encoding: 'varint', elementBytes: 1 },
};

/**
 * The elements, little-endian, from packed and single fields in file order.
 * @throws LayerdiffError `bad-file` when there are more or fewer than `count`
 */
export function decodeTypedField(source: ByteSource, field: TypedField, count: number): Uint8Array {
  const out = Buffer.alloc(count * field.elementBytes);
  let done = 0;
  const put = (value: bigint): void => {
    if (done < count) writeLow(out, done * field.elementBytes, value, field.elementBytes);
    done++;
  };
  const putBytes = (start: number, length: number): void => {
    const at = done * field.elementBytes;
    done += length / field.elementBytes;
    if (done <= count) source.read(start, out.subarray(at, at + length));
  };
  for (const found of protobufFields(source)) {
    if (found.number !== field.number) continue;
    if (found.kind === 'varint') put(found.value);
    else if (field.encoding === 'fixed') putBytes(found.start, found.length);
    else if (found.kind === 'length') {
      const cursor = new ByteCursor(partOf(source, found.start, found.length));
      while (cursor.remaining > 0) put(readVarint(cursor, source.file));
    }
  }
  if (done !== count) {
    throw badFile(source.file, undefined, `holds ${done} values, its shape needs ${count}`, 'save it again');
  }
  return out;
}

/** The lowest bytes: protobuf sign-extends negative numbers to 64 bits. */
function writeLow(out: Buffer, at: number, value: bigint, bytes: number): void {
  if (bytes === 8) out.writeBigUInt64LE(BigInt.asUintN(64, value), at);
  else out.writeUIntLE(Number(BigInt.asUintN(bytes * 8, value)), at, bytes);
}
