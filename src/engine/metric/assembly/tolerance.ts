/**
 * What only elements with |d| > atol can add to: the share outside |d| ≤ atol + rtol·|r|, and the largest ULP
 * distance. Called for the tiles that have such an element.
 */
import { StateSlot, UlpFormat } from '../state-slot';
import { add, DIFFERENCE } from './memory';
import { distanceFloat32, distanceFloat64 } from './ulp';

export let maxUlp: u64 = 0;

export function clearMaxUlp(): void {
  maxUlp = 0;
}

/** Tiles of float32, finite, with |d| written; `format` is that of the coarser side. Padded as `sumFloat32` wants. */
export function judgeFloat32(
  candidate: usize,
  reference: usize,
  count: i32,
  format: i32,
  atol: f64,
  rtol: f64,
): void {
  if (format == UlpFormat.Float32) judgeAs(UlpFormat.Float32, candidate, reference, count, atol, rtol);
  else if (format == UlpFormat.Float16) judgeAs(UlpFormat.Float16, candidate, reference, count, atol, rtol);
  else judgeAs(UlpFormat.Bfloat16, candidate, reference, count, atol, rtol);
}

function judgeAs(format: i32, candidate: usize, reference: usize, count: i32, atol: f64, rtol: f64): void {
  const guard = f64x2.splat(atol);
  const relative = f64x2.splat(rtol);
  let outside = i64x2.splat(0);
  let ulp = i32x4.splat(0);
  const bytes = (<usize>count) << 2;
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const t = v128.load(candidate + offset);
    const r = v128.load(reference + offset);
    const d0 = v128.load(DIFFERENCE + (offset << 1));
    const d1 = v128.load(DIFFERENCE + (offset << 1), 16);
    const r0 = f64x2.abs(f64x2.promote_low_f32x4(r));
    const r1 = f64x2.abs(f64x2.promote_low_f32x4(v128.load64_zero(reference + offset, 8)));
    outside = i64x2.sub(outside, f64x2.gt(d0, f64x2.add(guard, f64x2.mul(relative, r0))));
    outside = i64x2.sub(outside, f64x2.gt(d1, f64x2.add(guard, f64x2.mul(relative, r1))));
    const above = v128.shuffle<i32>(f64x2.gt(d0, guard), f64x2.gt(d1, guard), 0, 2, 4, 6);
    ulp = i32x4.max_u(ulp, v128.and(above, distanceFloat32(format, t, r)));
  }
  add(StateSlot.Outside, <f64>(i64x2.extract_lane(outside, 0) + i64x2.extract_lane(outside, 1)));
  raiseUlp(<u64>(<u32>i32x4.extract_lane(ulp, 0)));
  raiseUlp(<u64>(<u32>i32x4.extract_lane(ulp, 1)));
  raiseUlp(<u64>(<u32>i32x4.extract_lane(ulp, 2)));
  raiseUlp(<u64>(<u32>i32x4.extract_lane(ulp, 3)));
}

/** Tiles of float64 with |d| written, NaN where an element is left out. */
export function judgeFloat64(
  candidate: usize,
  reference: usize,
  count: i32,
  format: i32,
  atol: f64,
  rtol: f64,
): void {
  let outside = 0;
  for (let index = 0; index < count; index++) {
    const offset = (<usize>index) << 3;
    const d = load<f64>(DIFFERENCE + offset);
    if (!(d > atol)) continue;
    const r = load<f64>(reference + offset);
    if (d > atol + rtol * Math.abs(r)) outside++;
    if (format != UlpFormat.None) raiseUlp(distanceFloat64(format, load<f64>(candidate + offset), r));
  }
  add(StateSlot.Outside, <f64>outside);
}

function raiseUlp(distance: u64): void {
  if (distance > maxUlp) maxUlp = distance;
}
