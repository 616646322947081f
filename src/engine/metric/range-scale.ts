/**
 * Squares of float64 leave its range where the values themselves do not (above 1e154, below 1e-162). Then the tensors
 * are measured once more, multiplied by a power of two, and what is made of sums is taken from there. float32 and
 * narrower never need it.
 */
import type { TensorComparison } from '../../shared/comparison.ts';

/** Magnitudes within 2^±440 leave room for the sum of 2^100 squares, and for differences 2^90 times smaller. */
const ROOM = 2 ** 440;

/** 1 unless the squares of values up to `maxAbs` are out of range, else the power of two that brings it near 1. */
export function rangeScale(maxAbs: number): number {
  if (maxAbs === 0 || (maxAbs < ROOM && maxAbs > 1 / ROOM)) return 1;
  // Beyond 2^±1022 the power itself would be subnormal or infinite.
  return 2 ** -Math.max(-1022, Math.min(1022, Math.floor(Math.log2(maxAbs))));
}

/** @param scaled the comparison of both tensors times `scale`. */
export function withSumsOf(
  comparison: TensorComparison,
  scaled: TensorComparison,
  scale: number,
): TensorComparison {
  const { relativeL2, sqnr, cosine } = scaled;
  return {
    ...comparison,
    relativeL2,
    sqnr,
    cosine,
    meanAbs: scaled.meanAbs / scale,
    rmse: scaled.rmse / scale,
  };
}
