/**
 * What one comparison of two tensors yields (design: r reference, t candidate, d = t − r, sums in float64).
 * NaN, ±Infinity occur in memory and are written to JSON as the strings "NaN", "Infinity", "-Infinity".
 */

/** Statistics of one side. Finite elements only, except for the counts. */
export interface ValueStats {
  readonly count: number;
  readonly nan: number;
  readonly posInf: number;
  readonly negInf: number;
  readonly zero: number;
  readonly negative: number;
  /** Over finite elements; NaN where there is none. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  /** Largest magnitude of a finite element; 0 where there is none. */
  readonly maxAbs: number;
  /** Smallest non-zero magnitude of a finite element; 0 where there is none. */
  readonly minAbs: number;
  /** Σ of finite values and Σ of their squares: with count, min and max the order-independent fingerprint. */
  readonly sum: number;
  readonly sumSquares: number;
}

export interface WorstElement {
  /** Flat index into the candidate tensor, C order. */
  readonly index: number;
  readonly candidate: number;
  readonly reference: number;
}

/** Non-empty bins of |d|: `bin` is (biased binary64 exponent << 3 | top three mantissa bits) of |d|. */
export interface HistogramBin {
  readonly bin: number;
  readonly count: number;
}

export interface ErrorHistogram {
  readonly zero: number;
  /** |d| below the smallest normal float32, 2^-126. */
  readonly denormal: number;
  readonly nonFinite: number;
  /** Ascending by bin. */
  readonly bins: readonly HistogramBin[];
}

export interface TensorComparison {
  readonly count: number;
  /** Elements where the two sides differ in being finite, or in which infinity, or where just one is NaN. */
  readonly nonFiniteMismatch: number;
  /** One side −Infinity, the other its dtype's lowest finite value (mask constants); not in `nonFiniteMismatch`. */
  readonly maskMismatch: number;
  /** The metrics below cover only elements finite on both sides; true if that leaves any out. */
  readonly finitePartOnly: boolean;
  /** max |d|; 0 for an empty tensor. */
  readonly maxAbs: number;
  /** Where |d| is largest; of several the first. The first non-finite mismatch where there is one. */
  readonly worst: WorstElement | undefined;
  readonly meanAbs: number;
  readonly rmse: number;
  /** ‖d‖₂ / ‖r‖₂; 0 if d is all zero, Infinity if only r is. */
  readonly relativeL2: number;
  /** 20·log₁₀(‖r‖₂/‖d‖₂) in dB; Infinity for d = 0, −Infinity if there is a non-finite mismatch. */
  readonly sqnr: number;
  /** Both zero → 1, one zero → 0, clamped to [−1, 1]. */
  readonly cosine: number;
  /** Share of all elements with |d| > atol + rtol·|r|, non-finite mismatches included. */
  readonly outside: number;
  /** Share of elements whose values differ (±0 equal, NaN equal to NaN): the metric of integers and bools. */
  readonly unequal: number;
  /** Largest distance in representable numbers of the coarser dtype, over elements with |d| above the guard, atol. */
  readonly maxUlp: number;
  /** Upper bounds of the bins of |d| (or maxAbs, if smaller) within which the given share of finite elements lies. */
  readonly percentiles: Readonly<Record<'p50' | 'p90' | 'p99' | 'p999', number>>;
  readonly histogram: ErrorHistogram;
  readonly candidate: ValueStats;
  readonly reference: ValueStats;
}

/** Per slice of the channel (or feature) axis: what the verdict needs so that one outlier channel hides nothing. */
export interface SliceErrors {
  readonly axis: number;
  /** max|d| of each slice; Infinity where a slice has a non-finite mismatch. */
  readonly maxAbs: Float64Array;
  /** max|r| of each slice over finite elements. */
  readonly maxReference: Float64Array;
}
