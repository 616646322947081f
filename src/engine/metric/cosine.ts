/**
 * Σt·r / (‖t‖₂·‖r‖₂) from the three sums: both zero → 1, one zero → 0, clamped to [−1, 1]. Source: Polygraphy.
 * Blind to scale (t = 2r gives 1): never rank by it alone.
 */
export function cosine(dot: number, candidateSquares: number, referenceSquares: number): number {
  if (candidateSquares === 0 && referenceSquares === 0) return 1;
  if (candidateSquares === 0 || referenceSquares === 0) return 0;
  const value = dot / (Math.sqrt(candidateSquares) * Math.sqrt(referenceSquares));
  return Math.min(1, Math.max(-1, value));
}
