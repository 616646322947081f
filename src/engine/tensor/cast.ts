import type { ComparableDtype, Dtype } from '../../shared/dtype.ts';
import { DTYPES, isComparableDtype } from '../../shared/dtype.ts';
import { LayerdiffError } from '../../shared/errors.ts';
import { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from './float16.ts';
import type { Tensor } from './tensor.ts';
import { byteLength } from './tensor.ts';
import { typedArrayOf } from './typed-array.ts';

export interface CastResult {
  readonly tensor: Tensor;
  /**
   * Values that the dtype cannot hold: finite ones that overflow to Infinity, fractions and NaN or Infinity cast to an
   * integer, integers out of range, anything but 0 and 1 cast to bool. Rounding to the nearest float is not counted.
   */
  readonly unholdable: number;
}

/**
 * Casts every element: floats round to nearest even; to an integer, fractions are cut and what is out of range is
 * clamped (NaN gives 0); to bool, all but 0 is true. A cast to its own dtype gives the tensor itself.
 */
export function castTensor(tensor: Tensor, dtype: Dtype): CastResult {
  if (tensor.dtype === dtype) return { tensor, unholdable: 0 };
  if (!isComparableDtype(tensor.dtype) || !isComparableDtype(dtype)) {
    throw new LayerdiffError('not-comparable', `a ${tensor.dtype} tensor cannot be cast to ${dtype}`);
  }
  const bytes = new Uint8Array(byteLength({ dtype, dims: tensor.dims }));
  const wide = isWide(tensor.dtype) && DTYPES[dtype].kind !== 'float';
  const unholdable = wide
    ? castBigIntegers(tensor.dtype, tensor.bytes, dtype, bytes)
    : castNumbers(tensor.dtype, tensor.bytes, dtype, bytes);
  return { tensor: { dtype, dims: tensor.dims, bytes }, unholdable };
}

function isWide(dtype: ComparableDtype): boolean {
  return dtype === 'int64' || dtype === 'uint64';
}

/** Inclusive range of an integer dtype, exact also for 64 bits. */
function rangeOf(dtype: ComparableDtype): { readonly low: bigint; readonly high: bigint } {
  if (dtype === 'bool') return { low: 0n, high: 1n };
  const bits = BigInt(DTYPES[dtype].bytes * 8);
  return dtype.startsWith('u')
    ? { low: 0n, high: (1n << bits) - 1n }
    : { low: -(1n << (bits - 1n)), high: (1n << (bits - 1n)) - 1n };
}

function castBigIntegers(
  from: ComparableDtype,
  source: Uint8Array,
  to: ComparableDtype,
  target: Uint8Array,
): number {
  const values = typedArrayOf(from, source);
  const results = typedArrayOf(to, target);
  const { low, high } = rangeOf(to);
  let unholdable = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as bigint;
    const held = to === 'bool' ? (value === 0n ? 0n : 1n) : value < low ? low : value > high ? high : value;
    if (held !== value) unholdable++;
    results[index] = isWide(to) ? held : Number(held);
  }
  return unholdable;
}

function castNumbers(
  from: ComparableDtype,
  source: Uint8Array,
  to: ComparableDtype,
  target: Uint8Array,
): number {
  const values = typedArrayOf(from, source);
  const results = typedArrayOf(to, target);
  const decode = decoderOf(from);
  if (DTYPES[to].kind === 'float') {
    const encode = encoderOf(to);
    const limit = OVERFLOW[to] ?? Infinity;
    let unholdable = 0;
    for (let index = 0; index < values.length; index++) {
      const value = decode(values[index] ?? 0);
      const magnitude = Math.abs(value);
      if (magnitude >= limit && magnitude !== Infinity) unholdable++;
      results[index] = encode(value);
    }
    return unholdable;
  }
  const range = rangeOf(to);
  const low = Number(range.low);
  const high = Number(range.high);
  let unholdable = 0;
  for (let index = 0; index < values.length; index++) {
    const value = decode(values[index] ?? 0);
    const whole = Math.trunc(value);
    const inRange = whole >= low && whole <= high && !(isWide(to) && whole === high);
    if (whole !== value || !inRange) unholdable++;
    if (to === 'bool') results[index] = value === 0 ? 0 : 1;
    else if (!isWide(to)) results[index] = inRange ? whole : whole > 0 ? high : whole < 0 ? low : 0;
    // The largest 64-bit integers are no float64: what rounds up to 2^63 or 2^64 is out of range.
    else results[index] = inRange ? BigInt(whole) : whole > 0 ? range.high : whole < 0 ? range.low : 0n;
  }
  return unholdable;
}

function decoderOf(dtype: ComparableDtype): (stored: number | bigint) => number {
  if (dtype === 'float16') return (bits) => float16ToFloat32(Number(bits));
  if (dtype === 'bfloat16') return (bits) => bfloat16ToFloat32(Number(bits));
  return Number;
}

function encoderOf(dtype: ComparableDtype): (value: number) => number {
  if (dtype === 'float16') return float32ToFloat16;
  if (dtype === 'bfloat16') return float32ToBfloat16;
  return (value) => value;
}

/** Magnitudes from here on round to Infinity: half a unit in the last place above the largest finite number. */
const OVERFLOW: Readonly<Partial<Record<ComparableDtype, number>>> = {
  float16: 65520,
  bfloat16: (2 - 2 ** -8) * 2 ** 127,
  float32: (2 - 2 ** -24) * 2 ** 127,
};
