/**
 * Places in the kernel's state, an array of float64: written by the kernel, read by its host. An enum because both
 * compilers, AssemblyScript's and TypeScript's, read this one file, so that the two cannot disagree.
 */
export enum StateSlot {
  // Sums over elements finite on both sides; squares and sums of a side over what is finite on that side.
  SumAbs,
  SumSquares,
  Dot,
  PairCandidateSquares,
  PairReferenceSquares,
  CandidateSum,
  CandidateSquares,
  ReferenceSum,
  ReferenceSquares,
  /** How many sums there are; the same ones of the block not yet closed follow. */
  Sums,
  MaxAbs = 18,
  WorstIndex,
  WorstCandidate,
  WorstReference,
  MismatchIndex,
  MismatchCandidate,
  MismatchReference,
  NonFiniteMismatch,
  MaskMismatch,
  /** Elements that are not finite on both sides. */
  Excluded,
  /** Finite elements with d ≠ 0. */
  Unequal,
  /** Finite elements with |d| > atol + rtol·|r|. */
  Outside,
  MaxUlp,
  /** First slot of the candidate's counts and extremes, laid out as `ValueSlot`. */
  Candidate,
  Reference = 39,
  Size = 47,
}

/** Within `StateSlot.Candidate` and `StateSlot.Reference`. */
export enum ValueSlot {
  Zero,
  Negative,
  Min,
  Max,
  MinAbs,
  Nan,
  PosInf,
  NegInf,
}

/** How the kernel holds a pair while it measures: the narrowest of these in which both sides are exact. */
export enum Representation {
  Float32,
  Float64,
  /** Integers of which one at least has 64 bits: equality and |d| are exact, sums are of the nearest float64. */
  Int64,
}

/** Format whose representable numbers are counted. */
export enum UlpFormat {
  None,
  Float64,
  Float32,
  Float16,
  Bfloat16,
}

/** Element types as the kernel is told them. */
export enum ElementType {
  Float32,
  Float64,
  Float16,
  Bfloat16,
  Int8,
  Uint8,
  Int16,
  Uint16,
  Int32,
  Uint32,
  Int64,
  Uint64,
}

/** Elements whose sums are taken lane by lane: two lanes (even and odd index), added at the end of the tile. */
export const TILE_ELEMENTS = 2048;

/** Elements whose tiles' sums are added before they are added to the total. */
export const BLOCK_ELEMENTS = 65536;
