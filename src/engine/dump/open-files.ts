import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { badFile } from './bad-file.ts';
import type { ByteSource } from './byte-source.ts';
import { LIMITS } from './limits.ts';

/** Linux reads at most 2 GiB − 4 KiB in one call. */
const READ_BYTES = 1024 * 1024 * 1024;

interface Identity {
  readonly inode: number;
  readonly size: number;
  readonly modifiedMillis: number;
}

/**
 * The files of one dump. A folder may hold thousands, so only the most recently used stay open; a file that was
 * closed and opened again must still be the one whose header was read.
 */
export class OpenFiles {
  // Insertion order is the order of use: the first key is the one to close.
  readonly #descriptors = new Map<string, number>();
  /** Where the last read ended. */
  #last: { readonly path: string; readonly end: number } | undefined;
  #closed = false;

  /**
   * @param label how messages name the file
   * @throws LayerdiffError `bad-file` when it cannot be opened or is not a regular file.
   */
  source(path: string, label: string): ByteSource {
    // Before opening: to open a pipe waits for its writer.
    const identity = identityOf(
      readWith(label, () => statSync(path)),
      label,
    );
    return {
      file: label,
      size: identity.size,
      read: (offset, target) => this.#read(path, label, identity, offset, target),
    };
  }

  close(): void {
    this.#closed = true;
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
    this.#descriptors.clear();
  }

  #read(path: string, label: string, identity: Identity, offset: number, target: Uint8Array): void {
    const descriptor = this.#open(path, label);
    // A tensor is read in tiles: once for all of them is enough.
    const goesOn = this.#last?.path === path && this.#last.end === offset;
    this.#last = { path, end: offset + target.length };
    if (!goesOn && !sameIdentity(identityOf(fstatSync(descriptor), label), identity)) {
      throw badFile(label, undefined, 'the file changed since it was opened', 'open it again');
    }
    let done = 0;
    while (done < target.length) {
      const length = Math.min(READ_BYTES, target.length - done);
      const count = readWith(label, () => readSync(descriptor, target, done, length, offset + done));
      if (count === 0) {
        throw badFile(
          label,
          `byte ${offset + done}`,
          `the file ends early (${identity.size} bytes)`,
          'record or copy it again',
        );
      }
      done += count;
    }
  }

  #open(path: string, label: string): number {
    if (this.#closed) throw badFile(label, undefined, 'the dump was closed', 'open it again');
    const known = this.#descriptors.get(path);
    if (known !== undefined) {
      this.#descriptors.delete(path);
      this.#descriptors.set(path, known);
      return known;
    }
    for (const [oldest, descriptor] of this.#descriptors) {
      if (this.#descriptors.size < LIMITS.openFiles) break;
      closeSync(descriptor);
      this.#descriptors.delete(oldest);
    }
    const descriptor = readWith(label, () => openSync(path, 'r'));
    this.#descriptors.set(path, descriptor);
    return descriptor;
  }
}

function identityOf(stats: Stats, label: string): Identity {
  if (!stats.isFile()) throw badFile(label, undefined, 'is not a regular file', 'give a file or a folder');
  return { inode: stats.ino, size: stats.size, modifiedMillis: stats.mtimeMs };
}

function sameIdentity(a: Identity, b: Identity): boolean {
  return a.inode === b.inode && a.size === b.size && a.modifiedMillis === b.modifiedMillis;
}

function readWith<T>(label: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw badFile(label, undefined, systemMessage(cause), 'check the path and its permissions', cause);
  }
}

/** Words for an error of the file system, without the path Node puts into its messages. */
export function systemMessage(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'ENOENT':
      return 'there is no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read';
    case 'ENOTDIR':
      return 'a part of the path is not a folder';
    case 'EMFILE':
    case 'ENFILE':
      return 'too many files are open';
    default:
      return code === '' ? 'cannot be read' : `cannot be read (${code})`;
  }
}
