import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FileStamp } from '../../shared/report.ts';

/** Base name and SHA-256 of a file; of a folder, over its files' names, sizes and the manifest's bytes if it has one. */
export function stampOf(path: string): FileStamp {
  const hash = createHash('sha256');
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) {
      hash.update(`${name} ${statSync(join(path, name)).size}\n`);
      if (name === 'manifest.json') hashFile(join(path, name), (bytes) => hash.update(bytes));
    }
  } else hashFile(path, (bytes) => hash.update(bytes));
  return { name: basename(path), sha256: hash.digest('hex') };
}

function hashFile(path: string, update: (bytes: Uint8Array) => void): void {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(1 << 20);
    for (;;) {
      const count = readSync(file, buffer, 0, buffer.length, null);
      if (count === 0) return;
      update(buffer.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}
