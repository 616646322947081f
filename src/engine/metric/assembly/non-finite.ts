import { StateSlot, ValueSlot } from '../state-slot';
import { add, get, set } from './memory';
import { hasSlices, markSlice } from './slices';

/**
 * Counts the elements of a tile that are not finite on both sides. The same Infinity, or NaN on both sides, is
 * agreement; −Infinity against the lowest finite value of the other side's dtype is how two ways of masking differ.
 */
export function classify(
  candidate: usize,
  reference: usize,
  count: i32,
  start: f64,
  lowestCandidate: f64,
  lowestReference: f64,
): void {
  let excluded = 0;
  for (let index = 0; index < count; index++) {
    const t = load<f64>(candidate + ((<usize>index) << 3));
    const r = load<f64>(reference + ((<usize>index) << 3));
    // t − t is 0 unless t is not finite.
    if (t - t == 0 && r - r == 0) continue;
    excluded++;
    if (t == r || (t != t && r != r)) continue;
    const masks = (t == -Infinity && r == lowestReference) || (r == -Infinity && t == lowestCandidate);
    if (masks) {
      add(StateSlot.MaskMismatch, 1);
      continue;
    }
    if (get(StateSlot.NonFiniteMismatch) == 0) {
      set(StateSlot.MismatchIndex, start + <f64>index);
      set(StateSlot.MismatchCandidate, t);
      set(StateSlot.MismatchReference, r);
    }
    add(StateSlot.NonFiniteMismatch, 1);
    if (hasSlices()) markSlice(start + <f64>index);
  }
  add(StateSlot.Excluded, <f64>excluded);
  countSide(candidate, count, StateSlot.Candidate);
  countSide(reference, count, StateSlot.Reference);
}

function countSide(values: usize, count: i32, side: i32): void {
  let nan = i64x2.splat(0);
  let posInf = i64x2.splat(0);
  let negInf = i64x2.splat(0);
  // The pad after an odd count is 0.
  const end = values + ((<usize>count) << 3);
  for (let at = values; at < end; at += 16) {
    const x = v128.load(at);
    nan = i64x2.sub(nan, f64x2.ne(x, x));
    posInf = i64x2.sub(posInf, f64x2.eq(x, f64x2.splat(Infinity)));
    negInf = i64x2.sub(negInf, f64x2.eq(x, f64x2.splat(-Infinity)));
  }
  add(side + ValueSlot.Nan, lanes(nan));
  add(side + ValueSlot.PosInf, lanes(posInf));
  add(side + ValueSlot.NegInf, lanes(negInf));
}

function lanes(counts: v128): f64 {
  return <f64>(i64x2.extract_lane(counts, 0) + i64x2.extract_lane(counts, 1));
}
