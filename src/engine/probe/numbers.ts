import type { Tensor } from '../tensor/index.ts';
import { castTensor, typedArrayOf } from '../tensor/index.ts';

/** Values of a tensor of any dtype that compares, as numbers. */
export type Numbers = Float32Array | Float64Array;

/** Both values of every element, and what stands for −Infinity where the other side's dtype has masks that are finite. */
export interface Sides {
  readonly candidate: Numbers;
  readonly reference: Numbers;
  readonly lowestCandidate: number;
  readonly lowestReference: number;
}

export function numbersOf(tensor: Tensor): Numbers {
  if (tensor.dtype === 'float32') return typedArrayOf('float32', tensor.bytes) as Float32Array;
  const wide = tensor.dtype === 'float64' ? tensor : castTensor(tensor, 'float64').tensor;
  return typedArrayOf('float64', wide.bytes) as Float64Array;
}

/**
 * |t − r|; 0 where both are NaN or the same infinity, and where one is −Infinity and the other the lowest finite value,
 * which is how two ways of masking differ; Infinity where else just one is finite.
 */
export function errorAt(sides: Sides, index: number): number {
  const t = sides.candidate[index] ?? NaN;
  const r = sides.reference[index] ?? NaN;
  const d = Math.abs(t - r);
  if (Number.isFinite(d)) return d;
  if (t === r || (Number.isNaN(t) && Number.isNaN(r))) return 0;
  if (t === -Infinity && r === sides.lowestReference) return 0;
  if (r === -Infinity && t === sides.lowestCandidate) return 0;
  return Infinity;
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
    return {
      low: Math.max(-Number.MAX_VALUE, low - Math.max(0.5, Math.abs(low) / 2)),
      high: Math.min(Number.MAX_VALUE, high + Math.max(0.5, Math.abs(high) / 2)),
    };
  return { low, high };
}

/**
 * Which of `bins` equal bins a finite value of [low, high] lies in: [edge, next edge), the last one closed, edges as
 * numpy.linspace has them, values on an edge decided by comparison as numpy.histogram does.
 */
export function binsOver(low: number, high: number, bins: number): (value: number) => number {
  // The width of the whole of float64 is no float64.
  const part = Number.isFinite(high - low) ? 1 : 0.5;
  const begin = low * part;
  const step = (high * part - begin) / bins;
  const edge = (bin: number): number => bin * step + begin;
  return (whole) => {
    const value = whole * part;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - begin) / step)));
    if (value < edge(bin)) return Math.max(0, bin - 1);
    return bin < bins - 1 && value >= edge(bin + 1) ? bin + 1 : bin;
  };
}
