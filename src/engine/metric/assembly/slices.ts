/** Largest |d| and |r| of each slice of one axis, the tensor seen as [outer, slices, inner]. */
import { DIFFERENCE, SLICE_MAX_ABS, SLICE_MAX_REFERENCE } from './memory';

let slices: i32 = 0;
let inner: f64 = 1;

export function configureSlices(sliceCount: i32, innerCount: f64): void {
  slices = sliceCount;
  inner = innerCount;
  memory.fill(SLICE_MAX_ABS, 0, (<usize>sliceCount) << 3);
  memory.fill(SLICE_MAX_REFERENCE, 0, (<usize>sliceCount) << 3);
}

export function hasSlices(): bool {
  return slices > 0;
}

/** A mismatch of non-finite values at this element makes its slice's error infinite. */
export function markSlice(element: f64): void {
  store<f64>(SLICE_MAX_ABS + ((<usize>sliceOf(element)) << 3), Infinity);
}

function sliceOf(element: f64): i32 {
  return <i32>(<i64>Math.floor(element / inner) % <i64>slices);
}

/** Zeroes what is not finite, so that it raises no maximum. */
export function zeroNonFinite(from: usize, to: usize, count: i32): void {
  for (let index = 0; index < count; index++) {
    const x = load<f64>(from + ((<usize>index) << 3));
    store<f64>(to + ((<usize>index) << 3), isFinite(x) ? x : 0);
  }
}

/** A tile with |d| written (NaN where left out) and finite references, float32 if `narrow`, else float64. */
export function raiseSlices(reference: usize, narrow: bool, count: i32, start: f64): void {
  if (inner == 1) raiseByElement(reference, narrow, count, start);
  else raiseByRun(reference, narrow, count, start);
}

/** |r| of two references, `offset` in bytes of float64. */
function magnitudes(reference: usize, narrow: bool, offset: usize): v128 {
  return f64x2.abs(
    narrow
      ? f64x2.promote_low_f32x4(v128.load64_zero(reference + (offset >> 1)))
      : v128.load(reference + offset),
  );
}

function magnitude(reference: usize, narrow: bool, offset: usize): f64 {
  return Math.abs(narrow ? <f64>load<f32>(reference + (offset >> 1)) : load<f64>(reference + offset));
}

/** The last axis: neighbours belong to neighbouring slices. */
function raiseByElement(reference: usize, narrow: bool, count: i32, start: f64): void {
  let slice = sliceOf(start);
  let index = 0;
  while (index < count) {
    const run = min<i32>(slices - slice, count - index);
    const maxAbs = SLICE_MAX_ABS + ((<usize>slice) << 3);
    const maxReference = SLICE_MAX_REFERENCE + ((<usize>slice) << 3);
    const from = (<usize>index) << 3;
    const pairs = (<usize>(run & ~1)) << 3;
    for (let at: usize = 0; at < pairs; at += 16) {
      const d = v128.load(DIFFERENCE + from + at);
      const r = magnitudes(reference, narrow, from + at);
      v128.store(maxAbs + at, f64x2.pmax(v128.load(maxAbs + at), d));
      v128.store(maxReference + at, f64x2.pmax(v128.load(maxReference + at), r));
    }
    if ((run & 1) != 0) {
      raise(maxAbs + pairs, load<f64>(DIFFERENCE + from + pairs));
      raise(maxReference + pairs, magnitude(reference, narrow, from + pairs));
    }
    index += run;
    slice = 0;
  }
}

/** Another axis: runs of `inner` elements belong to one slice. */
function raiseByRun(reference: usize, narrow: bool, count: i32, start: f64): void {
  let slice = sliceOf(start);
  let left = inner - (start - Math.floor(start / inner) * inner);
  let index = 0;
  while (index < count) {
    const run = <i32>Math.min(left, <f64>(count - index));
    const from = (<usize>index) << 3;
    const pairs = (<usize>(run & ~1)) << 3;
    let maxAbs = f64x2.splat(0);
    let maxReference = f64x2.splat(0);
    for (let at: usize = 0; at < pairs; at += 16) {
      maxAbs = f64x2.pmax(maxAbs, v128.load(DIFFERENCE + from + at));
      maxReference = f64x2.pmax(maxReference, magnitudes(reference, narrow, from + at));
    }
    const toAbs = SLICE_MAX_ABS + ((<usize>slice) << 3);
    const toReference = SLICE_MAX_REFERENCE + ((<usize>slice) << 3);
    raise(toAbs, f64x2.extract_lane(maxAbs, 0));
    raise(toAbs, f64x2.extract_lane(maxAbs, 1));
    raise(toReference, f64x2.extract_lane(maxReference, 0));
    raise(toReference, f64x2.extract_lane(maxReference, 1));
    if ((run & 1) != 0) {
      raise(toAbs, load<f64>(DIFFERENCE + from + pairs));
      raise(toReference, magnitude(reference, narrow, from + pairs));
    }
    index += run;
    left = inner;
    slice = slice + 1 == slices ? 0 : slice + 1;
  }
}

/** A finite float32 tile that both sides share: no |d| rises. */
export function raiseReferences(values: usize, count: i32, start: f64): void {
  let slice = sliceOf(start);
  let left = inner - (start - Math.floor(start / inner) * inner);
  let index = 0;
  while (index < count) {
    const run = <i32>Math.min(inner == 1 ? <f64>(slices - slice) : left, <f64>(count - index));
    const from = values + ((<usize>index) << 2);
    const to = SLICE_MAX_REFERENCE + ((<usize>slice) << 3);
    if (inner == 1) raiseEach(to, from, run);
    else raise(to, largest(from, run));
    index += run;
    left = inner;
    slice = inner > 1 && slice + 1 < slices ? slice + 1 : 0;
  }
}

/** Neighbours belong to neighbouring slices. */
function raiseEach(to: usize, values: usize, count: i32): void {
  const pairs = (<usize>(count & ~1)) << 3;
  for (let at: usize = 0; at < pairs; at += 16) {
    v128.store(to + at, f64x2.pmax(v128.load(to + at), magnitudes(values, true, at)));
  }
  if ((count & 1) != 0) raise(to + pairs, magnitude(values, true, pairs));
}

function largest(values: usize, count: i32): f64 {
  let max = f32x4.splat(0);
  const whole = (<usize>(count & ~3)) << 2;
  for (let at: usize = 0; at < whole; at += 16) max = f32x4.pmax(max, f32x4.abs(v128.load(values + at)));
  let most = Math.max(
    Math.max(<f64>f32x4.extract_lane(max, 0), <f64>f32x4.extract_lane(max, 1)),
    Math.max(<f64>f32x4.extract_lane(max, 2), <f64>f32x4.extract_lane(max, 3)),
  );
  for (let index = count & ~3; index < count; index++) {
    most = Math.max(most, <f64>Math.abs(<f64>load<f32>(values + ((<usize>index) << 2))));
  }
  return most;
}

function raise(at: usize, value: f64): void {
  if (value > load<f64>(at)) store<f64>(at, value);
}
