/** Rows of numbers: one embedding a prompt. */
export interface Rows {
  readonly count: number;
  readonly width: number;
  /** Row-major, count × width. */
  readonly values: Float64Array;
}

export function rowOf({ values, width }: Rows, index: number): Float64Array {
  return values.subarray(index * width, (index + 1) * width);
}

export function norm(row: Float64Array): number {
  return Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
}

/** Rounding of float32 embeddings and of float16 ones stored wider. */
export const ALIKE = 1e-3;

/** ‖a − b‖ over the longer of the two; 0 of two rows of zeros. */
export function distance(a: Float64Array, b: Float64Array): number {
  let apart = 0;
  for (let i = 0; i < a.length; i++) apart += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return apart === 0 ? 0 : Math.sqrt(apart) / Math.max(norm(a), norm(b));
}

export function isSame(a: Float64Array, b: Float64Array): boolean {
  return distance(a, b) <= ALIKE;
}

/** Same direction: the cosine of the angle is 1 but for rounding. */
export function isParallel(a: Float64Array, b: Float64Array): boolean {
  const lengths = norm(a) * norm(b);
  if (lengths === 0) return false;
  let dot = 0;
  for (let i = 0; i < a.length; i++) dot += (a[i] ?? 0) * (b[i] ?? 0);
  return dot / lengths > 1 - (ALIKE * ALIKE) / 2;
}

export function isZero(row: Float64Array): boolean {
  return row.every((value) => value === 0);
}
