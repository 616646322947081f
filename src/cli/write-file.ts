import {
  accessSync,
  closeSync,
  constants,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { LayerdiffError } from '../shared/errors.ts';

/** Writes the pieces to `path` by way of a file beside it, so that nothing is ever half-written; `-` is standard output. */
export function writeFile(path: string, pieces: Iterable<string>): void {
  if (path === '-') {
    for (const piece of pieces) writeSync(1, piece);
    return;
  }
  // A device or a pipe is written to, not replaced.
  const inPlace = statSync(path, { throwIfNoEntry: false })?.isFile() === false;
  const target = inPlace ? path : join(dirname(path), `.${basename(path)}.part`);
  try {
    const file = openSync(target, 'w');
    for (const piece of pieces) writeSync(file, piece);
    closeSync(file);
    if (!inPlace) renameSync(target, path);
  } catch (error) {
    if (!inPlace) rmSync(target, { force: true });
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

/**
 * @param inputs what is read: writing over it, or into a folder that is read, would destroy it.
 * @throws LayerdiffError `bad-request` when `path` could not be written, or is one of the inputs.
 */
export function checkWritable(path: string, inputs: readonly string[]): void {
  if (path === '-') return;
  const target = realPathOf(path);
  if (inputs.map(realPathOf).some((input) => target === input || target.startsWith(input + sep))) {
    throw new LayerdiffError('bad-request', 'is read by this command and would be overwritten', {
      file: path,
      wayOut: 'give another path',
    });
  }
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

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path));
    } catch {
      return path;
    }
  }
}
