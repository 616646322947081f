/** Counts and extremes of one side, over its finite elements. */
import { ValueSlot } from '../state-slot';
import { add, get, set } from './memory';
import { finiteMask } from './pair-sums';

function count32(masks: v128): i32 {
  return -(
    i32x4.extract_lane(masks, 0) +
    i32x4.extract_lane(masks, 1) +
    i32x4.extract_lane(masks, 2) +
    i32x4.extract_lane(masks, 3)
  );
}

/** In place of a second side. */
export const NO_SIDE: i32 = -1;

/** A float32 tile, all finite, of one side or of both. What lies after `count` up to a multiple of four is overwritten. */
export function valuesFloat32(values: usize, count: i32, side: i32, other: i32): void {
  const last = load<f32>(values + ((<usize>(count - 1)) << 2));
  const padded = (count + 3) & ~3;
  for (let index = count; index < padded; index++) store<f32>(values + ((<usize>index) << 2), last);
  const zero = f32x4.splat(0);
  const first = load<f32>(values);
  let min = f32x4.splat(first);
  let max = f32x4.splat(first);
  let minAbs = i32x4.splat(-1);
  let zeros = i32x4.splat(0);
  let negatives = i32x4.splat(0);
  const end = values + ((<usize>padded) << 2);
  for (let at = values; at < end; at += 16) {
    const x = v128.load(at);
    min = f32x4.pmin(min, x);
    max = f32x4.pmax(max, x);
    zeros = i32x4.add(zeros, f32x4.eq(x, zero));
    negatives = i32x4.add(negatives, f32x4.lt(x, zero));
    // Positive float32 are ordered like their bits; zero, less one, is the largest of all unsigned integers.
    minAbs = i32x4.min_u(minAbs, i32x4.sub(v128.and(x, i32x4.splat(0x7fffffff)), i32x4.splat(1)));
  }
  const pads = padded - count;
  const zeroCount = <f64>(count32(zeros) - (last == 0 ? pads : 0));
  const negativeCount = <f64>(count32(negatives) - (last < 0 ? pads : 0));
  note(side, zeroCount, negativeCount, min, max, minAbs);
  if (other != NO_SIDE) note(other, zeroCount, negativeCount, min, max, minAbs);
}

function note(side: i32, zeroCount: f64, negativeCount: f64, min: v128, max: v128, minAbs: v128): void {
  add(side + ValueSlot.Zero, zeroCount);
  add(side + ValueSlot.Negative, negativeCount);
  lower(side + ValueSlot.Min, <f64>f32x4.extract_lane(min, 0));
  lower(side + ValueSlot.Min, <f64>f32x4.extract_lane(min, 1));
  lower(side + ValueSlot.Min, <f64>f32x4.extract_lane(min, 2));
  lower(side + ValueSlot.Min, <f64>f32x4.extract_lane(min, 3));
  raise(side + ValueSlot.Max, <f64>f32x4.extract_lane(max, 0));
  raise(side + ValueSlot.Max, <f64>f32x4.extract_lane(max, 1));
  raise(side + ValueSlot.Max, <f64>f32x4.extract_lane(max, 2));
  raise(side + ValueSlot.Max, <f64>f32x4.extract_lane(max, 3));
  lowerBits(side, i32x4.extract_lane(minAbs, 0));
  lowerBits(side, i32x4.extract_lane(minAbs, 1));
  lowerBits(side, i32x4.extract_lane(minAbs, 2));
  lowerBits(side, i32x4.extract_lane(minAbs, 3));
}

/** A float64 tile. What is not finite is left out, and so is a pad after an odd count. */
export function valuesFloat64(values: usize, count: i32, side: i32): void {
  const zero = f64x2.splat(0);
  const infinity = f64x2.splat(Infinity);
  let min = infinity;
  let max = f64x2.splat(-Infinity);
  let minAbs = infinity;
  let zeros = i64x2.splat(0);
  let negatives = i64x2.splat(0);
  if ((count & 1) != 0) store<f64>(values + ((<usize>count) << 3), NaN);
  const end = values + ((<usize>count) << 3);
  for (let at = values; at < end; at += 16) {
    const x = v128.load(at);
    const mask = finiteMask(x);
    const magnitude = f64x2.abs(x);
    const isZero = f64x2.eq(x, zero);
    min = f64x2.pmin(min, v128.bitselect(x, infinity, mask));
    max = f64x2.pmax(max, v128.bitselect(x, f64x2.splat(-Infinity), mask));
    zeros = i64x2.sub(zeros, isZero);
    negatives = i64x2.sub(negatives, v128.and(mask, f64x2.lt(x, zero)));
    minAbs = f64x2.pmin(minAbs, v128.bitselect(magnitude, infinity, v128.andnot(mask, isZero)));
  }
  add(side + ValueSlot.Zero, <f64>(i64x2.extract_lane(zeros, 0) + i64x2.extract_lane(zeros, 1)));
  add(side + ValueSlot.Negative, <f64>(i64x2.extract_lane(negatives, 0) + i64x2.extract_lane(negatives, 1)));
  lower(side + ValueSlot.Min, f64x2.extract_lane(min, 0));
  lower(side + ValueSlot.Min, f64x2.extract_lane(min, 1));
  raise(side + ValueSlot.Max, f64x2.extract_lane(max, 0));
  raise(side + ValueSlot.Max, f64x2.extract_lane(max, 1));
  lower(side + ValueSlot.MinAbs, f64x2.extract_lane(minAbs, 0));
  lower(side + ValueSlot.MinAbs, f64x2.extract_lane(minAbs, 1));
}

export function clearValues(side: i32): void {
  set(side + ValueSlot.Min, Infinity);
  set(side + ValueSlot.Max, -Infinity);
  set(side + ValueSlot.MinAbs, Infinity);
}

function lower(slot: i32, value: f64): void {
  if (value < get(slot)) set(slot, value);
}

function raise(slot: i32, value: f64): void {
  if (value > get(slot)) set(slot, value);
}

function lowerBits(side: i32, bitsLessOne: i32): void {
  if (bitsLessOne != -1) lower(side + ValueSlot.MinAbs, <f64>reinterpret<f32>(bitsLessOne + 1));
}
