import type { ComparableDtype } from '../../shared/dtype.ts';

export interface NumpyDtype {
  readonly dtype: ComparableDtype;
  readonly bigEndian: boolean;
}

const DTYPES_BY_CODE: ReadonlyMap<string, ComparableDtype> = new Map([
  ['f2', 'float16'],
  ['f4', 'float32'],
  ['f8', 'float64'],
  ['i1', 'int8'],
  ['i2', 'int16'],
  ['i4', 'int32'],
  ['i8', 'int64'],
  ['u1', 'uint8'],
  ['u2', 'uint16'],
  ['u4', 'uint32'],
  ['u8', 'uint64'],
  ['b1', 'bool'],
]);

/** A numpy type string (`<f4`, `|b1`, `>i8`), or in words why its values are not read. */
export function numpyDtypeOf(code: string): NumpyDtype | string {
  const match = /^([<>|=]?)(.*)$/s.exec(code);
  const order = match?.[1] ?? '';
  const name = match?.[2] ?? '';
  const dtype = DTYPES_BY_CODE.get(name);
  if (dtype !== undefined) return { dtype, bigEndian: order === '>' };
  const shown = JSON.stringify(code.slice(0, 40));
  switch (name.charAt(0)) {
    case 'O':
      return 'an object array: its values are pickled Python objects, which are not read';
    case 'c':
      return `complex numbers (${shown}) are not compared`;
    case 'S':
    case 'a':
    case 'U':
    case 'T':
      return `text (${shown}) is not compared`;
    case 'M':
    case 'm':
      return `dates and durations (${shown}) are not compared`;
    case 'V':
      return `raw bytes (${shown}; bfloat16 is written like this): save it as float32`;
    case 'f':
      return `${shown} has no fixed meaning across machines: save it as float64`;
    default:
      return `the type ${shown} is not read`;
  }
}
