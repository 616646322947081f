export type { CompareOptions, ComparedTensors, Comparer } from './comparer.ts';
export { createComparer } from './comparer.ts';
export type { BytesSource, ReaderSource, ReferenceTransform, TensorSource } from './tensor-source.ts';
export type { AbsoluteRelative } from './default-tolerance.ts';
export { defaultTolerance } from './default-tolerance.ts';
export { MAX_SLICES, sliceAxisOf } from './slice-axis.ts';
export { binLowerBound, binOf, binUpperBound, mergeHistograms, percentile } from './histogram.ts';
