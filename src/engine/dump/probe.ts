import { readdirSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { isLayerdiffError } from '../../shared/errors.ts';
import { badFile } from './bad-file.ts';
import type { ByteSource } from './byte-source.ts';
import { readHead } from './byte-source.ts';
import { LIMITS } from './limits.ts';
import { OpenFiles, systemMessage } from './open-files.ts';
import type { Dump, DumpFormat } from './reader.ts';
import { readZipDirectory } from './zip.ts';
import type { ZipDirectory } from './zip.ts';

/** What a format needs to know of a path to say whether it is its own. */
export type Probe = FileProbe | FolderProbe;

export interface FileProbe {
  readonly kind: 'file';
  readonly path: string;
  /** Base name. */
  readonly name: string;
  /** Lower case, with the dot. */
  readonly extension: string;
  readonly source: ByteSource;
  /** The first bytes. */
  readonly head: Uint8Array;
  /** The file's directory if it is a zip archive and readable. */
  readonly zip: ZipDirectory | undefined;
  readonly files: OpenFiles;
}

export interface FolderProbe {
  readonly kind: 'folder';
  readonly path: string;
  readonly name: string;
  /** Paths of files relative to the folder, `/` between the parts, in natural order (`t2` before `t10`). */
  readonly members: readonly string[];
  readonly files: OpenFiles;
}

/** How sure a format is: its content says so, or only the file's extension. */
export type Recognition = 'content' | 'extension' | undefined;

interface ReaderOf<P extends Probe> {
  /** What it opens: a file or a folder. */
  readonly kind: P['kind'];
  readonly format: DumpFormat;
  /** For the message that lists what is read. */
  readonly described: string;
  readonly recognise: (probe: P) => Recognition;
  /** @throws LayerdiffError `bad-file` */
  readonly open: (probe: P) => Dump;
}

/** One format: a line of the registry. */
export type FileReader = ReaderOf<FileProbe>;
export type FolderReader = ReaderOf<FolderProbe>;
export type DumpReader = FileReader | FolderReader;

const HEAD_BYTES = 4096;

/** @throws LayerdiffError `bad-file` where the path is nothing that can be read. */
export function probePath(path: string): Probe {
  const files = new OpenFiles();
  const name = basename(resolve(path));
  if (isFolder(path)) return { kind: 'folder', path, name, members: membersOf(path, name), files };
  const source = files.source(path, name);
  const head = readHead(source, HEAD_BYTES);
  const zip = isZip(head) ? readableZip(source) : undefined;
  return { kind: 'file', path, name, extension: extname(name).toLowerCase(), source, head, zip, files };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw badFile(path, undefined, systemMessage(cause), 'check the path and its permissions', cause);
  }
}

/** Files of the folder and its subfolders; links to folders are not followed. */
function membersOf(folder: string, name: string): string[] {
  const members: string[] = [];
  const visit = (prefix: string, depth: number): void => {
    for (const item of listFolder(`${folder}/${prefix}`, name)) {
      if (item.isDirectory()) {
        if (depth < LIMITS.folderDepth) visit(`${prefix}${item.name}/`, depth + 1);
      } else {
        members.push(`${prefix}${item.name}`);
      }
      if (members.length > LIMITS.folderFiles) {
        throw badFile(
          name,
          undefined,
          `holds more than ${LIMITS.folderFiles} files`,
          'give the folder of one recording',
        );
      }
    }
  };
  visit('', 0);
  return members.sort(naturalOrder);
}

function listFolder(path: string, name: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    throw badFile(name, undefined, systemMessage(cause), 'check its permissions', cause);
  }
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

/** Recorders number their files: `2_relu` comes before `10_conv`. */
export function naturalOrder(a: string, b: string): number {
  return COLLATOR.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
}

function readableZip(source: ByteSource): ZipDirectory | undefined {
  try {
    return readZipDirectory(source);
  } catch (error) {
    // The format that claims the file by its extension reads the directory again and reports what is wrong.
    if (isLayerdiffError(error)) return undefined;
    throw error;
  }
}
