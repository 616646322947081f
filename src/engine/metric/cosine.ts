/**
 * Σt·r / (‖t‖₂·‖r‖₂) from the three sums: both zero → 1, one zero → 0, clamped to [−1, 1]. Source: Polygraphy.
 * Blind to scale (t = 2r gives 1): never rank by it alone.
 */
export function cosine(dot: number, candidateSquares: number, referenceSquares: number): number {
  if (candidateSquares === 0 && referenceSquares === 0) return 1;
  if (candidateSquares === 0 || referenceSquares === 0) return 0;
  // One root of the product makes t = r give exactly 1; two roots where the product leaves the range of float64.
  const product = candidateSquares * referenceSquares;
  const inRange = product > 1e-290 && product < Infinity;
  const norms = inRange ? Math.sqrt(product) : Math.sqrt(candidateSquares) * Math.sqrt(referenceSquares);
  return Math.min(1, Math.max(-1, dot / norms));
}
