/**
 * The protobuf wire format, as far as copying needs it: where each field of a message begins and ends.
 * Decoding values is protobufjs' work; copying bytes verbatim (nodes, weights, unknown fields) is ours.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
import { LayerdiffError } from '../../shared/errors.ts';

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface WireField {
  readonly number: number;
  readonly wireType: number;
  /** The whole field, tag included: these bytes copied into another message of the same type are the same field. */
  readonly field: ByteRange;
  /** The payload: for wire type 2 without its length prefix. */
  readonly value: ByteRange;
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const GROUP_START = 3;
const GROUP_END = 4;
const FIXED32 = 5;

/**
 * Fields of the message in `bytes[range]`, in file order.
 * @throws LayerdiffError `bad-file` with the byte offset where the bytes stop being protobuf.
 */
export function* wireFields(bytes: Uint8Array, range: ByteRange): Generator<WireField> {
  let offset = range.start;
  while (offset < range.end) {
    const start = offset;
    const [tag, afterTag] = readVarint(bytes, offset, range.end);
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (number === 0) throw notProtobuf(start);
    offset = skipValue(bytes, wireType, afterTag, range.end);
    const value =
      wireType === LENGTH
        ? { start: readVarint(bytes, afterTag, range.end)[1], end: offset }
        : { start: afterTag, end: offset };
    yield { number, wireType, field: { start, end: offset }, value };
  }
}

/** Length-delimited: text, bytes or an embedded message. */
export function isMessage(field: WireField): boolean {
  return field.wireType === LENGTH;
}

function skipValue(bytes: Uint8Array, wireType: number, offset: number, end: number): number {
  let next: number;
  switch (wireType) {
    case VARINT:
      next = readVarint(bytes, offset, end)[1];
      break;
    case FIXED64:
      next = offset + 8;
      break;
    case FIXED32:
      next = offset + 4;
      break;
    case LENGTH: {
      const [length, afterLength] = readVarint(bytes, offset, end);
      next = afterLength + length;
      break;
    }
    case GROUP_START:
    case GROUP_END:
    default:
      // ONNX has no groups; refusing them keeps nesting bounded.
      throw notProtobuf(offset);
  }
  if (next > end) throw notProtobuf(offset);
  return next;
}

/** Value (exact below 2^53, which covers every tag and length) and the offset after it. */
function readVarint(bytes: Uint8Array, offset: number, end: number): readonly [number, number] {
  let value = 0;
  let scale = 1;
  for (let position = offset; position < end && position < offset + 10; position++) {
    const byte = bytes[position] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, position + 1];
    scale *= 128;
  }
  throw notProtobuf(offset);
}

function notProtobuf(offset: number): LayerdiffError {
  return new LayerdiffError('bad-file', 'the bytes are not a protobuf message, or the file is cut off', {
    place: `byte ${offset}`,
  });
}

/** Tag and length prefix of a length-delimited field (wire type 2) with a payload of `length` bytes. */
export function lengthPrefix(fieldNumber: number, length: number): Uint8Array {
  return Uint8Array.from([...varint(fieldNumber * 8 + LENGTH), ...varint(length)]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

/** A length-delimited field as the parts that make it up: nothing is copied until the message is put together. */
export function embed(fieldNumber: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  return [lengthPrefix(fieldNumber, length), ...parts];
}

export function stringField(fieldNumber: number, text: string): Uint8Array[] {
  return embed(fieldNumber, [new TextEncoder().encode(text)]);
}

export function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}

/** Copies the parts into one buffer: `into` where given, which must be as long as they are. */
export function joinBytes(parts: readonly Uint8Array[], into?: Uint8Array): Uint8Array {
  const joined = into ?? new Uint8Array(lengthOf(parts));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.byteLength;
  }
  return joined;
}
