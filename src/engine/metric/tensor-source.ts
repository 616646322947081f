import type { ComparableDtype } from '../../shared/dtype.ts';

/** Elements in memory: little-endian, contiguous, C order. */
export interface BytesSource {
  readonly dtype: ComparableDtype;
  readonly bytes: Uint8Array;
}

/** Elements read on demand, so that a recorded tensor goes from disk to the kernel without ever being whole in memory. */
export interface ReaderSource {
  readonly dtype: ComparableDtype;
  /** Fills `target` (`count` elements, little-endian) with the elements [start, start + count) in C order. */
  readonly read: (start: number, count: number, target: Uint8Array) => void;
  /** Number of elements, where no dims tell it (`Comparer.stats`). */
  readonly count?: number;
}

export type TensorSource = BytesSource | ReaderSource;

/** How the reference is brought to the candidate's shape. */
export type ReferenceTransform =
  | { readonly kind: 'none' }
  /** Axis i of the candidate is axis `axes[i]` of the reference (numpy.transpose). */
  | { readonly kind: 'permutation'; readonly axes: readonly number[] }
  /** Same elements in the same order, other shape. */
  | { readonly kind: 'reshape' };
