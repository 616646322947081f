import type { Tensor } from '../tensor/index.ts';
import { castTensor, typedArrayOf } from '../tensor/index.ts';

/** Values of a tensor of any dtype that compares, as numbers. */
export type Numbers = Float32Array | Float64Array;

export function numbersOf(tensor: Tensor): Numbers {
  if (tensor.dtype === 'float32') return typedArrayOf('float32', tensor.bytes) as Float32Array;
  const wide = tensor.dtype === 'float64' ? tensor : castTensor(tensor, 'float64').tensor;
  return typedArrayOf('float64', wide.bytes) as Float64Array;
}

/** |t − r|; 0 where both are NaN or the same infinity, Infinity where just one is finite. */
export function errorAt(candidate: Numbers, reference: Numbers, index: number): number {
  const t = candidate[index] ?? NaN;
  const r = reference[index] ?? NaN;
  if (t === r || (Number.isNaN(t) && Number.isNaN(r))) return 0;
  const d = Math.abs(t - r);
  return Number.isNaN(d) ? Infinity : d;
}

/** The finite range of all arrays together; [0, 1] where there is no finite value, never of width 0. */
export function rangeOf(arrays: readonly (Numbers | undefined)[]): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const array of arrays) {
    for (const value of array ?? []) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return { low: 0, high: 1 };
  if (low === high)
    return { low: low - Math.max(0.5, Math.abs(low) / 2), high: high + Math.max(0.5, Math.abs(high) / 2) };
  return { low, high };
}

/** The equal bin that a finite value lies in; the last one is closed at both ends, as numpy.histogram's. */
export function binOf(value: number, low: number, high: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * bins)));
}
