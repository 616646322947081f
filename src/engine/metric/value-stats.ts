import type { ValueStats } from '../../shared/comparison.ts';
import { ValueSlot } from './state-slot.ts';

/**
 * Statistics of one side from the kernel's state.
 *
 * @param side slot of the side's counts and extremes; @param sum, squares slots of its sums over finite elements.
 * The standard deviation (of the population) is √(Σx²/n − mean²), good to about 1e-7·|mean|: what float32 resolves.
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
    // One value only has no spread; its squares would leave some, of rounding.
    std: min === max ? 0 : Math.sqrt(Math.max(0, sumSquares / finite - mean * mean)),
    maxAbs: Math.max(-min, max),
    minAbs: minAbs === Infinity ? 0 : minAbs,
    sum,
    sumSquares,
  };
}
