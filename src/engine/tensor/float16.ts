/**
 * float16 (IEEE binary16) and bfloat16 as bit patterns. Rounding is to nearest, ties to even, once: a float64 goes
 * straight to the narrow format, never by way of float32. Too large becomes Infinity, NaN the quiet NaN.
 */

/** The layout of a narrow binary format: sign, exponent, `mantissaBits`. */
interface NarrowFormat {
  readonly mantissaBits: number;
  readonly minExponent: number;
  readonly maxExponent: number;
}

const FLOAT16: NarrowFormat = { mantissaBits: 10, minExponent: -14, maxExponent: 15 };
const BFLOAT16: NarrowFormat = { mantissaBits: 7, minExponent: -126, maxExponent: 127 };

const scratch64 = new Float64Array(1);
const words64 = new Uint32Array(scratch64.buffer);
const scratch32 = new Float32Array(1);
const word32 = new Uint32Array(scratch32.buffer);
/** Adding and taking away 2^52 rounds a smaller non-negative float64 to an integer, ties to even. */
const ROUNDER = 2 ** 52;

/** Bits of the float16 nearest to the value. */
export function float32ToFloat16(value: number): number {
  return narrowBits(value, FLOAT16);
}

/** Bits of the bfloat16 nearest to the value. */
export function float32ToBfloat16(value: number): number {
  return narrowBits(value, BFLOAT16);
}

/** Exact: every float16 is a float32. */
export function float16ToFloat32(bits: number): number {
  float16Values ??= makeFloat16Values();
  return float16Values[bits & 0xffff] ?? NaN;
}

/** Exact: a bfloat16 is the upper half of a float32. */
export function bfloat16ToFloat32(bits: number): number {
  word32[0] = bits << 16;
  return scratch32[0] ?? NaN;
}

function narrowBits(value: number, format: NarrowFormat): number {
  const { mantissaBits, minExponent, maxExponent } = format;
  const infinity = (maxExponent - minExponent + 2) << mantissaBits;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return infinity | (1 << (mantissaBits - 1));
  const magnitude = Math.abs(value);
  if (magnitude >= 2 ** (maxExponent + 1)) return sign | infinity;
  scratch64[0] = magnitude;
  const exponent = Math.max(((words64[1] ?? 0) >>> 20) - 1023, minExponent);
  // In units of the last place; a carry out of the mantissa lands in the exponent field, up to Infinity, as it should.
  const units = magnitude * 2 ** (mantissaBits - exponent) + ROUNDER - ROUNDER;
  return sign | (units + ((exponent - minExponent) << mantissaBits));
}

let float16Values: Float32Array | undefined;

function makeFloat16Values(): Float32Array {
  const values = new Float32Array(0x10000);
  for (let bits = 0; bits < values.length; bits++) {
    const exponent = (bits >> 10) & 31;
    const mantissa = bits & 1023;
    const magnitude =
      exponent === 31
        ? mantissa === 0
          ? Infinity
          : NaN
        : exponent === 0
          ? mantissa * 2 ** -24
          : (1024 + mantissa) * 2 ** (exponent - 25);
    values[bits] = (bits & 0x8000) === 0 ? magnitude : -magnitude;
  }
  return values;
}
