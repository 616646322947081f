/**
 * 20·log₁₀(‖r‖₂/‖d‖₂) in dB, from Σd² and Σr²: Infinity where d is all zero (also where r is), −Infinity where only r
 * is. Source: ONNX Runtime and torch.ao.ns, without their floors on the norms.
 */
export function sqnr(differenceSquares: number, referenceSquares: number): number {
  if (differenceSquares === 0) return Infinity;
  return 10 * (Math.log10(referenceSquares) - Math.log10(differenceSquares));
}
