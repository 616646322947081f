import type { ErrorFacts } from './facts.ts';
import { fitsSample } from './fit-sample.ts';
import type { Grouping } from './groupings.ts';
import { FAINT, SILENT, WRONG } from './marks.ts';
import type { Model } from './model.ts';

export interface Fit {
  /** Coefficients of each group that has enough wrong elements. */
  readonly slopes: readonly number[];
  readonly offsets: readonly number[];
  /** Wrong elements of these groups. */
  readonly explained: number;
  /** Largest |t − a·r − b| over them. */
  readonly residual: number;
  /** √(Σd² ÷ Σresidual²). */
  readonly improvement: number;
  /** Right elements of these groups that the model would make wrong: it holds for the wrong ones only. */
  readonly exceptions: number;
  /** Elements beyond the coefficients × ln(improvement), in nats. */
  readonly evidence: number;
}

/** Elements a group needs beyond its coefficients. */
const SPARE = 3;
/** All groups together: that much beyond their coefficients. */
const SPARE_OF_ALL = 8;
const EXPLAINED = 0.95;
/** Of the explained elements, that many may be off: where a runtime rounds worse than the tolerance expects. */
const OFF = 0.005;
const IMPROVEMENT = 10;
/** Rounding of a coefficient and a product in float32, a few units in the last place of t. */
const ROUNDING = 2 ** -21;
/** Fewer values than this and any two sets of values are affine. */
const LEVELS = 8;

/** Least squares over the wrong elements of each group; undefined unless what is left is at the level of the tolerance. */
export function fit(facts: ErrorFacts, grouping: Grouping, model: Model): Fit | undefined {
  if (facts.levels.distinct < LEVELS) return undefined;
  const parameters = model === 'affine' ? 2 : 1;
  if (!fitsSample(facts, grouping, model)) return undefined;
  const { counts, slopes, offsets } = coefficients(facts, grouping, model);
  const used = [...counts.keys()].filter((group) => (counts[group] ?? 0) >= parameters + SPARE);
  const explained = used.reduce((sum, group) => sum + (counts[group] ?? 0), 0);
  const spare = explained - parameters * used.length;
  if (explained < EXPLAINED * facts.wrong || spare < SPARE_OF_ALL) return undefined;
  const rest = residuals(facts, grouping, { counts, slopes, offsets, least: parameters + SPARE });
  if (rest === undefined || rest.energy === 0) return undefined;
  const improvement = Math.sqrt(rest.energy / Math.max(rest.left, Number.MIN_VALUE));
  if (improvement < IMPROVEMENT) return undefined;
  return {
    slopes: used.map((group) => slopes[group] ?? NaN),
    offsets: used.map((group) => offsets[group] ?? NaN),
    explained,
    residual: rest.largest,
    improvement,
    exceptions: rest.exceptions,
    evidence: spare * Math.log(Math.min(improvement, facts.levels.resolution)),
  };
}

interface Coefficients {
  readonly counts: Float64Array;
  readonly slopes: Float64Array;
  readonly offsets: Float64Array;
}

function coefficients(facts: ErrorFacts, { inner, length }: Grouping, model: Model): Coefficients {
  const counts = new Float64Array(length);
  const meanT = new Float64Array(length);
  const meanR = new Float64Array(length);
  const add = (sums: Float64Array, group: number, term: number): void => {
    sums[group] = (sums[group] ?? 0) + term;
  };
  forEachFiniteWrong(facts, (index, t, r) => {
    const group = Math.floor(index / inner) % length;
    add(counts, group, 1);
    add(meanT, group, t);
    add(meanR, group, r);
  });
  for (let group = 0; group < length; group++) {
    const n = Math.max(1, counts[group] ?? 0);
    // A scale goes through zero: its moments are about 0, not about the means.
    meanT[group] = model === 'scale' ? 0 : (meanT[group] ?? 0) / n;
    meanR[group] = model === 'scale' ? 0 : (meanR[group] ?? 0) / n;
  }
  const slopes = new Float64Array(length).fill(1);
  if (model !== 'offset') {
    const products = new Float64Array(length);
    const squares = new Float64Array(length);
    forEachFiniteWrong(facts, (index, t, r) => {
      const group = Math.floor(index / inner) % length;
      const centred = r - (meanR[group] ?? 0);
      add(products, group, centred * (t - (meanT[group] ?? 0)));
      add(squares, group, centred * centred);
    });
    for (let group = 0; group < length; group++) {
      slopes[group] = squares[group] === 0 ? NaN : (products[group] ?? 0) / (squares[group] ?? 1);
    }
  }
  const offsets = meanT.map((mean, group) => mean - (slopes[group] ?? NaN) * (meanR[group] ?? 0));
  return { counts, slopes, offsets };
}

interface Residuals {
  readonly energy: number;
  readonly left: number;
  readonly largest: number;
  readonly exceptions: number;
}

function residuals(
  facts: ErrorFacts,
  { inner, length }: Grouping,
  { counts, slopes, offsets, least }: Coefficients & { readonly least: number },
): Residuals | undefined {
  const { marks, candidate, reference, tolerance } = facts;
  const allowed = OFF * facts.wrong;
  let [energy, left, largest, off, exceptions] = [0, 0, 0, 0, 0];
  for (let index = 0; index < marks.length; index++) {
    const group = Math.floor(index / inner) % length;
    const t = candidate[index] ?? NaN;
    const r = reference[index] ?? NaN;
    if (
      marks[index] === SILENT ||
      marks[index] === FAINT ||
      !Number.isFinite(t - r) ||
      (counts[group] ?? 0) < least
    )
      continue;
    const slope = slopes[group] ?? NaN;
    const rest = Math.abs(t - slope * r - (offsets[group] ?? NaN));
    const noise = tolerance * Math.max(1, Math.abs(slope)) + ROUNDING * Math.abs(t);
    // A NaN is off, too.
    const isOff = !(rest <= noise);
    if (marks[index] !== WRONG) {
      if (isOff) exceptions++;
      continue;
    }
    if (isOff && ++off > allowed) return undefined;
    energy += (t - r) ** 2;
    left += rest * rest;
    largest = Math.max(largest, rest);
  }
  return { energy, left, largest, exceptions };
}

function forEachFiniteWrong(
  { marks, candidate, reference }: ErrorFacts,
  visit: (index: number, t: number, r: number) => void,
): void {
  for (let index = 0; index < marks.length; index++) {
    if (marks[index] !== WRONG) continue;
    const t = candidate[index] ?? NaN;
    const r = reference[index] ?? NaN;
    if (Number.isFinite(t - r)) visit(index, t, r);
  }
}
