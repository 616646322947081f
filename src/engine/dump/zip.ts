import { badFile, shortName } from './bad-file.ts';
import type { ByteSource } from './byte-source.ts';
import { readBytes } from './byte-source.ts';
import { LIMITS } from './limits.ts';

/**
 * The central directory of a zip archive, zip64 included. Local headers are read when a member is opened.
 * Source: PKWARE APPNOTE.TXT 6.3, sections 4.3 and 4.5.3.
 */
export interface ZipMember {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
}

export interface ZipDirectory {
  readonly members: readonly ZipMember[];
  /** The last member of each name, as zip readers commonly take it. */
  readonly byName: ReadonlyMap<string, ZipMember>;
}

const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END64_BYTES = 56;
const CENTRAL_BYTES = 46;
const COMMENT_BYTES = 65_535;
const LONG = 0xffff_ffff;
const SHORT = 0xffff;
const WAY_OUT = 'copy or save the file again';

/** @throws LayerdiffError `bad-file` when there is no directory (a file cut short) or it lies. */
export function readZipDirectory(source: ByteSource): ZipDirectory {
  const { count, size, offset } = readEnd(source);
  if (count > LIMITS.zipEntries) throw broken(source, undefined, `claims ${count} members`);
  if (size > LIMITS.zipDirectoryBytes || offset + size > source.size) {
    throw broken(source, undefined, `its directory (${size} bytes at ${offset}) does not fit`);
  }
  const bytes = readBytes(source, offset, size);
  const view = viewOf(bytes);
  const members: ZipMember[] = [];
  const decoder = new TextDecoder();
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_BYTES > bytes.length || view.getUint32(at, true) !== 0x0201_4b50) {
      throw broken(source, `member ${index}`, 'the directory ends early');
    }
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const next = at + CENTRAL_BYTES + nameBytes + extraBytes + view.getUint16(at + 32, true);
    if (next > bytes.length) throw broken(source, `member ${index}`, 'the directory ends early');
    const nameEnd = at + CENTRAL_BYTES + nameBytes;
    const sizes = wideSizes(bytes.subarray(nameEnd, nameEnd + extraBytes), {
      bytes: view.getUint32(at + 24, true),
      compressedBytes: view.getUint32(at + 20, true),
      headerOffset: view.getUint32(at + 42, true),
    });
    members.push({
      name: decoder.decode(bytes.subarray(at + CENTRAL_BYTES, nameEnd)),
      method: view.getUint16(at + 10, true),
      isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
      crc32: view.getUint32(at + 16, true),
      ...sizes,
    });
    at = next;
  }
  return { members, byName: new Map(members.map((member) => [member.name, member])) };
}

/** Byte where the member's data begins. @throws LayerdiffError `bad-file` when the data are not all in the file. */
export function memberOffset(source: ByteSource, member: ZipMember): number {
  const place = shortName(member.name);
  if (member.isEncrypted) throw broken(source, place, 'is encrypted', 'save it without a password');
  if (member.headerOffset + 30 > source.size) throw broken(source, place, 'lies outside the file');
  const header = readBytes(source, member.headerOffset, 30);
  const view = viewOf(header);
  if (view.getUint32(0, true) !== 0x0403_4b50) throw broken(source, place, 'has no local header');
  const offset = member.headerOffset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (offset + member.compressedBytes > source.size) throw broken(source, place, 'ends outside the file');
  return offset;
}

interface Sizes {
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly headerOffset: number;
}

/** The zip64 extra field holds, in this order, just the numbers that did not fit into 32 bits. */
function wideSizes(extra: Uint8Array, sizes: Sizes): Sizes {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + view.getUint16(at + 2, true));
    let next = at + 4;
    const wide = (value: number): number => {
      if (value !== LONG || next + 8 > end) return value;
      next += 8;
      return Number(view.getBigUint64(next - 8, true));
    };
    const bytes = wide(sizes.bytes);
    const compressedBytes = wide(sizes.compressedBytes);
    return { bytes, compressedBytes, headerOffset: wide(sizes.headerOffset) };
  }
  return sizes;
}

function readEnd(source: ByteSource): { count: number; size: number; offset: number } {
  const tailStart = Math.max(0, source.size - END_BYTES - COMMENT_BYTES);
  const tail = readBytes(source, tailStart, source.size - tailStart);
  const view = viewOf(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x0605_4b50) continue;
    const end = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
    const isWide = end.count === SHORT || end.size === LONG || end.offset === LONG;
    return (isWide ? readEnd64(source, tailStart + at) : undefined) ?? end;
  }
  throw broken(source, undefined, 'a zip archive without its directory: it was cut short');
}

function readEnd64(
  source: ByteSource,
  end: number,
): { count: number; size: number; offset: number } | undefined {
  if (end < LOCATOR_BYTES) return undefined;
  const locator = viewOf(readBytes(source, end - LOCATOR_BYTES, LOCATOR_BYTES));
  if (locator.getUint32(0, true) !== 0x0706_4b50) return undefined;
  const at = Number(locator.getBigUint64(8, true));
  if (at + END64_BYTES > source.size) throw broken(source, undefined, 'its zip64 directory does not fit');
  const view = viewOf(readBytes(source, at, END64_BYTES));
  if (view.getUint32(0, true) !== 0x0606_4b50) throw broken(source, undefined, 'has no zip64 directory');
  return {
    count: Number(view.getBigUint64(32, true)),
    size: Number(view.getBigUint64(40, true)),
    offset: Number(view.getBigUint64(48, true)),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function broken(source: ByteSource, place: string | undefined, message: string, wayOut = WAY_OUT) {
  return badFile(source.file, place, message, wayOut);
}
