/** Element types of ONNX TensorProto, by their numpy/torch names; `bytes` is the size of one element in memory. */
export const DTYPES = {
  float32: { onnx: 1, bytes: 4, kind: 'float' },
  uint8: { onnx: 2, bytes: 1, kind: 'integer' },
  int8: { onnx: 3, bytes: 1, kind: 'integer' },
  uint16: { onnx: 4, bytes: 2, kind: 'integer' },
  int16: { onnx: 5, bytes: 2, kind: 'integer' },
  int32: { onnx: 6, bytes: 4, kind: 'integer' },
  int64: { onnx: 7, bytes: 8, kind: 'integer' },
  string: { onnx: 8, bytes: 0, kind: 'other' },
  bool: { onnx: 9, bytes: 1, kind: 'bool' },
  float16: { onnx: 10, bytes: 2, kind: 'float' },
  float64: { onnx: 11, bytes: 8, kind: 'float' },
  uint32: { onnx: 12, bytes: 4, kind: 'integer' },
  uint64: { onnx: 13, bytes: 8, kind: 'integer' },
  complex64: { onnx: 14, bytes: 8, kind: 'other' },
  complex128: { onnx: 15, bytes: 16, kind: 'other' },
  bfloat16: { onnx: 16, bytes: 2, kind: 'float' },
  float8e4m3fn: { onnx: 17, bytes: 1, kind: 'other' },
  float8e4m3fnuz: { onnx: 18, bytes: 1, kind: 'other' },
  float8e5m2: { onnx: 19, bytes: 1, kind: 'other' },
  float8e5m2fnuz: { onnx: 20, bytes: 1, kind: 'other' },
  uint4: { onnx: 21, bytes: 0.5, kind: 'other' },
  int4: { onnx: 22, bytes: 0.5, kind: 'other' },
  float4e2m1: { onnx: 23, bytes: 0.5, kind: 'other' },
  float8e8m0: { onnx: 24, bytes: 1, kind: 'other' },
  uint2: { onnx: 25, bytes: 0.25, kind: 'other' },
  int2: { onnx: 26, bytes: 0.25, kind: 'other' },
} as const;

export type Dtype = keyof typeof DTYPES;

/** Dtypes whose values can be compared element by element; the rest is listed as not compared, with the reason. */
export const COMPARABLE_DTYPES = [
  'float32',
  'float16',
  'bfloat16',
  'float64',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'bool',
] as const satisfies readonly Dtype[];

export type ComparableDtype = (typeof COMPARABLE_DTYPES)[number];

export function isComparableDtype(dtype: Dtype): dtype is ComparableDtype {
  return (COMPARABLE_DTYPES as readonly Dtype[]).includes(dtype);
}

export function isFloatDtype(dtype: Dtype): boolean {
  return DTYPES[dtype].kind === 'float';
}

/** Machine epsilon: the gap between 1 and the next representable number. Source: IEEE 754, `torch.finfo(dtype).eps`. */
export function epsilonOf(dtype: Dtype): number {
  switch (dtype) {
    case 'float64':
      return 2 ** -52;
    case 'float32':
      return 2 ** -23;
    case 'float16':
      return 2 ** -10;
    case 'bfloat16':
      return 2 ** -7;
    default:
      return 0;
  }
}

/** Lowest finite value of a float dtype (`torch.finfo(dtype).min`), which masks use for −Infinity; NaN, equal to nothing, for others. */
export function lowestOf(dtype: Dtype): number {
  switch (dtype) {
    case 'float64':
      return -Number.MAX_VALUE;
    case 'float32':
      return -(2 - 2 ** -23) * 2 ** 127;
    case 'float16':
      return -65504;
    case 'bfloat16':
      return -(2 - 2 ** -7) * 2 ** 127;
    default:
      return NaN;
  }
}

/** Dtype of an ONNX `TensorProto.DataType` number, `undefined` for 0 and numbers newer than this table. */
export function dtypeOfOnnx(code: number): Dtype | undefined {
  return BY_CODE.get(code);
}

const BY_CODE: ReadonlyMap<number, Dtype> = new Map(
  Object.entries(DTYPES).map(([name, facts]) => [facts.onnx, name as Dtype]),
);
