/**
 * A look inside one tensor of a finished comparison: charts and slices, never the tensor. r reference, t candidate,
 * d = t − r. Typed arrays are small (bins, down-sampled maps) whatever the tensor's size.
 */
import type { Dtype } from './dtype.ts';

export interface ProbeRequest {
  readonly tensor: string;
  readonly sample: number;
  /** `free`: error so far; `fed`: own error. */
  readonly run: 'free' | 'fed';
  /** Axes of the error map: rows, columns. undefined: chosen from the shape. */
  readonly axes: readonly [number, number] | undefined;
  /** Values on demand: flat C-order range. */
  readonly values: { readonly start: number; readonly count: number };
}

export interface TensorProbe {
  readonly dtype: Dtype;
  readonly dims: readonly number[];
  readonly count: number;
  /** undefined where the tensor has no partner: then all of the reference and of the error is missing. */
  readonly reference: SideHistogram | undefined;
  readonly candidate: SideHistogram;
  readonly density: Density | undefined;
  readonly map: ErrorMap | undefined;
  readonly profiles: readonly AxisProfile[];
  readonly worst: readonly ProbeElement[];
  readonly slice: {
    readonly start: number;
    readonly candidate: Float64Array;
    readonly reference: Float64Array | undefined;
  };
}

/** Counts in equal bins over [low, high], the finite range of both sides together. */
export interface SideHistogram {
  readonly low: number;
  readonly high: number;
  readonly counts: Float64Array;
}

/** Counts of (r, t) over the square [low, high]²; row-major, rows are t ascending. */
export interface Density {
  readonly low: number;
  readonly high: number;
  readonly size: number;
  readonly counts: Float64Array;
}

/** max|d| over all other axes, and over blocks where an axis is longer than the map. */
export interface ErrorMap {
  readonly axes: readonly [number, number];
  readonly rows: number;
  readonly columns: number;
  /** Elements of the axis per cell. */
  readonly rowsPerCell: number;
  readonly columnsPerCell: number;
  readonly maxAbs: Float32Array;
}

/** max|d| and mean|d| along one axis, over all others; blocks where the axis is long. */
export interface AxisProfile {
  readonly axis: number;
  readonly perCell: number;
  readonly maxAbs: Float64Array;
  readonly meanAbs: Float64Array;
}

export interface ProbeElement {
  readonly index: readonly number[];
  readonly candidate: number;
  readonly reference: number;
}
