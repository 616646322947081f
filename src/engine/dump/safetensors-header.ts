import { z } from 'zod';
import type { ComparableDtype } from '../../shared/dtype.ts';
import { checkedByteLength } from '../tensor/index.ts';
import { badFile, shortName } from './bad-file.ts';
import type { ByteSource } from './byte-source.ts';
import { readBytes } from './byte-source.ts';
import { LIMITS } from './limits.ts';

/**
 * Header of a `.safetensors` file: eight bytes of length, then JSON `{name: {dtype, shape, data_offsets}}`.
 * Source: https://github.com/huggingface/safetensors#format
 */
export interface SafetensorsTensor {
  readonly name: string;
  /** `undefined` for types that are not compared; `typeName` is what the file says. */
  readonly dtype: ComparableDtype | undefined;
  readonly typeName: string;
  readonly dims: readonly number[];
  /** Absolute byte in the file. */
  readonly byteOffset: number;
  readonly bytes: number;
}

const DTYPES_BY_NAME: ReadonlyMap<string, ComparableDtype> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U64', 'uint64'],
  ['U32', 'uint32'],
  ['U16', 'uint16'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
]);

const size = z.number().int().nonnegative();
const TENSOR = z.object({
  dtype: z.string().max(40),
  shape: z.array(size),
  data_offsets: z.tuple([size, size]),
});

const WAY_OUT = 'save it again with safetensors';

export function isSafetensors(head: Uint8Array): boolean {
  return head.length > 8 && head[8] === 0x7b && headerLength(head) <= LIMITS.safetensorsHeaderBytes;
}

/**
 * Tensors in the order of their data.
 * @throws LayerdiffError `bad-file` for a header that is none, or data that overlap, do not fit the shape or the file.
 */
export function readSafetensorsHeader(source: ByteSource): SafetensorsTensor[] {
  const { file } = source;
  if (source.size < 8) throw badFile(file, undefined, `is cut short (${source.size} bytes)`, WAY_OUT);
  const length = headerLength(readBytes(source, 0, 8));
  if (length > LIMITS.safetensorsHeaderBytes || 8 + length > source.size) {
    throw badFile(
      file,
      'byte 0',
      `its header claims ${length} bytes, the file has ${source.size}`,
      'it is cut short or no safetensors file: save or copy it again',
    );
  }
  const start = 8 + length;
  const tensors = entriesOf(file, readBytes(source, 8, length)).map(([name, value]) =>
    tensorOf(file, name, value, start, source.size),
  );
  tensors.sort((a, b) => a.byteOffset - b.byteOffset || a.bytes - b.bytes);
  let end = start;
  for (const tensor of tensors) {
    if (tensor.byteOffset < end) {
      throw badFile(file, shortName(tensor.name), 'its data overlap those of another tensor', WAY_OUT);
    }
    end = tensor.byteOffset + tensor.bytes;
  }
  return tensors;
}

/** The words for a type that is not read. */
export function skippedTypeReason(typeName: string): string {
  return `the type ${typeName} is not compared`;
}

function headerLength(head: Uint8Array): number {
  return Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true));
}

function entriesOf(file: string, bytes: Uint8Array): [string, unknown][] {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw badFile(file, 'byte 8', 'its header is not JSON', WAY_OUT, cause);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw badFile(file, 'byte 8', 'its header is not a JSON object', WAY_OUT);
  }
  // JSON.parse makes `__proto__` an own property like any other, so the names are safe here.
  return Object.entries(header).filter(([name]) => name !== '__metadata__');
}

function tensorOf(
  file: string,
  name: string,
  value: unknown,
  start: number,
  fileSize: number,
): SafetensorsTensor {
  const parsed = TENSOR.safeParse(value);
  const place = shortName(name);
  if (!parsed.success)
    throw badFile(file, place, 'its header entry lacks dtype, shape or data_offsets', WAY_OUT);
  const { dtype: typeName, shape: dims, data_offsets: offsets } = parsed.data;
  const [from, to] = offsets;
  if (to < from || start + to > fileSize) {
    throw badFile(
      file,
      place,
      `its data (bytes ${from} to ${to} after the header) end outside the file of ${fileSize} bytes`,
      'it is cut short: save or copy it again',
    );
  }
  const dtype = DTYPES_BY_NAME.get(typeName);
  const expected = dtype === undefined ? to - from : checkedByteLength(dtype, dims);
  if (expected !== to - from) {
    throw badFile(
      file,
      place,
      `${typeName} [${dims.join(', ')}] does not fit its ${to - from} bytes of data`,
      WAY_OUT,
    );
  }
  return { name, dtype, typeName, dims, byteOffset: start + from, bytes: to - from };
}
