import type {
  ErrorHistogram,
  HistogramBin,
  TensorComparison,
  WorstElement,
} from '../../shared/comparison.ts';
import { cosine } from './cosine.ts';
import { FIRST_NORMAL_BIN, OVERFLOW_BIN, percentile } from './histogram.ts';
import { relativeL2 } from './relative-l2.ts';
import { sqnr } from './sqnr.ts';
import { StateSlot } from './state-slot.ts';
import { valueStatsFrom } from './value-stats.ts';

/**
 * The comparison of two tensors from the kernel's state after its last element.
 *
 * @param count elements of either tensor.
 * @param bins counts by bin, of finite and left-out elements alike.
 */
export function comparisonFrom(
  state: Float64Array,
  count: number,
  bins: ReadonlyMap<number, number>,
): TensorComparison {
  const of = (slot: StateSlot): number => state[slot] ?? 0;
  const mismatch = of(StateSlot.NonFiniteMismatch);
  const maskMismatch = of(StateSlot.MaskMismatch);
  const excluded = of(StateSlot.Excluded);
  const finite = count - excluded;
  const unequal = of(StateSlot.Unequal);
  const squares = of(StateSlot.SumSquares);
  const referenceSquares = of(StateSlot.PairReferenceSquares);
  const histogram = histogramFrom(bins, finite - unequal, excluded);
  const maxAbs = Math.max(0, of(StateSlot.MaxAbs));
  const bound = (q: number): number => Math.min(percentile(histogram, q), maxAbs);
  return {
    count,
    nonFiniteMismatch: mismatch,
    maskMismatch,
    finitePartOnly: excluded > 0,
    maxAbs,
    worst: worstOf(state, mismatch > 0),
    meanAbs: finite === 0 ? 0 : of(StateSlot.SumAbs) / finite,
    rmse: finite === 0 ? 0 : Math.sqrt(squares / finite),
    relativeL2: relativeL2(squares, referenceSquares),
    sqnr: mismatch > 0 ? -Infinity : sqnr(squares, referenceSquares),
    cosine: cosine(of(StateSlot.Dot), of(StateSlot.PairCandidateSquares), referenceSquares),
    outside: count === 0 ? 0 : (of(StateSlot.Outside) + mismatch) / count,
    unequal: count === 0 ? 0 : (unequal + mismatch + maskMismatch) / count,
    maxUlp: of(StateSlot.MaxUlp),
    percentiles: { p50: bound(0.5), p90: bound(0.9), p99: bound(0.99), p999: bound(0.999) },
    histogram,
    candidate: valueStatsFrom(
      state,
      StateSlot.Candidate,
      StateSlot.CandidateSum,
      StateSlot.CandidateSquares,
      count,
    ),
    reference: valueStatsFrom(
      state,
      StateSlot.Reference,
      StateSlot.ReferenceSum,
      StateSlot.ReferenceSquares,
      count,
    ),
  };
}

function worstOf(state: Float64Array, mismatch: boolean): WorstElement | undefined {
  const of = (slot: StateSlot): number => state[slot] ?? 0;
  if (mismatch) {
    return {
      index: of(StateSlot.MismatchIndex),
      candidate: of(StateSlot.MismatchCandidate),
      reference: of(StateSlot.MismatchReference),
    };
  }
  if (of(StateSlot.MaxAbs) < 0) return undefined;
  return {
    index: of(StateSlot.WorstIndex),
    candidate: of(StateSlot.WorstCandidate),
    reference: of(StateSlot.WorstReference),
  };
}

function histogramFrom(counts: ReadonlyMap<number, number>, zero: number, nonFinite: number): ErrorHistogram {
  let belowNormal = 0;
  const bins: HistogramBin[] = [];
  for (const [bin, count] of counts) {
    if (bin < FIRST_NORMAL_BIN) belowNormal += count;
    // Above it lie the marks of elements that are left out.
    else if (bin <= OVERFLOW_BIN) bins.push({ bin, count });
  }
  bins.sort((a, b) => a.bin - b.bin);
  return { zero, denormal: belowNormal - zero, nonFinite, bins };
}
