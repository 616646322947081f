/** Distance in representable numbers: the difference of keys that count them from zero, negative below it. */
import { UlpFormat } from '../state-slot';

/** Four finite float32 against four, rounded to the format first: nearest, ties to even. */
export function distanceFloat32(format: i32, t: v128, r: v128): v128 {
  const a = keysFloat32(format, t);
  const b = keysFloat32(format, r);
  return i32x4.sub(i32x4.max_s(a, b), i32x4.min_s(a, b));
}

function keysFloat32(format: i32, x: v128): v128 {
  let magnitude = v128.and(x, i32x4.splat(0x7fffffff));
  if (format == UlpFormat.Bfloat16) {
    magnitude = cut(magnitude, 16);
  } else if (format == UlpFormat.Float16) {
    // Below 2^-14 a float16 is a multiple of 2^-24.
    const subnormal = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(magnitude, f32x4.splat(16777216))));
    const normal = cut(i32x4.sub(magnitude, i32x4.splat(112 << 23)), 13);
    const steps = v128.bitselect(subnormal, normal, i32x4.lt_s(magnitude, i32x4.splat(113 << 23)));
    magnitude = i32x4.min_s(steps, i32x4.splat(0x7c00));
  }
  const negative = i32x4.shr_s(x, 31);
  return i32x4.sub(v128.xor(magnitude, negative), negative);
}

/** Without the lowest bits, to nearest, ties to even; the carry reaches the exponent, as it should. */
function cut(bits: v128, lowest: i32): v128 {
  const isOdd = v128.and(i32x4.shr_u(bits, lowest), i32x4.splat(1));
  const half = i32x4.splat((1 << (lowest - 1)) - 1);
  return i32x4.shr_u(i32x4.add(i32x4.add(bits, half), isOdd), lowest);
}

/** Any two finite float64, rounded to the format first. */
export function distanceFloat64(format: i32, t: f64, r: f64): u64 {
  const a = key(format, t);
  const b = key(format, r);
  return a > b ? <u64>a - <u64>b : <u64>b - <u64>a;
}

function key(format: i32, x: f64): i64 {
  const magnitude = reinterpret<i64>(x) & 0x7fffffffffffffff;
  let steps: i64;
  if (format == UlpFormat.Float64) steps = magnitude;
  else if (format == UlpFormat.Float32) steps = narrow(magnitude, 23, -126, 127);
  else if (format == UlpFormat.Float16) steps = narrow(magnitude, 10, -14, 15);
  else steps = narrow(magnitude, 7, -126, 127);
  return x < 0 ? -steps : steps;
}

/** Bits of a magnitude rounded to a narrower format: nearest, ties to even; the carry makes Infinity of too large. */
function narrow(bits: i64, mantissaBits: i32, minExponent: i32, maxExponent: i32): i64 {
  let exponent = <i32>(bits >> 52) - 1023;
  if (exponent > maxExponent) return (<i64>(maxExponent - minExponent + 2)) << mantissaBits;
  if (exponent < minExponent) exponent = minExponent;
  const scale = reinterpret<f64>((<i64>(1023 + mantissaBits - exponent)) << 52);
  return <i64>nearest(reinterpret<f64>(bits) * scale) + ((<i64>(exponent - minExponent)) << mantissaBits);
}
