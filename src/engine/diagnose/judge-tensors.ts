import { isFloatDtype } from '../../shared/dtype.ts';
import type { NoiseSource, TensorState } from '../../shared/report.ts';
import type { Evidence, Measured, Spread } from './evidence.ts';
import type { Stretch } from './stretch.ts';
import { stretchOf } from './stretch.ts';
import type { Judgement, KnownValue, Tolerance } from './tolerance.ts';
import { judge, SPREAD_FACTOR, toleranceOf } from './tolerance.ts';

/** The judgement of one paired tensor. */
export interface JudgedTensor {
  readonly name: string;
  readonly stretch: Stretch;
  readonly judgement: Judgement;
  readonly tolerance: Tolerance;
  readonly state: TensorState;
  readonly reason: string | undefined;
  readonly gain: number | undefined;
  /** Relative to the tensor's scale: what rounding alone may have summed up to here. */
  readonly noiseFloor: number;
  readonly noiseSource: NoiseSource;
  /** Values moved by one rounding move the tensor as much as its own error is. */
  readonly isShownRounding: boolean;
}

/** A referee shows what float32 itself does to this tensor; three times that is still not a fault (design section 8). */
const REFEREE_FACTOR = 3;
const AMPLIFIED = 2;

/** Share of its scale that no rounding may move a tensor by and still be called noise: then it is ill-conditioned. */
const LOUD = 0.05;
const DAMPED = 0.5;

/** Judges every paired tensor, in execution order: own error against tolerance, error so far against what came in. */
export function judgeTensors(evidence: Evidence): Map<string, JudgedTensor> {
  const judged = new Map<string, JudgedTensor>();
  for (const node of evidence.graph.nodes) {
    for (const name of node.outputs) {
      const one = judgeTensor(evidence, name, judged);
      if (one !== undefined) judged.set(name, one);
    }
  }
  // Outputs that no node makes: inputs and weights handed out, which must be what was recorded.
  for (const name of evidence.graph.outputs) {
    const one = judged.has(name) ? undefined : judgeTensor(evidence, name, judged);
    if (one !== undefined) judged.set(name, one);
  }
  return judged;
}

function judgeTensor(
  evidence: Evidence,
  name: string,
  before: ReadonlyMap<string, JudgedTensor>,
): JudgedTensor | undefined {
  const fed = evidence.fed.get(name);
  const entry = evidence.paired.get(name)?.primary.entry;
  if (fed?.comparison === undefined || entry === undefined) return undefined;
  const stretch = stretchOf(evidence.graph, name, evidence.isFed);
  const formula = toleranceOf(
    evidence.graph,
    stretch,
    (value) => knownValue(evidence, value),
    evidence.isFed,
    entry.dtype,
    evidence.coarsest,
  );
  const referee = evidence.referee.get(entry.key);
  const isFloat = isFloatDtype(fed.type.dtype);
  const spread = isFloat || rounds(evidence, stretch) ? evidence.fedSpread.get(name) : undefined;
  const byFormula = withReferee(formula, referee);
  const first = judge(fed.comparison, fed.slices, byFormula, isFloat, spread);
  const tolerance =
    first.excess > 1 || samples(evidence, stretch)
      ? byFormula
      : withReferee(narrowed(formula, spread, fed.comparison.count), referee);
  const judgement = judge(fed.comparison, fed.slices, tolerance, isFloat, spread);
  const free = evidence.free.get(name);
  const incoming = stretch.boundary.reduce(
    (most, input) => Math.max(most, before.get(input)?.noiseFloor ?? 0),
    0,
  );
  const { noiseFloor, noiseSource } = noiseOf(judgement, incoming, referee, evidence.freeSpread.get(name));
  const gain = gainOf(evidence, stretch, free, before);
  return {
    name,
    stretch,
    judgement,
    tolerance,
    noiseFloor,
    noiseSource,
    isShownRounding: spread !== undefined && fed.comparison.maxAbs <= SPREAD_FACTOR * spread.maxAbs,
    gain,
    ...(judgement.excess > 1 && isFedInfinite(evidence, stretch)
      ? { state: 'inherited' as const, reason: 'what it reads of the reference does not fit its dtype' }
      : stateOf(judgement, free, noiseFloor, gain)),
  };
}

/** An exact value that became infinite when it was cast to the candidate's dtype makes the next node look wrong. */
function isFedInfinite({ paired, unholdable }: Evidence, { boundary }: Stretch): boolean {
  return boundary.some(
    (name) => paired.get(name)?.all.some((pair) => unholdable.has(pair.entry.key)) === true,
  );
}

/**
 * What rounding alone may have summed up to: the recorded run's own distance to float64 where a referee was recorded,
 * else how far roundings of inputs and weights move the tensor, else the formula, added up from the inputs on. Never
 * less than what its own stretch is allowed.
 */
function noiseOf(
  judgement: Judgement,
  incoming: number,
  referee: number | undefined,
  spread: Spread | undefined,
): { noiseFloor: number; noiseSource: NoiseSource } {
  const own = judgement.tolerance;
  if (referee !== undefined)
    return {
      noiseFloor: Math.max(own, (REFEREE_FACTOR * referee) / judgement.scale),
      noiseSource: 'referee',
    };
  const formula = own + incoming;
  if (spread === undefined || !Number.isFinite(spread.maxAbs))
    return { noiseFloor: formula, noiseSource: 'formula' };
  const floor = (SPREAD_FACTOR * spread.maxAbs) / judgement.scale;
  return { noiseFloor: Math.max(own, floor), noiseSource: 'perturbation' };
}

/**
 * Whether anything in the stretch rounds before integers are made of it. Where nothing does, other integers from the
 * same numbers are another rule (the last of equal maxima instead of the first), not noise.
 */
function rounds({ graph, fed }: Evidence, { nodes, tensor }: Stretch): boolean {
  return nodes
    .flatMap((index) => graph.nodes[index]?.outputs ?? [])
    .some((name) => {
      const dtype = fed.get(name)?.type.dtype;
      return name !== tensor && dtype !== undefined && isFloatDtype(dtype);
    });
}

function knownValue(evidence: Evidence, name: string): KnownValue | undefined {
  if (evidence.graph.initializers.has(name)) return evidence.weight(name);
  // What consumers read is the reference where one is fed; its statistics are those of the comparison.
  const measured = evidence.fed.get(name) ?? evidence.free.get(name);
  if (measured !== undefined) {
    const stats = measured.comparison?.reference ?? measured.stats;
    return { dtype: measured.type.dtype, dims: measured.type.dims, stats };
  }
  return evidence.weight(name);
}

/**
 * A stretch that errs by less than its formula and by many times what one rounding of its inputs and weights does is at
 * fault as well: the formula is wide where operators are complex (recurrent networks, long decompositions). Healthy
 * exports stay below 4.5 times, those that reach this share of the formula below once. Of a few elements the largest move says little.
 */
const NARROWED = { spreads: 8, share: 0.15, most: 1e-2, elements: 32 };

/** Operators that compute coordinates: what those err by is in no rounding of their inputs. */
const SAMPLING = new Set(['Resize', 'Upsample', 'GridSample', 'RoiAlign', 'AffineGrid']);

function samples({ graph }: Evidence, { nodes }: Stretch): boolean {
  return nodes.some((index) => SAMPLING.has(graph.nodes[index]?.opType ?? ''));
}

function narrowed(formula: Tolerance, spread: Spread | undefined, elements: number): Tolerance {
  const isMeasured = spread !== undefined && spread.maxAbs > 0 && Number.isFinite(spread.maxAbs);
  if (!isMeasured || elements < NARROWED.elements) return formula;
  const allowed = NARROWED.spreads * spread.maxAbs;
  const absolute = (magnitude: number): number => {
    const whole = formula.absolute(magnitude);
    return Math.min(whole, Math.max(allowed, Math.min(NARROWED.share * whole, NARROWED.most * magnitude)));
  };
  return {
    floor: formula.floor,
    absolute,
    reason: `${formula.reason}, or ${NARROWED.spreads} × what one rounding of inputs and weights does`,
  };
}

/** Within its tolerance, and with a share of it that roundings seldom reach: what rounding does there is measured. */
export function isNarrow({ state, judgement }: JudgedTensor): boolean {
  return state !== 'introduced' && judgement.excess > NARROWED.share;
}

function withReferee(tolerance: Tolerance, error: number | undefined): Tolerance {
  if (error === undefined || error === 0) return tolerance;
  const floor = REFEREE_FACTOR * error;
  return {
    floor: Math.max(tolerance.floor, floor),
    absolute: (magnitude) => Math.max(tolerance.absolute(magnitude), floor),
    reason:
      floor > tolerance.floor
        ? `${REFEREE_FACTOR} × the recorded run's own distance to float64`
        : tolerance.reason,
  };
}

/** Relative L2 here ÷ the largest among what came in, floored at that input's noise floor; undefined for integers. */
function gainOf(
  evidence: Evidence,
  stretch: Stretch,
  free: Measured | undefined,
  before: ReadonlyMap<string, JudgedTensor>,
): number | undefined {
  if (free?.comparison === undefined || !isFloatDtype(free.type.dtype)) return undefined;
  // Where the reference changes a value between two modules, what comes out is not an error that grew.
  const changed = new Set(evidence.aliasDifferences.map((difference) => difference.tensor));
  if (stretch.boundary.some((name) => changed.has(name))) return undefined;
  const incoming = stretch.boundary.map((name) => {
    const comparison = evidence.free.get(name)?.comparison;
    return comparison === undefined ? 0 : Math.max(comparison.relativeL2, before.get(name)?.noiseFloor ?? 0);
  });
  const largest = Math.max(0, ...incoming);
  return largest === 0 ? undefined : free.comparison.relativeL2 / largest;
}

function stateOf(
  judgement: Judgement,
  free: Measured | undefined,
  noiseFloor: number,
  gain: number | undefined,
): { state: TensorState; reason: string | undefined } {
  if (judgement.excess > 1) return { state: 'introduced', reason: undefined };
  const total = free?.comparison;
  if (total === undefined) {
    // No inputs, no free run: the own error is all there is, and it is within tolerance.
    return { state: judgement.local === 0 ? 'equal' : 'noise', reason: 'own error only' };
  }
  if (total.unequal === 0) return { state: 'equal', reason: undefined };
  if (total.nonFiniteMismatch === 0 && total.maxAbs / judgement.scale <= Math.min(noiseFloor, LOUD))
    return { state: 'noise', reason: undefined };
  const word =
    gain === undefined ? undefined : gain > AMPLIFIED ? 'amplified' : gain < DAMPED ? 'damped' : undefined;
  return { state: 'inherited', reason: word };
}
