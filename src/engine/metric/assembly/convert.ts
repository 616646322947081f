import { ElementType } from '../state-slot';
import { NARROW_CANDIDATE } from './memory';

/** Bytes of one element. */
export function elementBytes(type: i32): i32 {
  switch (type) {
    case ElementType.Float64:
    case ElementType.Int64:
    case ElementType.Uint64:
      return 8;
    case ElementType.Float32:
    case ElementType.Int32:
    case ElementType.Uint32:
      return 4;
    case ElementType.Int8:
    case ElementType.Uint8:
      return 1;
    default:
      return 2;
  }
}

/** Exact. float32 itself is used where it lies; only the 16-bit floats are converted. */
export function toFloat32(type: i32, from: usize, to: usize, count: i32): usize {
  if (type == ElementType.Float32) return from;
  const end = to + ((<usize>count) << 2);
  const isHalf = type == ElementType.Float16;
  let target = to;
  for (let source = from; target < end; source += 8, target += 16) {
    const bits = v128.load16x4_u(source);
    store<v128>(target, isHalf ? halfToFloat32(bits) : i32x4.shl(bits, 16));
  }
  return to;
}

/** Four float16 in 32-bit lanes. Subnormals are converted as integers: arithmetic on subnormal float32 is slow. */
function halfToFloat32(bits: v128): v128 {
  const magnitude = v128.and(bits, i32x4.splat(0x7fff));
  const sign = i32x4.shl(v128.xor(bits, magnitude), 16);
  const shifted = i32x4.shl(magnitude, 13);
  const normal = i32x4.add(shifted, i32x4.splat(112 << 23));
  const subnormal = f32x4.mul(f32x4.convert_i32x4_s(magnitude), f32x4.splat(reinterpret<f32>(0x33800000))); // 2^-24
  const special = v128.or(shifted, i32x4.splat(0x7f800000));
  const finite = v128.bitselect(subnormal, normal, i32x4.lt_s(magnitude, i32x4.splat(0x400)));
  return v128.or(sign, v128.bitselect(special, finite, i32x4.gt_s(magnitude, i32x4.splat(0x7bff))));
}

/** Exact but for 64-bit integers, which become the nearest float64. */
export function toFloat64(type: i32, from: usize, to: usize, count: i32): usize {
  switch (type) {
    case ElementType.Float64:
      return from;
    case ElementType.Float32:
      promote(from, to, count);
      break;
    case ElementType.Float16:
    case ElementType.Bfloat16:
      promote(toFloat32(type, from, NARROW_CANDIDATE, count), to, count);
      break;
    case ElementType.Int8:
      widen<i8>(from, to, count);
      break;
    case ElementType.Uint8:
      widen<u8>(from, to, count);
      break;
    case ElementType.Int16:
      widen<i16>(from, to, count);
      break;
    case ElementType.Uint16:
      widen<u16>(from, to, count);
      break;
    case ElementType.Int32:
      widen<i32>(from, to, count);
      break;
    case ElementType.Uint32:
      widen<u32>(from, to, count);
      break;
    case ElementType.Int64:
      widen<i64>(from, to, count);
      break;
    default:
      widen<u64>(from, to, count);
  }
  return to;
}

/** float32 to float64; reads and writes up to one element past an odd count. */
export function promote(from: usize, to: usize, count: i32): void {
  const end = from + ((<usize>count) << 2);
  let target = to;
  for (let source = from; source < end; source += 8, target += 16) {
    store<v128>(target, f64x2.promote_low_f32x4(v128.load64_zero(source)));
  }
}

function widen<T>(from: usize, to: usize, count: i32): void {
  for (let index = 0; index < count; index++) {
    store<f64>(to + ((<usize>index) << 3), <f64>load<T>(from + <usize>index * sizeof<T>()));
  }
}

/** Any integer type to 64 bits; unsigned ones keep all bits. */
export function toInt64(type: i32, from: usize, to: usize, count: i32): usize {
  switch (type) {
    case ElementType.Int64:
    case ElementType.Uint64:
      return from;
    case ElementType.Int8:
      extend<i8>(from, to, count);
      break;
    case ElementType.Uint8:
      extend<u8>(from, to, count);
      break;
    case ElementType.Int16:
      extend<i16>(from, to, count);
      break;
    case ElementType.Uint16:
      extend<u16>(from, to, count);
      break;
    case ElementType.Int32:
      extend<i32>(from, to, count);
      break;
    default:
      extend<u32>(from, to, count);
  }
  return to;
}

function extend<T>(from: usize, to: usize, count: i32): void {
  for (let index = 0; index < count; index++) {
    store<i64>(to + ((<usize>index) << 3), <i64>load<T>(from + <usize>index * sizeof<T>()));
  }
}
