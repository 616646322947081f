import { LayerdiffError } from '../../shared/errors.ts';
import type { RangeReader } from '../tensor/index.ts';
import { elementCount, permuteDims, permutedRangeReader, sameDims } from '../tensor/index.ts';
import { elementBytesOf } from './kernel-codes.ts';
import type { ReferenceTransform, TensorSource } from './tensor-source.ts';

/** Reads elements in the order of the tensor itself. @param count elements it must have. */
export function readerOf(source: TensorSource, count: number): RangeReader {
  if (!('bytes' in source)) return source.read;
  const { bytes, dtype } = source;
  const size = elementBytesOf(dtype);
  if (bytes.length !== count * size) {
    throw new LayerdiffError(
      'not-comparable',
      `${bytes.length / size} elements where the shape has ${count}`,
    );
  }
  return (start, length, target) => target.set(bytes.subarray(start * size, (start + length) * size));
}

/** Reads a reference in the order of the candidate, of which `dims` are the dims. */
export function referenceReader(
  reference: TensorSource,
  dims: readonly number[],
  transform: ReferenceTransform,
  referenceDims: readonly number[] | undefined,
): RangeReader {
  const count = elementCount(dims);
  if (referenceDims !== undefined && elementCount(referenceDims) !== count) {
    throw new LayerdiffError(
      'not-comparable',
      `[${referenceDims.join(', ')}] has not as many elements as [${dims.join(', ')}]`,
    );
  }
  if (transform.kind !== 'permutation') return readerOf(reference, count);
  const { axes } = transform;
  const from = referenceDims ?? axes.map((_, axis) => dims[axes.indexOf(axis)] ?? 1);
  if (axes.length !== dims.length || !sameDims(permuteDims(from, axes), dims)) {
    throw new LayerdiffError(
      'not-comparable',
      `axes [${axes.join(', ')}] do not bring [${from.join(', ')}] to [${dims.join(', ')}]`,
    );
  }
  return permutedRangeReader({ dtype: reference.dtype, dims: from }, wholeOf(reference, count), axes);
}

/** A permutation jumps about in its source, so what comes by reading is read whole first. */
function wholeOf(source: TensorSource, count: number): Uint8Array {
  const read = readerOf(source, count);
  if ('bytes' in source) return source.bytes;
  const bytes = new Uint8Array(count * elementBytesOf(source.dtype));
  read(0, count, bytes);
  return bytes;
}
