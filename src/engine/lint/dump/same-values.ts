import { isFloatDtype } from '../../../shared/dtype.ts';
import { DTYPES } from '../../../shared/dtype.ts';
import type { Dump, DumpEntry } from '../../dump/index.ts';
import { bfloat16ToFloat32, elementCount, float16ToFloat32, typedArrayOf } from '../../tensor/index.ts';

/** Elements that are in memory at once, of each entry. */
const CHUNK = 1 << 16;
/** Fewer may be without a negative one by chance. */
const FEWEST = 16;

/**
 * True where two entries of the same dtype and shape hold the same bytes, no negative value and more than one value.
 * Reads chunk by chunk and stops at the first that says no: with a negative value in most chunks, that is the first.
 */
export function isSameWithoutNegatives(
  dump: Dump,
  a: DumpEntry,
  b: DumpEntry,
  mostBytes: number,
): { readonly isSame: boolean; readonly bytesRead: number } {
  const count = elementCount(a.dims);
  const { bytes: size } = DTYPES[a.dtype];
  const isOneTensor = a.storage === b.storage;
  const needed = count * size * (isOneTensor ? 1 : 2);
  const isTelling = isFloatDtype(a.dtype) && count >= FEWEST && needed <= mostBytes;
  if (!isTelling) return { isSame: false, bytesRead: 0 };
  let bytesRead = 0;
  let isConstant = true;
  let first: number | undefined;
  const left = new Uint8Array(Math.min(count, CHUNK) * size);
  const right = new Uint8Array(isOneTensor ? 0 : left.length);
  for (let start = 0; start < count; start += CHUNK) {
    const length = Math.min(CHUNK, count - start);
    const bytes = left.subarray(0, length * size);
    dump.read(a, start, length, bytes);
    bytesRead += bytes.length;
    for (const value of valuesOf(a, bytes)) {
      if (value < 0) return { isSame: false, bytesRead };
      first ??= value;
      if (value !== first) isConstant = false;
    }
    if (isOneTensor) continue;
    const others = right.subarray(0, length * size);
    dump.read(b, start, length, others);
    bytesRead += others.length;
    if (bytes.some((byte, at) => byte !== others[at])) return { isSame: false, bytesRead };
  }
  return { isSame: !isConstant, bytesRead };
}

function valuesOf(entry: DumpEntry, bytes: Uint8Array): Iterable<number> {
  switch (entry.dtype) {
    case 'float32':
    case 'float64':
      return typedArrayOf(entry.dtype, bytes) as Float32Array | Float64Array;
    case 'float16':
      return Float32Array.from(typedArrayOf(entry.dtype, bytes) as Uint16Array, float16ToFloat32);
    case 'bfloat16':
      return Float32Array.from(typedArrayOf(entry.dtype, bytes) as Uint16Array, bfloat16ToFloat32);
    default:
      return [];
  }
}
