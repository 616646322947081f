import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import type { NumberArray } from './error-tensor.ts';
import { axesText } from './places.ts';

/** Sums of float16 probabilities are that far from 1. */
const NEAR_ONE = 2e-3;
const SUMS = Math.log(1 / NEAR_ONE);

interface AxisSet {
  readonly axes: readonly number[];
  /** Elements that one sum takes. */
  readonly length: number;
  readonly inner: number;
}

/** Both sides are probabilities, that sum to 1 over different axes: a Softmax along another axis or over a flattened rest. */
export function normalised(facts: ErrorFacts): Found | undefined {
  if (!facts.isFloat) return undefined;
  const sets = axisSets(facts.dims);
  const over = (side: NumberArray): AxisSet | undefined => sets.find((set) => sumsToOne(side, set));
  const candidate = over(facts.candidate);
  const reference = candidate === undefined ? undefined : over(facts.reference);
  if (candidate === undefined || reference === undefined || candidate === reference) return undefined;
  const said = ({ axes }: AxisSet): string => `${axesText(axes)}${axes.length > 1 ? ' together' : ''}`;
  const sums = facts.size / candidate.length;
  return {
    kind: 'normalised',
    text: `the candidate sums to 1 over ${said(candidate)}, the reference over ${said(reference)}: normalised over another set`,
    share: 1,
    figures: { candidateAxes: candidate.axes, referenceAxes: reference.axes, sums },
    evidence: (sums + facts.size / reference.length) * SUMS,
  };
}

/** Runs of neighbouring axes, those with the fewest elements a sum first. */
function axisSets(dims: readonly number[]): AxisSet[] {
  const sets: AxisSet[] = [];
  for (let first = 0; first < dims.length; first++) {
    for (let past = first + 1; past <= dims.length; past++) {
      const axes = dims.slice(first, past).flatMap((dim, place) => (dim > 1 ? [first + place] : []));
      const length = dims.slice(first, past).reduce((product, dim) => product * dim, 1);
      const inner = dims.slice(past).reduce((product, dim) => product * dim, 1);
      // Axes of length 1 at either end make no new set.
      const tight = (dims[first] ?? 1) > 1 && (dims[past - 1] ?? 1) > 1;
      if (length > 1 && tight) sets.push({ axes, length, inner });
    }
  }
  return sets.sort((a, b) => a.length - b.length);
}

function sumsToOne(side: NumberArray, { length, inner }: AxisSet): boolean {
  for (let start = 0; start < side.length; start += length * inner) {
    for (let column = start; column < start + inner; column++) {
      let sum = 0;
      for (let step = 0; step < length; step++) {
        const value = side[column + step * inner] ?? NaN;
        if (!(value >= 0 && value <= 1 + NEAR_ONE)) return false;
        sum += value;
      }
      if (Math.abs(sum - 1) > NEAR_ONE) return false;
    }
  }
  return true;
}
