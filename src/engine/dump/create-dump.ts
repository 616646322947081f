import { DTYPES } from '../../shared/dtype.ts';
import { LayerdiffError } from '../../shared/errors.ts';
import { elementCount } from '../tensor/index.ts';
import { DecodedCache } from './decoded-cache.ts';
import { LIMITS } from './limits.ts';
import type { OpenFiles } from './open-files.ts';
import type { Dump, DumpEntry, DumpFormat, DumpSample, Recording, SkippedEntry } from './reader.ts';
import { StoredArray } from './stored-array.ts';

export interface DumpParts {
  readonly format: DumpFormat;
  readonly name: string;
  readonly files: OpenFiles;
  readonly samples: readonly DumpSample[];
  readonly skipped: readonly SkippedEntry[];
  readonly recording?: Recording;
}

/** The part of `Dump` that is the same for every format: entries carry a `StoredArray`, the files are one set. */
export function createDump(parts: DumpParts): Dump {
  const gathered = new DecodedCache(LIMITS.gatherCacheBytes);
  return {
    format: parts.format,
    name: parts.name,
    samples: parts.samples,
    recording: parts.recording,
    skipped: parts.skipped,
    read: (entry, start, count, target) => {
      storedArrayOf(entry, start, count, target, parts.name).read(start, count, target, gathered);
    },
    close: () => {
      gathered.clear();
      parts.files.close();
    },
  };
}

function storedArrayOf(
  entry: DumpEntry,
  start: number,
  count: number,
  target: Uint8Array,
  name: string,
): StoredArray {
  const total = elementCount(entry.dims);
  const isRange = Number.isSafeInteger(start) && Number.isSafeInteger(count) && start >= 0 && count >= 0;
  if (!(entry.locator instanceof StoredArray) || !isRange || start + count > total) {
    throw new LayerdiffError('bad-request', `has ${total} elements; asked for ${count} from ${start} on`, {
      file: name,
      place: entry.key,
    });
  }
  const needed = count * DTYPES[entry.dtype].bytes;
  if (target.length < needed) {
    throw new LayerdiffError('bad-request', `needs ${needed} bytes, the target has ${target.length}`, {
      file: name,
      place: entry.key,
    });
  }
  return entry.locator;
}
