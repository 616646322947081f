import { checkedByteLength } from '../tensor/index.ts';
import { numpyDtypeOf } from './numpy-dtype.ts';
import type { NumpyDtype } from './numpy-dtype.ts';
import { PickleRefusal } from './pickle-refusal.ts';
import type { PickleNumpyArray, PickleNumpyDtype, PickleValue } from './pickle-value.ts';
import { smallIntegers } from './pickle-value.ts';

/** numpy arrays, scalars and dtypes as numpy pickles them; their bytes lie in the pickle itself. */

/** `numpy.dtype('f4', False, True)`; the byte order comes with the state. */
export function newNumpyDtype(args: readonly PickleValue[]): PickleNumpyDtype {
  const code = textOf(args[0]);
  if (code === undefined) throw new PickleRefusal('a numpy dtype without a type');
  return { kind: 'numpy-dtype', code, byteOrder: '=' };
}

/** State of a dtype: version, byte order, and the fields of structured ones. */
export function setNumpyDtype(target: PickleNumpyDtype, state: PickleValue): void {
  const order = state.kind === 'tuple' ? textOf(state.items[1]) : undefined;
  if (order === undefined) throw new PickleRefusal('a numpy dtype without a byte order');
  target.byteOrder = order;
}

export function newNumpyArray(): PickleNumpyArray {
  return { kind: 'numpy-array', content: 'a numpy array without values' };
}

/** State of an array: version, shape, dtype, whether the first axis is fastest, bytes (a list for objects). */
export function setNumpyArray(target: PickleNumpyArray, state: PickleValue): void {
  const [, shape, dtype, fortran, values] = state.kind === 'tuple' ? state.items : [];
  target.content = contentOf(values, dtype, shape, fortran?.kind === 'boolean' && fortran.value);
}

/** `_frombuffer(bytes, dtype, shape, 'C' or 'F')`, protocol 5. */
export function numpyFromBuffer(args: readonly PickleValue[]): PickleNumpyArray {
  const [values, dtype, shape, order] = args;
  return { kind: 'numpy-array', content: contentOf(values, dtype, shape, textOf(order) === 'F') };
}

/** `scalar(dtype, bytes)`. */
export function numpyScalar(args: readonly PickleValue[]): PickleNumpyArray {
  const [dtype, values] = args;
  return { kind: 'numpy-array', content: contentOf(values, dtype, { kind: 'tuple', items: [] }, false) };
}

function contentOf(
  values: PickleValue | undefined,
  dtypeValue: PickleValue | undefined,
  shape: PickleValue | undefined,
  fortran: boolean,
): PickleNumpyArray['content'] {
  const dims = smallIntegers(shape);
  const dtype = dtypeValue?.kind === 'numpy-dtype' ? dtypeOf(dtypeValue) : undefined;
  if (dims === undefined || dtype === undefined)
    throw new PickleRefusal('a numpy array without shape or dtype');
  if (typeof dtype === 'string') return dtype;
  if (values?.kind !== 'bytes') throw new PickleRefusal('a numpy array whose values are no bytes');
  const needed = checkedByteLength(dtype.dtype, dims);
  if (needed === undefined || needed > values.value.length) {
    throw new PickleRefusal(`a numpy array of shape [${dims.join(', ')}] in ${values.value.length} bytes`);
  }
  return { dims, dtype, fortran, bytes: values.value };
}

function dtypeOf(value: PickleNumpyDtype): NumpyDtype | string {
  return numpyDtypeOf(`${/^[<>|=]$/.test(value.byteOrder) ? value.byteOrder : ''}${value.code}`);
}

/** Text, or what Python 2 wrote as bytes. */
export function textOf(value: PickleValue | undefined): string | undefined {
  if (value?.kind === 'text') return value.value;
  return value?.kind === 'bytes' ? Buffer.from(value.value).toString('latin1') : undefined;
}
