import type { Dump, DumpEntry } from '../dump/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { byteLength, elementCount } from '../tensor/index.ts';

/** The whole value of an entry. */
export function readEntry(dump: Dump, entry: DumpEntry): Tensor {
  const bytes = new Uint8Array(byteLength(entry));
  dump.read(entry, 0, elementCount(entry.dims), bytes);
  return { dtype: entry.dtype, dims: entry.dims, bytes };
}
