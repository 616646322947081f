/** Lowest finite values of float16, bfloat16, float32 and float64. */
const LOWEST = new Set([-65504, -(2 - 2 ** -7) * 2 ** 127, -(2 - 2 ** -23) * 2 ** 127, -Number.MAX_VALUE]);

/**
 * |t − r| ≤ tolerance; NaN equals NaN, an infinity itself, and −Infinity the lowest finite value of a dtype, which is
 * how two ways of masking differ.
 */
export function isEqual(t: number, r: number, tolerance: number): boolean {
  if (Math.abs(t - r) <= tolerance || t === r) return true;
  if (Number.isNaN(t)) return Number.isNaN(r);
  return (t === -Infinity && LOWEST.has(r)) || (r === -Infinity && LOWEST.has(t));
}

/** Whether a value stands for "not here" in an additive attention mask: −Infinity, a lowest value, or −10⁴ and below. */
export function isMaskConstant(value: number): boolean {
  return value <= -1e4;
}
