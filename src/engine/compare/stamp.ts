import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FileStamp } from '../../shared/report.ts';

/** Files above this are stamped by their ends: hashing 100 GB would take longer than the comparison. */
const WHOLE_BYTES = 256 * 2 ** 20;
const END_BYTES = 2 ** 20;

/** Stamp of a file that is in memory already. */
export function stampOfBytes(path: string, bytes: Uint8Array): FileStamp {
  if (bytes.length > WHOLE_BYTES) return stampOf(path);
  return { name: basename(path), sha256: createHash('sha256').update(bytes).digest('hex'), over: 'file' };
}

/**
 * Base name and SHA-256 of a file; of a large one over its size, first and last MiB; of a folder over its files' names
 * and sizes and its manifest, which for a recorder's dump tells everything apart.
 */
export function stampOf(path: string): FileStamp {
  const hash = createHash('sha256');
  const stat = statSync(path);
  if (!stat.isDirectory()) {
    const whole = stat.size <= WHOLE_BYTES;
    hashFile(path, hash, whole);
    return { name: basename(path), sha256: hash.digest('hex'), over: whole ? 'file' : 'size and ends' };
  }
  for (const name of readdirSync(path).sort()) {
    hash.update(`${name} ${statSync(join(path, name)).size}\n`);
    if (name === 'manifest.json') hashFile(join(path, name), hash, true);
  }
  return { name: basename(path), sha256: hash.digest('hex'), over: 'names, sizes and manifest' };
}

function hashFile(path: string, hash: Hash, whole: boolean): void {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.allocUnsafe(END_BYTES);
    const ranges = whole
      ? [[0, size] as const]
      : [[0, END_BYTES] as const, [size - END_BYTES, size] as const];
    if (!whole) hash.update(`${size}\n`);
    for (const [start, end] of ranges) {
      for (let offset = start; offset < end;) {
        const count = readSync(file, buffer, 0, Math.min(buffer.length, end - offset), offset);
        if (count === 0) break;
        hash.update(buffer.subarray(0, count));
        offset += count;
      }
    }
  } finally {
    closeSync(file);
  }
}
