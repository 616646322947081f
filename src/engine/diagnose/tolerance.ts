import type { SliceErrors, TensorComparison, ValueStats } from '../../shared/comparison.ts';
import type { Dtype } from '../../shared/dtype.ts';
import { plural } from '../../shared/format.ts';
import { epsilonOf, isFloatDtype } from '../../shared/dtype.ts';
import type { Graph, GraphNode } from '../graph/index.ts';
import { ruleFor } from './error-rules.ts';
import type { NodeContext, Operand, OutputError } from './operand.ts';
import { EXACT } from './operand.ts';
import type { Spread } from './evidence.ts';
import type { IsFed, Stretch } from './stretch.ts';

/** What is known of a value before the error model runs: type and statistics of the fed run, or of a weight. */
export interface KnownValue {
  readonly dtype: Dtype;
  readonly dims: readonly number[];
  readonly stats: ValueStats | undefined;
}

/**
 * Safety factor over the error model: both sides round, and orders of summation differ. Healthy exports stay below
 * 0.35 of the tolerance that it gives; see `docs/tolerance.md`.
 */
export const SAFETY = 3;

/** Absolute tolerance of a tensor or of one of its slices, by the largest reference magnitude in it. */
export interface Tolerance {
  absolute(magnitude: number): number;
  /** Part that does not depend on the output's own magnitude. */
  readonly floor: number;
  readonly reason: string;
}

/**
 * Tolerance of a stretch: the rounding of each of its nodes, carried through the nodes after it.
 * @param referenceDtype dtype in which the reference was recorded; the coarser of both sides counts.
 * @param coarsest ε of arithmetic that is coarser than the dtypes tell (TF32).
 */
export function toleranceOf(
  graph: Graph,
  stretch: Stretch,
  known: (name: string) => KnownValue | undefined,
  isFed: IsFed,
  referenceDtype: Dtype,
  coarsest = 0,
): Tolerance {
  const operands = new Map<string, Operand>();
  let last: OutputError = EXACT;
  for (const index of stretch.nodes) {
    const node = graph.nodes[index];
    if (node === undefined) continue;
    const context = contextOf(node, operands, known, isFed, referenceDtype, coarsest);
    if (context === undefined) continue;
    const error = ruleFor(node.opType)(context);
    for (const name of node.outputs) {
      const value = known(name);
      if (value === undefined) continue;
      const operand = unmasked(operandOf(value, 0), context);
      operands.set(name, { ...operand, error: carriedOn(error, operand, context) });
      if (name === stretch.tensor) last = error;
    }
  }
  const floor = SAFETY * finite(last.carried + last.own);
  return {
    floor,
    absolute: (magnitude) => floor + SAFETY * finite(last.relative * magnitude),
    reason: `rounding of ${plural(stretch.nodes.length, 'node')}, × ${SAFETY}`,
  };
}

function contextOf(
  node: GraphNode,
  operands: ReadonlyMap<string, Operand>,
  known: (name: string) => KnownValue | undefined,
  isFed: IsFed,
  referenceDtype: Dtype,
  coarsest: number,
): NodeContext | undefined {
  const output = node.outputs
    .map((name) => (name === '' ? undefined : known(name)))
    .find((value) => value !== undefined);
  if (output === undefined) return undefined;
  const inputs = node.inputs.map((name): Operand | undefined => {
    if (name === '') return undefined;
    const computed = isFed(node.index, name) ? undefined : operands.get(name);
    if (computed !== undefined) return computed;
    const value = known(name);
    return value === undefined ? undefined : operandOf(value, castError(value, referenceDtype));
  });
  const epsilon = Math.max(
    epsilonOf(isFloatDtype(output.dtype) ? output.dtype : 'float32'),
    ...inputs.map((input) => (input === undefined ? 0 : epsilonOf(input.dtype))),
    epsilonOf(referenceDtype),
    coarsest,
  );
  return { opType: node.opType, attributes: node.attributes, inputs, output: operandOf(output, 0), epsilon };
}

/** A fed value that was rounded to a coarser dtype than the reference was recorded in. */
function castError(value: KnownValue, referenceDtype: Dtype): number {
  const coarser = epsilonOf(value.dtype) > epsilonOf(referenceDtype) && isFloatDtype(referenceDtype);
  return coarser ? (epsilonOf(value.dtype) / 2) * (value.stats?.maxAbs ?? 0) : 0;
}

function operandOf(value: KnownValue, error: number): Operand {
  const stats = value.stats;
  const count = Math.max(
    1,
    (stats?.count ?? 1) - (stats?.nan ?? 0) - (stats?.posInf ?? 0) - (stats?.negInf ?? 0),
  );
  const maskless = stats !== undefined && looksMasked(stats) ? Math.abs(stats.max) : undefined;
  return {
    dtype: value.dtype,
    dims: value.dims,
    isMasked: maskless !== undefined,
    magnitude: maskless ?? stats?.maxAbs ?? 0,
    minAbs: stats?.minAbs ?? 0,
    min: finite(stats?.min ?? 0),
    max: finite(stats?.max ?? 0),
    mean: maskless === undefined ? finite(stats?.mean ?? 0) : 0,
    live: stats === undefined || stats.count === 0 ? 1 : 1 - stats.zero / stats.count,
    rms: maskless ?? Math.sqrt(finite((stats?.sumSquares ?? 0) / count)),
    error,
  };
}

/** Additive masks hold 0 and a huge negative constant (−1e4, −1e9, the dtype's lowest): not values that take part. */
export function looksMasked(stats: ValueStats): boolean {
  return stats.min <= -1e4 && stats.max < -stats.min * 1e-3;
}

/**
 * A sum with a mask is as large as what is not masked. The sum's own values do not always tell: with the sign of the
 * mask wrong they are as large as the mask, and would allow any error.
 */
function unmasked(output: Operand, { opType, inputs }: NodeContext): Operand {
  const isSum = opType === 'Add' || opType === 'Sub' || opType === 'Where';
  if (!isSum || !inputs.some((input) => input?.isMasked === true)) return output;
  const live = inputs.reduce((most, input) => Math.max(most, input?.magnitude ?? 0), 0);
  return { ...output, isMasked: true, magnitude: live, rms: Math.min(output.rms, live), mean: 0 };
}

/**
 * A product such as (1 − mask)·−1e9 errs by a billion roundings where it masks and not at all where it does not: only
 * what is not masked goes on to be compared.
 */
function carriedOn(error: OutputError, output: Operand, { inputs, epsilon }: NodeContext): number {
  const total = totalError(error, output.magnitude);
  const makesMask =
    output.isMasked && !inputs.some((input) => input?.isMasked === true && input.dims.length > 0);
  return makesMask ? Math.min(total, 4 * epsilon * Math.max(1, output.magnitude)) : total;
}

function totalError(error: OutputError, magnitude: number): number {
  return finite(error.carried + error.own + error.relative * magnitude);
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

export interface Judgement {
  /** max|d| ÷ scale of the whole tensor. */
  readonly local: number;
  /** max|d| ÷ max|r|, whatever the scale. */
  readonly errorShare: number;
  readonly scale: number;
  /** Relative tolerance of the slice that decides (or of the whole tensor). */
  readonly tolerance: number;
  /** Worst |d| ÷ tolerance: above 1 the stretch is at fault. */
  readonly excess: number;
  /** Slice of the channel or feature axis that decides; undefined: the tensor as a whole. */
  readonly slice: { readonly axis: number; readonly index: number } | undefined;
}

/** An own error that a rounding of the inputs also makes, up to this factor, is not a fault (design section 8). */
export const SPREAD_FACTOR = 3;

/**
 * Own error against tolerance, for the whole tensor and for each slice: one outlier channel must not hide a small
 * fault in another. Integers and bools must be equal.
 * @param spread how far a rounding of the inputs moves the tensor: an error no larger is not a fault.
 */
export function judge(
  comparison: TensorComparison,
  slices: SliceErrors | undefined,
  tolerance: Tolerance,
  isFloat: boolean,
  spread?: Spread,
): Judgement {
  const scale = Math.max(comparison.reference.maxAbs, tolerance.floor / SAFETY, Number.MIN_VALUE);
  const local = comparison.nonFiniteMismatch > 0 ? Infinity : comparison.maxAbs / scale;
  const errorShare = comparison.maxAbs / Math.max(comparison.reference.maxAbs, Number.MIN_VALUE);
  if (!isFloat) {
    const isUnstable = spread !== undefined && comparison.unequal <= SPREAD_FACTOR * spread.unequal;
    const excess = comparison.unequal > 0 && !isUnstable ? Infinity : 0;
    return { local: comparison.unequal, errorShare, scale: 1, tolerance: 0, excess, slice: undefined };
  }
  // A rounding that turns a finite value into none makes the mismatch one of rounding too.
  if (comparison.nonFiniteMismatch > 0 && spread?.maxAbs !== Infinity) {
    return {
      local,
      errorShare,
      scale,
      tolerance: tolerance.absolute(comparison.reference.maxAbs) / scale,
      excess: Infinity,
      slice: undefined,
    };
  }
  const unstable = SPREAD_FACTOR * finite(spread?.maxAbs ?? 0);
  const whole = Math.max(tolerance.absolute(comparison.reference.maxAbs), unstable, Number.MIN_VALUE);
  let worst: Judgement = {
    local,
    errorShare,
    scale,
    tolerance: whole / scale,
    excess: comparison.maxAbs / whole,
    slice: undefined,
  };
  if (slices === undefined) return worst;
  for (let index = 0; index < slices.maxAbs.length; index++) {
    const error = slices.maxAbs[index] ?? 0;
    const moved = SPREAD_FACTOR * finite(spread?.slices?.[index] ?? spread?.maxAbs ?? 0);
    const formula = tolerance.absolute(slices.maxReference[index] ?? 0);
    const allowed = Math.max(formula, moved, Number.MIN_VALUE);
    const excess = error / allowed;
    if (excess > worst.excess) {
      worst = { ...worst, tolerance: allowed / scale, excess, slice: { axis: slices.axis, index } };
    }
  }
  return worst;
}
