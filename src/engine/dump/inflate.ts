import { constants, crc32, inflateRawSync } from 'node:zlib';
import { badFile, shortName } from './bad-file.ts';
import type { ByteSource } from './byte-source.ts';
import { decodedSource, partOf, readBytes } from './byte-source.ts';
import type { DecodedCache } from './decoded-cache.ts';
import { LIMITS } from './limits.ts';
import { memberOffset } from './zip.ts';
import type { ZipMember } from './zip.ts';

const STORED = 0;
const DEFLATED = 8;

/** A member as bytes that can be read anywhere, and its first bytes without inflating the rest. */
export interface OpenMember {
  readonly source: ByteSource;
  /** At least `length` bytes, or all there are. */
  head(length: number): Uint8Array;
}

/**
 * Stored members are read in place, deflated ones are inflated whole at the first read and kept in `cache`.
 * @throws LayerdiffError `bad-file` for members that lie about their size or use another method.
 */
export function openMember(source: ByteSource, member: ZipMember, cache: DecodedCache): OpenMember {
  const offset = memberOffset(source, member);
  const place = shortName(member.name);
  if (member.method === STORED) {
    if (member.bytes !== member.compressedBytes)
      throw badFile(source.file, place, 'a stored member of two sizes', 'save it again');
    const part = partOf(source, offset, member.bytes);
    return { source: part, head: (length) => readBytes(part, 0, Math.min(length, part.size)) };
  }
  if (member.method !== DEFLATED) {
    throw badFile(source.file, place, `compressed by method ${member.method}`, 'save it stored or deflated');
  }
  if (member.bytes > LIMITS.inflatedBytes) {
    throw badFile(
      source.file,
      place,
      `${member.bytes} bytes are too many to inflate`,
      'save it uncompressed (numpy.savez)',
    );
  }
  if (member.bytes > member.compressedBytes * LIMITS.deflateRatio + 64) {
    throw badFile(source.file, place, 'claims more than its data can hold', 'save it again');
  }
  const inflateAll = (): Uint8Array =>
    cache.get(member, () => {
      const bytes = inflate(source, place, readBytes(source, offset, member.compressedBytes), member.bytes);
      if (bytes.length !== member.bytes) {
        throw badFile(
          source.file,
          place,
          `inflates to ${bytes.length} bytes, not ${member.bytes}`,
          'save it again',
        );
      }
      if (crc32(bytes) !== member.crc32) {
        throw badFile(source.file, place, 'its checksum does not fit: the data are damaged', 'save it again');
      }
      return bytes;
    });
  return {
    source: decodedSource(source.file, member.bytes, inflateAll),
    head: (length) => inflateHead(source, place, offset, member, length),
  };
}

function inflateHead(
  source: ByteSource,
  place: string,
  offset: number,
  member: ZipMember,
  length: number,
): Uint8Array {
  const wanted = Math.min(length, member.bytes);
  for (let prefix = 1024; ; prefix *= 8) {
    const compressed = readBytes(source, offset, Math.min(prefix, member.compressedBytes));
    const bytes = inflate(source, place, compressed, compressed.length * LIMITS.deflateRatio + 64);
    if (bytes.length >= wanted || compressed.length === member.compressedBytes) return bytes;
  }
}

/** Inflates what is there; a stream that ends early gives what it has. */
function inflate(source: ByteSource, place: string, compressed: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return inflateRawSync(compressed, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: Math.max(1, maxBytes),
    });
  } catch (cause) {
    throw badFile(source.file, place, 'its compressed data are damaged', 'save it again', cause);
  }
}
