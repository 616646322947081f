import { badFile } from './bad-file.ts';
import { ByteCursor } from './byte-cursor.ts';
import type { ByteSource } from './byte-source.ts';

/**
 * The protobuf wire format by range reads: large fields are told by their place, not read.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export type ProtobufField =
  | { readonly number: number; readonly kind: 'varint'; readonly value: bigint }
  /** Wire types 1 and 5: eight or four bytes at `start`; and 2, `length` bytes at `start`. */
  | {
      readonly number: number;
      readonly kind: 'fixed' | 'length';
      readonly start: number;
      readonly length: number;
    };

/**
 * Fields of the message that is the whole source, in file order.
 * @throws LayerdiffError `bad-file` with the byte where the bytes stop being protobuf
 */
export function* protobufFields(source: ByteSource): Generator<ProtobufField> {
  const cursor = new ByteCursor(source);
  while (cursor.remaining > 0) {
    const start = cursor.position;
    const tag = Number(readVarint(cursor, source.file));
    const number = Math.floor(tag / 8);
    if (number === 0 || number >= 2 ** 29) throw notProtobuf(source, start);
    switch (tag % 8) {
      case 0:
        yield { number, kind: 'varint', value: readVarint(cursor, source.file) };
        break;
      case 1:
      case 5: {
        const length = tag % 8 === 1 ? 8 : 4;
        yield { number, kind: 'fixed', start: cursor.position, length };
        cursor.skip(length);
        break;
      }
      case 2: {
        const length = Number(readVarint(cursor, source.file));
        if (length > cursor.remaining) throw notProtobuf(source, start, 'a field ends outside the file');
        yield { number, kind: 'length', start: cursor.position, length };
        cursor.skip(length);
        break;
      }
      default:
        throw notProtobuf(source, start);
    }
  }
}

/** @throws LayerdiffError `bad-file` for more than ten bytes */
export function readVarint(cursor: ByteCursor, file: string): bigint {
  let low = 0;
  let shift = 0;
  for (; shift < 28; shift += 7) {
    const byte = cursor.byte();
    low |= (byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt(low);
  }
  let value = BigInt(low);
  for (; shift < 70; shift += 7) {
    const byte = cursor.byte();
    value |= BigInt(byte & 0x7f) << BigInt(shift);
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw badFile(
    file,
    `byte ${cursor.position}`,
    'a number of more than ten bytes',
    'it is damaged: save it again',
  );
}

function notProtobuf(source: ByteSource, offset: number, message = 'is not protobuf') {
  return badFile(source.file, `byte ${offset}`, message, 'it is damaged or no ONNX tensor: save it again');
}
