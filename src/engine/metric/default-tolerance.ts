import type { ComparableDtype } from '../../shared/dtype.ts';

export interface AbsoluteRelative {
  readonly atol: number;
  readonly rtol: number;
}

/** Source: `torch.testing.assert_close` (torch/testing/_comparison.py, `_DTYPE_PRECISIONS`). Integers and bools: equality. */
const BY_DTYPE: Readonly<Partial<Record<ComparableDtype, AbsoluteRelative>>> = {
  float16: { atol: 1e-5, rtol: 1e-3 },
  bfloat16: { atol: 1e-5, rtol: 1.6e-2 },
  float32: { atol: 1e-5, rtol: 1.3e-6 },
  float64: { atol: 1e-7, rtol: 1e-7 },
};

const EXACT: AbsoluteRelative = { atol: 0, rtol: 0 };

/** As torch does for two dtypes, the wider tolerance of the two, atol and rtol each by itself. */
export function defaultTolerance(candidate: ComparableDtype, reference: ComparableDtype): AbsoluteRelative {
  const a = BY_DTYPE[candidate] ?? EXACT;
  const b = BY_DTYPE[reference] ?? EXACT;
  return { atol: Math.max(a.atol, b.atol), rtol: Math.max(a.rtol, b.rtol) };
}
