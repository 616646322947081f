import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LayerdiffError } from '../../shared/errors.ts';

/**
 * By way of a file beside it, so that a full disk or a crash leaves what was there before.
 * @throws LayerdiffError `bad-request` with the path
 */
export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    const file = await open(part, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    const why = error instanceof Error ? error.message : String(error);
    throw new LayerdiffError('bad-request', `cannot be written (${why})`, {
      file: path,
      wayOut: 'choose another folder',
    });
  }
}
