/**
 * The kernel: every metric of a pair of tensors in one pass over them. The host sets up a pair, calls `measure` for each
 * chunk, of which the raw elements lie in this memory, and at last reads state, histogram and slices.
 */
import {
  BLOCK_ELEMENTS,
  ElementType,
  Representation,
  StateSlot,
  TILE_ELEMENTS,
  UlpFormat,
} from '../state-slot';
import { elementBytes, promote, toFloat32, toFloat64, toInt64 } from './convert';
import { countDifferences, countEqual } from './histogram';
import { differInt64 } from './integers';
import {
  add,
  clearState,
  DIFFERENCE,
  get,
  INTEGER_CANDIDATE,
  INTEGER_REFERENCE,
  NARROW_CANDIDATE,
  NARROW_REFERENCE,
  set,
  WIDE_CANDIDATE,
  WIDE_REFERENCE,
} from './memory';
import { classify } from './non-finite';
import { equalBits, sumEqualFloat32 } from './equal';
import { closeBlock, differFloat64, sumFloat32, sumFloat64, tileMax } from './pair-sums';
import { configureSlices, hasSlices, raiseReferences, raiseSlices, zeroNonFinite } from './slices';
import { clearMaxUlp, judgeFloat32, judgeFloat64, maxUlp } from './tolerance';
import { clearValues, NO_SIDE, valuesFloat32, valuesFloat64 } from './values';

export { drainHistogram } from './histogram';
export {
  candidateAddress,
  referenceAddress,
  sliceMaxAbsAddress,
  sliceMaxReferenceAddress,
  stateAddress,
} from './memory';

let candidateType: i32 = 0;
let referenceType: i32 = 0;
let representation: i32 = 0;
let ulpFormat: i32 = 0;
let absolute: f64 = 0;
let relative: f64 = 0;
let lowestCandidate: f64 = 0;
let lowestReference: f64 = 0;
let scale: f64 = 1;
let inBlock: i32 = 0;

/** @param factor what float64 elements are multiplied by first: a power of two, so that squares stay in range. */
export function begin(
  candidate: i32,
  reference: i32,
  heldAs: i32,
  format: i32,
  atol: f64,
  rtol: f64,
  candidateLowest: f64,
  referenceLowest: f64,
  sliceCount: i32,
  innerCount: f64,
  factor: f64,
): void {
  candidateType = candidate;
  referenceType = reference;
  representation = heldAs;
  ulpFormat = format;
  absolute = atol;
  relative = rtol;
  lowestCandidate = candidateLowest;
  lowestReference = referenceLowest;
  scale = factor;
  inBlock = 0;
  clearState();
  clearMaxUlp();
  set(StateSlot.MaxAbs, -1);
  clearValues(StateSlot.Candidate);
  clearValues(StateSlot.Reference);
  configureSlices(sliceCount, innerCount);
}

/**
 * Measures `count` elements of either side at these addresses. Up to 15 bytes after a last tile are overwritten.
 * @param start index of the first of them in the tensor, a multiple of the tile.
 */
export function measure(count: i32, start: f64, candidates: usize, references: usize): void {
  for (let done = 0; done < count; done += TILE_ELEMENTS) {
    const tile = min<i32>(TILE_ELEMENTS, count - done);
    const candidate = candidates + <usize>(done * elementBytes(candidateType));
    const reference = references + <usize>(done * elementBytes(referenceType));
    measureTile(candidate, reference, tile, start + <f64>done);
    inBlock += tile;
    if (inBlock == BLOCK_ELEMENTS) {
      closeBlock();
      inBlock = 0;
    }
  }
}

export function end(): void {
  if (inBlock > 0) closeBlock();
  set(StateSlot.MaxUlp, <f64>maxUlp);
}

function measureTile(candidate: usize, reference: usize, count: i32, start: f64): void {
  if (representation == Representation.Float32) {
    const t = toFloat32(candidateType, candidate, NARROW_CANDIDATE, count);
    const r = toFloat32(referenceType, reference, NARROW_REFERENCE, count);
    pad32(t, count);
    pad32(r, count);
    if (!(absolute < 0) && equalBits(t, r, count) && sumEqualFloat32(t, count)) {
      finishEqualFloat32(t, count, start);
      return;
    }
    if (sumFloat32(t, r, count)) {
      finishFloat32(t, r, count, start);
      return;
    }
    promote(t, WIDE_CANDIDATE, count);
    promote(r, WIDE_REFERENCE, count);
    measureFloat64(WIDE_CANDIDATE, WIDE_REFERENCE, count, start);
    return;
  }
  if (representation == Representation.Float64) {
    const t = toFloat64(candidateType, candidate, WIDE_CANDIDATE, count);
    const r = toFloat64(referenceType, reference, WIDE_REFERENCE, count);
    if (scale == 1) {
      measureFloat64(t, r, count, start);
    } else {
      multiply(t, WIDE_CANDIDATE, count);
      multiply(r, WIDE_REFERENCE, count);
      measureFloat64(WIDE_CANDIDATE, WIDE_REFERENCE, count, start);
    }
    return;
  }
  differInt64(
    toInt64(candidateType, candidate, INTEGER_CANDIDATE, count),
    candidateType == ElementType.Uint64,
    toInt64(referenceType, reference, INTEGER_REFERENCE, count),
    referenceType == ElementType.Uint64,
    count,
  );
  toFloat64(candidateType, candidate, WIDE_CANDIDATE, count);
  toFloat64(referenceType, reference, WIDE_REFERENCE, count);
  pad64(WIDE_CANDIDATE, count);
  pad64(WIDE_REFERENCE, count);
  pad64(DIFFERENCE, count);
  finishFloat64(WIDE_CANDIDATE, WIDE_REFERENCE, count, start, true);
}

function multiply(from: usize, to: usize, count: i32): void {
  for (let index = 0; index < count; index++) {
    const offset = (<usize>index) << 3;
    store<f64>(to + offset, load<f64>(from + offset) * scale);
  }
}

function pad32(tile: usize, count: i32): void {
  for (let index = count; index < ((count + 3) & ~3); index++) store<f32>(tile + ((<usize>index) << 2), 0);
}

function pad64(tile: usize, count: i32): void {
  if ((count & 1) != 0) store<f64>(tile + ((<usize>count) << 3), 0);
}

/** A finite float32 tile that both sides share, summed: no element differs, and one side stands for both. */
function finishEqualFloat32(t: usize, count: i32, start: f64): void {
  if (get(StateSlot.MaxAbs) < 0) setWorst(0, start, <f64>load<f32>(t), <f64>load<f32>(t));
  countEqual(count);
  if (hasSlices()) raiseReferences(t, count, start);
  valuesFloat32(t, count, StateSlot.Candidate, StateSlot.Reference);
}

/** A finite float32 tile, summed. */
function finishFloat32(t: usize, r: usize, count: i32, start: f64): void {
  noteWorst(tileMax, count, start, t, r, true);
  if (tileMax > absolute) judgeFloat32(t, r, count, ulpFormat, absolute, relative);
  if (hasSlices()) raiseSlices(r, true, count, start);
  valuesFloat32(t, count, StateSlot.Candidate, NO_SIDE);
  valuesFloat32(r, count, StateSlot.Reference, NO_SIDE);
}

function measureFloat64(t: usize, r: usize, count: i32, start: f64): void {
  pad64(t, count);
  pad64(r, count);
  const allFinite = differFloat64(t, r, count);
  if (!allFinite) classify(t, r, count, start, lowestCandidate, lowestReference);
  finishFloat64(t, r, count, start, allFinite);
}

/** A float64 tile with |d| written. */
function finishFloat64(t: usize, r: usize, count: i32, start: f64, allFinite: bool): void {
  sumFloat64(t, r, count);
  countUnequal(count);
  noteWorst(tileMax, count, start, t, r, false);
  countDifferences(count, tileMax, allFinite);
  if (tileMax > absolute) judgeFloat64(t, r, count, ulpFormat, absolute, relative);
  valuesFloat64(t, count, StateSlot.Candidate);
  valuesFloat64(r, count, StateSlot.Reference);
  if (hasSlices()) {
    if (!allFinite) zeroNonFinite(r, WIDE_REFERENCE, count);
    raiseSlices(allFinite ? r : WIDE_REFERENCE, false, count, start);
  }
}

/** Elements with |d| > 0: subtraction of floats gives 0 for equal values only. */
function countUnequal(count: i32): void {
  if (tileMax == 0) return;
  let unequal = i64x2.splat(0);
  const end = DIFFERENCE + ((<usize>((count + 1) & ~1)) << 3);
  for (let at = DIFFERENCE; at < end; at += 16) {
    unequal = i64x2.sub(unequal, f64x2.gt(v128.load(at), f64x2.splat(0)));
  }
  add(StateSlot.Unequal, <f64>(i64x2.extract_lane(unequal, 0) + i64x2.extract_lane(unequal, 1)));
}

/** The first element with the largest |d| so far; of an all-NaN tile there is none. */
function noteWorst(max: f64, count: i32, start: f64, t: usize, r: usize, narrow: bool): void {
  if (max <= get(StateSlot.MaxAbs)) return;
  for (let index = 0; index < count; index++) {
    if (load<f64>(DIFFERENCE + ((<usize>index) << 3)) != max) continue;
    const offset = (<usize>index) << 2;
    setWorst(
      max,
      start + <f64>index,
      narrow ? <f64>load<f32>(t + offset) : load<f64>(t + (offset << 1)),
      narrow ? <f64>load<f32>(r + offset) : load<f64>(r + (offset << 1)),
    );
    return;
  }
}

function setWorst(max: f64, index: f64, candidate: f64, reference: f64): void {
  set(StateSlot.MaxAbs, max);
  set(StateSlot.WorstIndex, index);
  set(StateSlot.WorstCandidate, candidate);
  set(StateSlot.WorstReference, reference);
}
