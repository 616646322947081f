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
    const t = load<f64>(candidate + (<usize>index << 3));
    const r = load<f64>(reference + (<usize>index << 3));
    // t − t is 0 unless t is not finite.
    if (t - t == 0 && r - r == 0) continue;
    excluded++;
    countSide(StateSlot.Candidate, t);
    countSide(StateSlot.Reference, r);
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
}

function countSide(side: i32, x: f64): void {
  if (x != x) add(side + ValueSlot.Nan, 1);
  else if (x == Infinity) add(side + ValueSlot.PosInf, 1);
  else if (x == -Infinity) add(side + ValueSlot.NegInf, 1);
}
