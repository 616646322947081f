import type { Dtype } from '../../shared/dtype.ts';
import type { Attribute } from '../onnx/index.ts';

/** What the error model knows of a value: from the fed run's statistics, from weights, from the error model itself. */
export interface Operand {
  readonly dtype: Dtype;
  readonly dims: readonly number[];
  /** Largest magnitude that takes part: mask constants such as −1e9 are not counted. */
  readonly magnitude: number;
  /** Holds mask constants; `magnitude` is that of the rest. */
  readonly isMasked: boolean;
  readonly minAbs: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly rms: number;
  /** Share of elements that are not zero. */
  readonly live: number;
  /** Amplitude of the absolute error it already carries inside the stretch (as a largest element, not a worst case); 0 for what is fed or is a weight. */
  readonly error: number;
}

/** Error of a node's output: `carried + own + relative · magnitude of the output (or of one of its slices)`. */
export interface OutputError {
  /** Error of the inputs, brought through. */
  readonly carried: number;
  /** Rounding that scales with the inputs, not with what comes out: cancellation is not a fault. */
  readonly own: number;
  /** Rounding relative to the output itself. */
  readonly relative: number;
}

export interface NodeContext {
  readonly opType: string;
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** In order; undefined where omitted or unknown. */
  readonly inputs: readonly (Operand | undefined)[];
  readonly output: Omit<Operand, 'error'>;
  /** ε of the coarser of the dtypes at work (IEEE 754 spacing at 1). */
  readonly epsilon: number;
}

export type ErrorRule = (node: NodeContext) => OutputError;

export const EXACT: OutputError = { carried: 0, own: 0, relative: 0 };

export function errorOf(operand: Operand | undefined): number {
  return operand?.error ?? 0;
}

export function magnitudeOf(operand: Operand | undefined): number {
  return operand?.magnitude ?? 0;
}

export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

export function intAttribute(node: NodeContext, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'int' ? attribute.value : fallback;
}

export function floatAttribute(node: NodeContext, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'float' ? attribute.value : fallback;
}
