import { Unzlib } from 'fflate';
import { badPicture } from './refuse.ts';

/** What is needed to decode the pixels; text, profiles and animation are never looked into. */
const NEEDED: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND']);
const SIGNATURE_BYTES = 8;
/** Deflate makes at most 1032 bytes of one: no piece can fill the memory before it is counted. */
const PIECE = 1 << 14;

export interface PngParts {
  readonly width: number;
  readonly height: number;
  /** The file with nothing but the chunks that are needed. */
  readonly bytes: Uint8Array;
  readonly data: readonly Uint8Array[];
  /** Bytes that the pixels of this header take when inflated, at most. */
  readonly inflated: number;
}

/**
 * Source: PNG specification, third edition, 5.2 to 5.4 and 11.2.
 * @throws LayerdiffError where the chunks do not fill the file or there is no header.
 */
export function pngParts(bytes: Uint8Array, name: string): PngParts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, SIGNATURE_BYTES)];
  const data: Uint8Array[] = [];
  let header: Uint8Array | undefined;
  for (let at = SIGNATURE_BYTES, ended = false; !ended;) {
    if (at + 12 > bytes.length) throw badPicture(name, 'the PNG file ends inside a chunk');
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) throw badPicture(name, 'the PNG file ends inside a chunk');
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, end - 4);
    if (type === 'IHDR' && body.length === 13) header ??= body;
    if (type === 'IDAT') data.push(body);
    if (NEEDED.has(type)) kept.push(bytes.subarray(at, end));
    ended = type === 'IEND';
    at = end;
  }
  if (header === undefined) throw badPicture(name, 'the PNG file has no header');
  const fields = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const width = fields.getUint32(0);
  const height = fields.getUint32(4);
  if (fields.getUint8(8) < 8 && fields.getUint8(12) === 1)
    throw badPicture(
      name,
      'interlaced PNG files of fewer than 8 bits are not read',
      'save it anew as PNG, not interlaced',
    );
  // Up to four channels of 16 bits; a filter byte a row, and the rows of seven passes when interlaced.
  return {
    width,
    height,
    bytes: joined(kept),
    data,
    inflated: 8 * width * height + 16 * (width + height + 8),
  };
}

/** @throws LayerdiffError where the compressed pixels are more than the header's, or no zlib stream. */
export function checkInflation(parts: PngParts, name: string): void {
  let total = 0;
  const counter = new Unzlib((piece) => {
    total += piece.length;
    if (total > parts.inflated) {
      throw badPicture(name, 'the PNG file holds more pixels than its header says');
    }
  });
  for (const body of parts.data) {
    for (let start = 0; start < body.length; start += PIECE)
      counter.push(body.subarray(start, start + PIECE));
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
