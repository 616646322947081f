/** Tiles in which both sides have the same bits, as after every operator that both compute exactly: a third of the work. */
import { StateSlot } from '../state-slot';
import { addToBlock, total } from './pair-sums';

/** Two tiles of 32-bit elements, padded with zeros to a multiple of four. */
export function equalBits(candidate: usize, reference: usize, count: i32): bool {
  const end = (<usize>((count + 3) & ~3)) << 2;
  const whole = end & ~63;
  for (let offset: usize = 0; offset < whole; offset += 64) {
    const first = v128.or(
      v128.xor(v128.load(candidate + offset), v128.load(reference + offset)),
      v128.xor(v128.load(candidate + offset, 16), v128.load(reference + offset, 16)),
    );
    const second = v128.or(
      v128.xor(v128.load(candidate + offset, 32), v128.load(reference + offset, 32)),
      v128.xor(v128.load(candidate + offset, 48), v128.load(reference + offset, 48)),
    );
    if (v128.any_true(v128.or(first, second))) return false;
  }
  for (let offset = whole; offset < end; offset += 16) {
    if (v128.any_true(v128.xor(v128.load(candidate + offset), v128.load(reference + offset)))) return false;
  }
  return true;
}

/** What `sumFloat32` adds for such a tile, in the same order. Gives false, having added nothing, if not all is finite. */
export function sumEqualFloat32(values: usize, count: i32): bool {
  let squares = f64x2.splat(0);
  let sum = f64x2.splat(0);
  const bytes = (<usize>count) << 2;
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const low = f64x2.promote_low_f32x4(v128.load64_zero(values + offset));
    const high = f64x2.promote_low_f32x4(v128.load64_zero(values + offset, 8));
    sum = f64x2.add(f64x2.add(sum, low), high);
    squares = f64x2.add(f64x2.add(squares, f64x2.mul(low, low)), f64x2.mul(high, high));
  }
  const tt = total(squares);
  if (!isFinite(tt + tt)) return false;
  addToBlock(StateSlot.Dot, tt);
  addToBlock(StateSlot.PairCandidateSquares, tt);
  addToBlock(StateSlot.PairReferenceSquares, tt);
  addToBlock(StateSlot.CandidateSum, total(sum));
  addToBlock(StateSlot.CandidateSquares, tt);
  addToBlock(StateSlot.ReferenceSum, total(sum));
  addToBlock(StateSlot.ReferenceSquares, tt);
  return true;
}
