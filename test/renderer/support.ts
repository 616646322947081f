import type { TensorComparison } from '../../src/shared/comparison.ts';
import type { ErrorMeasure } from '../../src/shared/report.ts';

const STATS = {
  count: 6,
  nan: 0,
  posInf: 0,
  negInf: 0,
  zero: 0,
  negative: 0,
  min: 0,
  max: 1,
  mean: 0,
  std: 0,
  maxAbs: 1,
  minAbs: 0,
  sum: 0,
  sumSquares: 0,
};

const NO_ERROR: TensorComparison = {
  count: 6,
  nonFiniteMismatch: 0,
  maskMismatch: 0,
  finitePartOnly: false,
  maxAbs: 0,
  worst: undefined,
  meanAbs: 0,
  rmse: 0,
  relativeL2: 0,
  sqnr: Infinity,
  cosine: 1,
  outside: 0,
  unequal: 0,
  maxUlp: 0,
  percentiles: { p50: 0, p90: 0, p99: 0, p999: 0 },
  histogram: { zero: 6, denormal: 0, nonFinite: 0, bins: [] },
  candidate: STATS,
  reference: STATS,
};

export function measureOf(more: Partial<ErrorMeasure>): ErrorMeasure {
  return { ...NO_ERROR, scale: 1, relative: 0, ...more };
}
