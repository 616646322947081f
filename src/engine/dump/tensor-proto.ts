import { dtypeOfOnnx, isComparableDtype } from '../../shared/dtype.ts';
import type { ComparableDtype } from '../../shared/dtype.ts';
import { checkedByteLength, MAX_RANK } from '../tensor/index.ts';
import { badFile } from './bad-file.ts';
import { ByteCursor } from './byte-cursor.ts';
import type { ByteSource } from './byte-source.ts';
import { decodedSource, partOf, readBytes } from './byte-source.ts';
import type { DecodedCache } from './decoded-cache.ts';
import type { ExternalData } from './external-data.ts';
import { externalDataOf } from './external-data.ts';
import { LIMITS } from './limits.ts';
import { protobufFields, readVarint } from './protobuf.ts';
import type { ProtobufField } from './protobuf.ts';
import type { ArrayLayout } from './stored-array.ts';
import { decodeTypedField, FIELD_OF_DTYPE } from './typed-field.ts';

/**
 * One ONNX `TensorProto` in a file of its own.
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export interface TensorProto {
  /** The tensor's own name, '' if it has none. */
  readonly name: string;
  /** Where the values are; or in words why they are not read. */
  readonly layout: ArrayLayout | string;
}

const DIMS = 1;
const DATA_TYPE = 2;
const SEGMENT = 3;
const NAME = 8;
const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
const WAY_OUT = 'save it again with onnx.save_tensor';

interface Parts {
  readonly dims: number[];
  readonly packedDims: { readonly start: number; readonly length: number }[];
  dataType: number;
  name: string;
  raw: { readonly start: number; readonly length: number } | undefined;
  /** Bytes of typed fields by field number: what a lazy decode will find. */
  readonly typedBytes: Map<number, number>;
  /** A packed field that came in one piece. */
  readonly pieces: Map<number, { readonly start: number; readonly length: number } | undefined>;
  readonly external: ExternalData[];
  isExternal: boolean;
  isOther: boolean;
}

/**
 * @param openExternal opens the file beside it that holds the values
 * @throws LayerdiffError `bad-file` when it is no protobuf, or shape and data do not fit
 */
export function readTensorProto(
  source: ByteSource,
  cache: DecodedCache,
  openExternal: (external: readonly ExternalData[]) => ByteSource,
): TensorProto {
  const parts = partsOf(source);
  const { name } = parts;
  if (parts.isOther) return { name, layout: 'a sequence or an optional value, not a tensor' };
  const dtype = dtypeOfOnnx(parts.dataType);
  if (dtype === undefined) {
    throw badFile(source.file, undefined, `is no ONNX tensor: its data type is ${parts.dataType}`, WAY_OUT);
  }
  if (!isComparableDtype(dtype)) return { name, layout: `the type ${dtype} is not compared` };
  const bytes = checkedByteLength(dtype, parts.dims);
  if (bytes === undefined) {
    throw badFile(source.file, undefined, `its shape [${parts.dims.join(', ')}] is not possible`, WAY_OUT);
  }
  const data = dataOf(source, parts, dtype, bytes, cache, openExternal);
  return { name, layout: typeof data === 'string' ? data : { ...data, dtype, dims: parts.dims } };
}

type Data = Pick<ArrayLayout, 'source' | 'byteOffset'>;

function dataOf(
  source: ByteSource,
  parts: Parts,
  dtype: ComparableDtype,
  bytes: number,
  cache: DecodedCache,
  openExternal: (external: readonly ExternalData[]) => ByteSource,
): Data | string {
  if (parts.isExternal) {
    const external = openExternal(parts.external);
    if (external.size < bytes) throw misfit(source, external.size, bytes);
    return { source: external, byteOffset: 0 };
  }
  if (parts.raw !== undefined) {
    if (parts.raw.length !== bytes) throw misfit(source, parts.raw.length, bytes);
    return { source: partOf(source, parts.raw.start, bytes), byteOffset: 0 };
  }
  if (bytes === 0) return { source, byteOffset: 0 };
  const field = FIELD_OF_DTYPE[dtype];
  const piece = parts.pieces.get(field.number);
  if (field.encoding === 'fixed' && piece?.length === bytes) return { source, byteOffset: piece.start };
  const typed = parts.typedBytes.get(field.number) ?? 0;
  if (typed === 0 && parts.dims.length === 0) return 'no values: an empty sequence or optional';
  const elements = bytes / field.elementBytes;
  // A varint takes one to ten bytes, a fixed number its size: what cannot hold the shape is not decoded.
  const least = field.encoding === 'fixed' ? bytes : elements;
  if (typed < least || typed > elements * 10) throw misfit(source, typed, bytes);
  const identity = {};
  const decode = (): Uint8Array => cache.get(identity, () => decodeTypedField(source, field, elements));
  return { source: decodedSource(source.file, bytes, decode), byteOffset: 0 };
}

function partsOf(source: ByteSource): Parts {
  const parts: Parts = {
    dims: [],
    packedDims: [],
    dataType: 0,
    name: '',
    raw: undefined,
    typedBytes: new Map(),
    pieces: new Map(),
    external: [],
    isExternal: false,
    isOther: false,
  };
  for (const field of protobufFields(source)) {
    if (field.kind === 'varint') takeVarint(field.number, field.value, parts, source);
    else if (field.kind === 'fixed') addTyped(parts, field.number, field.length);
    else takeLength(source, field, parts);
  }
  if (!parts.isOther)
    for (const { start, length } of parts.packedDims) addPackedDims(source, start, length, parts);
  return parts;
}

function takeVarint(number: number, value: bigint, parts: Parts, source: ByteSource): void {
  if (number === DIMS) addDim(parts, value, source);
  else if (number === DATA_TYPE) parts.dataType = Number(value);
  else if (number === DATA_LOCATION) parts.isExternal = value === 1n;
  else addTyped(parts, number, 1);
}

function takeLength(
  source: ByteSource,
  field: Exclude<ProtobufField, { kind: 'varint' }>,
  parts: Parts,
): void {
  const { number, start, length } = field;
  switch (number) {
    case DIMS:
      // `name` of a SequenceProto has the same number, so these wait until the message is known to be a tensor.
      parts.packedDims.push({ start, length });
      return;
    case SEGMENT:
      // In SequenceProto and OptionalProto this field holds the values; segments of tensors are not in use.
      parts.isOther = true;
      return;
    case NAME:
      parts.name = textAt(source, start, length);
      return;
    case RAW_DATA:
      parts.raw = { start, length };
      return;
    case EXTERNAL_DATA:
      parts.external.push(externalDataOf(partOf(source, start, length)));
      return;
    default:
      parts.pieces.set(number, parts.typedBytes.has(number) ? undefined : { start, length });
      addTyped(parts, number, length);
  }
}

function addPackedDims(source: ByteSource, start: number, length: number, parts: Parts): void {
  const part = partOf(source, start, length);
  if (length > MAX_RANK * 10) throw badFile(source.file, `byte ${start}`, 'has too many dims', WAY_OUT);
  const cursor = new ByteCursor(part);
  while (cursor.remaining > 0) addDim(parts, readVarint(cursor, source.file), source);
}

function addDim(parts: Parts, value: bigint, source: ByteSource): void {
  if (parts.dims.length >= MAX_RANK) throw badFile(source.file, undefined, 'has too many dims', WAY_OUT);
  parts.dims.push(Number(BigInt.asIntN(64, value)));
}

function addTyped(parts: Parts, number: number, bytes: number): void {
  parts.typedBytes.set(number, (parts.typedBytes.get(number) ?? 0) + bytes);
}

function textAt(source: ByteSource, start: number, length: number): string {
  if (length > LIMITS.jsonTextBytes)
    throw badFile(source.file, `byte ${start}`, 'a name without end', WAY_OUT);
  return new TextDecoder().decode(readBytes(source, start, length));
}

function misfit(source: ByteSource, found: number, needed: number) {
  return badFile(
    source.file,
    undefined,
    `its shape needs ${needed} bytes of data, ${found} are there`,
    WAY_OUT,
  );
}
