import { accessSync, closeSync, constants, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LayerdiffError } from '../shared/errors.ts';

/** Writes the pieces to `path` by way of a file beside it, so that nothing is ever half-written; `-` is standard output. */
export function writeFile(path: string, pieces: Iterable<string>): void {
  if (path === '-') {
    for (const piece of pieces) writeSync(1, piece);
    return;
  }
  const partial = join(dirname(path), `.${basename(path)}.part`);
  try {
    const file = openSync(partial, 'w');
    for (const piece of pieces) writeSync(file, piece);
    closeSync(file);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new LayerdiffError(
      'bad-request',
      `cannot be written (${error instanceof Error ? error.message : String(error)})`,
      {
        file: path,
        wayOut: 'give a path in a folder that exists',
      },
    );
  }
}

/** @throws LayerdiffError `bad-request` when `path` could not be written: its folder is missing or closed. */
export function checkWritable(path: string): void {
  if (path === '-') return;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new LayerdiffError('bad-request', 'cannot be written: it is a folder', {
      file: path,
      wayOut: 'give the path of a file',
    });
  }
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch {
    throw new LayerdiffError('bad-request', 'cannot be written: its folder is missing or read-only', {
      file: path,
      wayOut: 'give a path in a folder that exists',
    });
  }
}
