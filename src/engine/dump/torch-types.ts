import type { ComparableDtype } from '../../shared/dtype.ts';

/** Element type of a torch storage: its size, and the dtype if its values can be compared. */
export interface StorageType {
  readonly name: string;
  readonly bytes: number;
  readonly dtype: ComparableDtype | undefined;
}

function type(name: string, bytes: number, dtype?: ComparableDtype): StorageType {
  return { name, bytes, dtype };
}

const BYTES = type('uint8', 1, 'uint8');

/** Typed storages, as `torch.FloatStorage` in a pickle, and the untyped one, whose elements are bytes. */
export const STORAGE_TYPES: ReadonlyMap<string, StorageType> = new Map([
  ['DoubleStorage', type('float64', 8, 'float64')],
  ['FloatStorage', type('float32', 4, 'float32')],
  ['HalfStorage', type('float16', 2, 'float16')],
  ['BFloat16Storage', type('bfloat16', 2, 'bfloat16')],
  ['LongStorage', type('int64', 8, 'int64')],
  ['IntStorage', type('int32', 4, 'int32')],
  ['ShortStorage', type('int16', 2, 'int16')],
  ['CharStorage', type('int8', 1, 'int8')],
  ['ByteStorage', BYTES],
  ['BoolStorage', type('bool', 1, 'bool')],
  ['UntypedStorage', BYTES],
  ['ComplexFloatStorage', type('complex64', 8)],
  ['ComplexDoubleStorage', type('complex128', 16)],
  ['QUInt8Storage', type('quint8', 1)],
  ['QInt8Storage', type('qint8', 1)],
  ['QInt32Storage', type('qint32', 4)],
  ['QUInt4x2Storage', type('quint4x2', 1)],
  ['QUInt2x4Storage', type('quint2x4', 1)],
]);

/** `torch.<name>` as a dtype: newer tensors name it beside an untyped storage. */
export const TORCH_DTYPES: ReadonlyMap<string, StorageType> = new Map([
  ...[...STORAGE_TYPES.values()].map((storage): [string, StorageType] => [storage.name, storage]),
  ['uint16', type('uint16', 2, 'uint16')],
  ['uint32', type('uint32', 4, 'uint32')],
  ['uint64', type('uint64', 8, 'uint64')],
  ['complex32', type('complex32', 4)],
  ['float8_e4m3fn', type('float8_e4m3fn', 1)],
  ['float8_e4m3fnuz', type('float8_e4m3fnuz', 1)],
  ['float8_e5m2', type('float8_e5m2', 1)],
  ['float8_e5m2fnuz', type('float8_e5m2fnuz', 1)],
  ['float8_e8m0fnu', type('float8_e8m0fnu', 1)],
  ['float4_e2m1fn_x2', type('float4_e2m1fn_x2', 1)],
]);
