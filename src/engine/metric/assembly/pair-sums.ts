/**
 * Sums of a tile over both sides. Even elements are summed in one lane and odd ones in the other, in index order, and
 * the two are added at the end: every path (float32, float64, with or without non-finite elements) has this order, so
 * that they agree to the bit.
 */
import { StateSlot } from '../state-slot';
import { countEqual, countPair, equalSoFar, uncountPairs } from './histogram';
import { add, DIFFERENCE, get, set } from './memory';

/** Largest |d| of the tile just summed; NaN elements left out. */
export let tileMax: f64 = 0;

export function total(lanes: v128): f64 {
  return f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
}

/** Adds to the sums of the open block. */
export function addToBlock(slot: i32, value: f64): void {
  add(StateSlot.Sums + slot, value);
}

/**
 * Two float32 tiles, padded with zeros to a multiple of four. Writes |d| and counts it: the sums wait for their adders,
 * so that counting in the same loop costs little. Gives false, having added nothing, if any element is not finite: Σt² + Σr² of finite float32 cannot overflow in float64, so it tells for free.
 */
export function sumFloat32(candidate: usize, reference: usize, count: i32): bool {
  let sumAbs = f64x2.splat(0);
  let sumSquares = f64x2.splat(0);
  let dot = f64x2.splat(0);
  let candidateSquares = f64x2.splat(0);
  let referenceSquares = f64x2.splat(0);
  let candidateSum = f64x2.splat(0);
  let referenceSum = f64x2.splat(0);
  let max = f64x2.splat(0);
  const equal = equalSoFar();
  const bytes = (<usize>count) << 2;
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    let t = f64x2.promote_low_f32x4(v128.load64_zero(candidate + offset));
    let r = f64x2.promote_low_f32x4(v128.load64_zero(reference + offset));
    let d = f64x2.abs(f64x2.sub(t, r));
    store<v128>(DIFFERENCE + (offset << 1), d);
    countPair(DIFFERENCE + (offset << 1));
    sumAbs = f64x2.add(sumAbs, d);
    max = f64x2.pmax(max, d);
    sumSquares = f64x2.add(sumSquares, f64x2.mul(d, d));
    candidateSum = f64x2.add(candidateSum, t);
    referenceSum = f64x2.add(referenceSum, r);
    dot = f64x2.add(dot, f64x2.mul(t, r));
    candidateSquares = f64x2.add(candidateSquares, f64x2.mul(t, t));
    referenceSquares = f64x2.add(referenceSquares, f64x2.mul(r, r));

    t = f64x2.promote_low_f32x4(v128.load64_zero(candidate + offset, 8));
    r = f64x2.promote_low_f32x4(v128.load64_zero(reference + offset, 8));
    d = f64x2.abs(f64x2.sub(t, r));
    store<v128>(DIFFERENCE + (offset << 1), d, 16);
    countPair(DIFFERENCE + (offset << 1) + 16);
    sumAbs = f64x2.add(sumAbs, d);
    max = f64x2.pmax(max, d);
    sumSquares = f64x2.add(sumSquares, f64x2.mul(d, d));
    candidateSum = f64x2.add(candidateSum, t);
    referenceSum = f64x2.add(referenceSum, r);
    dot = f64x2.add(dot, f64x2.mul(t, r));
    candidateSquares = f64x2.add(candidateSquares, f64x2.mul(t, t));
    referenceSquares = f64x2.add(referenceSquares, f64x2.mul(r, r));
  }
  const tt = total(candidateSquares);
  const rr = total(referenceSquares);
  const padded = (count + 3) & ~3;
  if (!isFinite(tt + rr)) {
    uncountPairs(padded);
    return false;
  }
  // The difference of two float32 is a normal float64 or zero, and only zero falls into the first bin.
  add(StateSlot.Unequal, <f64>(padded - <i32>(equalSoFar() - equal)));
  countEqual(count - padded);
  addToBlock(StateSlot.SumAbs, total(sumAbs));
  addToBlock(StateSlot.SumSquares, total(sumSquares));
  addToBlock(StateSlot.Dot, total(dot));
  addToBlock(StateSlot.PairCandidateSquares, tt);
  addToBlock(StateSlot.PairReferenceSquares, rr);
  addToBlock(StateSlot.CandidateSum, total(candidateSum));
  addToBlock(StateSlot.CandidateSquares, tt);
  addToBlock(StateSlot.ReferenceSum, total(referenceSum));
  addToBlock(StateSlot.ReferenceSquares, rr);
  tileMax = max2(max);
  return true;
}

function max2(lanes: v128): f64 {
  return Math.max(f64x2.extract_lane(lanes, 0), f64x2.extract_lane(lanes, 1));
}

/** All bits of the lanes with a finite float64. */
export function finiteMask(x: v128): v128 {
  return f64x2.lt(f64x2.abs(x), f64x2.splat(Infinity));
}

/** Writes |d| of two float64 tiles of even (padded) count. Gives whether every element is finite on both sides. */
export function differFloat64(candidate: usize, reference: usize, count: i32): bool {
  let all = i64x2.splat(-1);
  const bytes = (<usize>count) << 3;
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const t = v128.load(candidate + offset);
    const r = v128.load(reference + offset);
    const mask = v128.and(finiteMask(t), finiteMask(r));
    all = v128.and(all, mask);
    const d = f64x2.abs(f64x2.sub(t, r));
    store<v128>(DIFFERENCE + offset, v128.or(d, i64x2.shr_u(v128.not(mask), 1)));
  }
  return i64x2.all_true(all);
}

/** Two float64 tiles, padded with a zero to an even count, whose |d| is written. What is left out adds +0. */
export function sumFloat64(candidate: usize, reference: usize, count: i32): void {
  let sumAbs = f64x2.splat(0);
  let sumSquares = f64x2.splat(0);
  let dot = f64x2.splat(0);
  let pairCandidateSquares = f64x2.splat(0);
  let pairReferenceSquares = f64x2.splat(0);
  let candidateSquares = f64x2.splat(0);
  let referenceSquares = f64x2.splat(0);
  let candidateSum = f64x2.splat(0);
  let referenceSum = f64x2.splat(0);
  let max = f64x2.splat(0);
  const bytes = (<usize>count) << 3;
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    let t = v128.load(candidate + offset);
    let r = v128.load(reference + offset);
    const finiteT = finiteMask(t);
    const finiteR = finiteMask(r);
    const both = v128.and(finiteT, finiteR);
    const d = v128.and(v128.load(DIFFERENCE + offset), both);
    t = v128.and(t, finiteT);
    r = v128.and(r, finiteR);
    candidateSum = f64x2.add(candidateSum, t);
    referenceSum = f64x2.add(referenceSum, r);
    candidateSquares = f64x2.add(candidateSquares, f64x2.mul(t, t));
    referenceSquares = f64x2.add(referenceSquares, f64x2.mul(r, r));
    t = v128.and(t, both);
    r = v128.and(r, both);
    sumAbs = f64x2.add(sumAbs, d);
    max = f64x2.pmax(max, d);
    sumSquares = f64x2.add(sumSquares, f64x2.mul(d, d));
    dot = f64x2.add(dot, f64x2.mul(t, r));
    pairCandidateSquares = f64x2.add(pairCandidateSquares, f64x2.mul(t, t));
    pairReferenceSquares = f64x2.add(pairReferenceSquares, f64x2.mul(r, r));
  }
  addToBlock(StateSlot.SumAbs, total(sumAbs));
  addToBlock(StateSlot.SumSquares, total(sumSquares));
  addToBlock(StateSlot.Dot, total(dot));
  addToBlock(StateSlot.PairCandidateSquares, total(pairCandidateSquares));
  addToBlock(StateSlot.PairReferenceSquares, total(pairReferenceSquares));
  addToBlock(StateSlot.CandidateSum, total(candidateSum));
  addToBlock(StateSlot.CandidateSquares, total(candidateSquares));
  addToBlock(StateSlot.ReferenceSum, total(referenceSum));
  addToBlock(StateSlot.ReferenceSquares, total(referenceSquares));
  tileMax = max2(max);
}

/** Closes the block of 65,536 elements: its sums go to the totals. */
export function closeBlock(): void {
  for (let slot = 0; slot < <i32>StateSlot.Sums; slot++) {
    add(slot, get(StateSlot.Sums + slot));
    set(StateSlot.Sums + slot, 0);
  }
}
