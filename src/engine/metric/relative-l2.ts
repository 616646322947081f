/**
 * ‖d‖₂ / ‖r‖₂ from Σd² and Σr²: 0 where d is all zero, Infinity where only r is.
 * Source: msprobe `cmp_algorithm.py` (relative Euclidean), without its threshold on ‖r‖.
 */
export function relativeL2(differenceSquares: number, referenceSquares: number): number {
  if (differenceSquares === 0) return 0;
  return Math.sqrt(differenceSquares) / Math.sqrt(referenceSquares);
}
