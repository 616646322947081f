import { readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, parse, resolve, sep } from 'node:path';
import type { Listing, ListingEntry } from '../shared/contract.ts';
import { LayerdiffError } from '../shared/errors.ts';

/** What paths a window may name. Links are followed before the answer: one that leads out of the root is outside. */
export interface Jail {
  readonly root: string;
  /** @throws LayerdiffError `bad-request` for a path outside the root, `bad-file` for one that does not exist. */
  readonly resolve: (path: string) => string;
}

/** @throws LayerdiffError `bad-file` when the root or one of the others does not exist. */
export function jailAt(root: string, alsoAllowed: readonly string[] = []): Jail {
  const real = realPath(root);
  const allowed = [real, ...alsoAllowed.map(realPath)];
  // As they were given: their own links lead where they may.
  const named = [root, ...alsoAllowed].map((path) => resolve(path));
  return {
    root: real,
    resolve: (path) => {
      const full = resolve(real, path);
      const outside = new LayerdiffError('bad-request', 'is outside the folder that is served', {
        file: full,
        wayOut: 'start with --root at a folder that holds it',
      });
      // Before the disk is asked: what is outside neither exists nor not.
      if (![...allowed, ...named].some((folder) => isWithin(folder, full))) throw outside;
      const target = realPath(full);
      if (!allowed.some((folder) => isWithin(folder, target))) throw outside;
      return target;
    },
  };
}

/** On the desktop the user's own rights are the limit, on every drive: the dialogs are the system's. */
export function wholeDisk(): Jail {
  const { root } = parse(homedir());
  return { root, resolve: (path) => realPath(resolve(root, path)) };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    throw new LayerdiffError('bad-file', 'does not exist', { file: path, wayOut: 'check the path' });
  }
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

const REFERENCES = /\.(safetensors|npz|npy|pt|pth)$/i;
const MOST_ENTRIES = 5000;

export function listFolder(jail: Jail, path: string): Listing {
  const folder = jail.resolve(path === '' ? jail.root : path);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    throw new LayerdiffError('bad-file', 'cannot be listed', { file: folder });
  }
  const entries = names
    .filter((name) => !name.startsWith('.'))
    .slice(0, MOST_ENTRIES)
    .flatMap((name) => entryOf(join(folder, name)));
  entries.sort(
    (a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || a.name.localeCompare(b.name),
  );
  return { path: folder, parent: parentOf(jail, folder), entries };
}

function parentOf(jail: Jail, folder: string): string | undefined {
  const parent = dirname(folder);
  if (folder === jail.root || parent === folder) return undefined;
  try {
    return jail.resolve(parent);
  } catch {
    return undefined;
  }
}

function entryOf(path: string): ListingEntry[] {
  try {
    const stat = statSync(path);
    return [
      { name: basename(path), path, kind: stat.isDirectory() ? 'folder' : kindOf(path), bytes: stat.size },
    ];
  } catch {
    // A link into nowhere, or a file that went away.
    return [];
  }
}

function kindOf(path: string): ListingEntry['kind'] {
  if (/\.onnx$/i.test(path)) return 'model';
  if (REFERENCES.test(path)) return 'reference';
  if (/\.json$/i.test(path)) return 'report';
  return 'other';
}
