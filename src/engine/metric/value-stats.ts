import type { ValueStats } from '../../shared/comparison.ts';
import { ValueSlot } from './state-slot.ts';

/**
 * Statistics of one side from the kernel's state.
 *
 * @param side slot of the side's counts and extremes.
 * @param sumSlot, squaresSlot slots of its sums over finite elements.
 */
export function valueStatsFrom(
  state: Float64Array,
  side: number,
  sumSlot: number,
  squaresSlot: number,
  count: number,
): ValueStats {
  const of = (slot: ValueSlot): number => state[side + slot] ?? 0;
  const nan = of(ValueSlot.Nan);
  const posInf = of(ValueSlot.PosInf);
  const negInf = of(ValueSlot.NegInf);
  const finite = count - nan - posInf - negInf;
  const sum = state[sumSlot] ?? 0;
  const sumSquares = state[squaresSlot] ?? 0;
  const counts = { count, nan, posInf, negInf, zero: of(ValueSlot.Zero), negative: of(ValueSlot.Negative) };
  if (finite === 0) {
    return { ...counts, min: NaN, max: NaN, mean: NaN, std: NaN, maxAbs: 0, minAbs: 0, sum, sumSquares };
  }
  // Adding 0 makes +0 of −0, of which the vectors' minimum may give either.
  const min = of(ValueSlot.Min) + 0;
  const max = of(ValueSlot.Max) + 0;
  const minAbs = of(ValueSlot.MinAbs);
  const mean = sum / finite;
  return {
    ...counts,
    min,
    max,
    mean,
    std: standardDeviation(min === max, mean, sumSquares / finite),
    maxAbs: Math.max(-min, max),
    minAbs: minAbs === Infinity ? 0 : minAbs,
    sum,
    sumSquares,
  };
}

/**
 * Of the population: √(Σx²/n − mean²), good to about 1e-7·|mean|, which is what float32 resolves; Infinity where the
 * squares leave float64.
 */
function standardDeviation(isConstant: boolean, mean: number, meanSquare: number): number {
  // One value only has no spread; its squares would leave some, of rounding.
  if (isConstant) return 0;
  return meanSquare === Infinity ? Infinity : Math.sqrt(Math.max(0, meanSquare - mean * mean));
}
