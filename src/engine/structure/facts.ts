import { LayerdiffError } from '../../shared/errors.ts';
import { elementCount, stridesOf } from '../tensor/index.ts';
import type { AxisCounts } from './axis-counts.ts';
import { axisCounts } from './axis-counts.ts';
import { isEqual } from './equal.ts';
import type { ErrorTensor } from './error-tensor.ts';
import type { Levels } from './levels.ts';
import { levelsOf } from './levels.ts';
import { SILENT, WRONG } from './marks.ts';

/** What many detectors need, computed once. */
export interface ErrorFacts extends ErrorTensor {
  /** Elements of the tensor. */
  readonly size: number;
  /** In elements, C order. */
  readonly strides: readonly number[];
  /** RIGHT, WRONG or SILENT, an element each. Only float tensors have silent ones: after a Relu they prove nothing. */
  readonly marks: Uint8Array;
  readonly wrong: number;
  /** Wrong or right: `size` less the silent ones. */
  readonly active: number;
  /** Wrong elements that are finite on both sides. */
  readonly finiteWrong: number;
  /** Σd² over them. */
  readonly energy: number;
  /** Largest |d| over them. */
  readonly largest: number;
  /** Flat indices of at most 64 wrong elements, evenly spread over all of them: a cheap first look. */
  readonly probes: readonly number[];
  readonly levels: Levels;
  readonly channels: number | undefined;
  /** Wrong and active elements at each index of an axis. */
  readonly along: (axis: number) => AxisCounts;
}

const PROBES = 64;

/** @throws LayerdiffError not-comparable where the arrays do not have as many elements as the dims say. */
export function factsOf(error: ErrorTensor): ErrorFacts {
  const { dims, candidate, reference, tolerance, isFloat } = error;
  const size = elementCount(dims);
  if (candidate.length !== size || reference.length !== size) {
    throw new LayerdiffError(
      'not-comparable',
      `[${dims.join(', ')}] has ${size} elements, the sides have ${candidate.length} and ${reference.length}`,
    );
  }
  const marks = new Uint8Array(size);
  let [wrong, silent, finiteWrong, energy, largest] = [0, 0, 0, 0, 0];
  for (let index = 0; index < size; index++) {
    const t = candidate[index] ?? NaN;
    const r = reference[index] ?? NaN;
    if (isEqual(t, r, tolerance)) {
      if (!isFloat || t !== 0 || r !== 0) continue;
      marks[index] = SILENT;
      silent++;
      continue;
    }
    marks[index] = WRONG;
    wrong++;
    const d = t - r;
    if (!Number.isFinite(d)) continue;
    finiteWrong++;
    energy += d * d;
    largest = Math.max(largest, Math.abs(d));
  }
  const counts = new Map<number, AxisCounts>();
  return {
    ...error,
    size,
    strides: stridesOf(dims),
    marks,
    wrong,
    active: size - silent,
    finiteWrong,
    energy,
    largest,
    probes: spread(marks, wrong),
    levels: levelsOf(error),
    channels: error.channelAxis ?? defaultChannelAxis(dims.length),
    along: (axis) => {
      const known = counts.get(axis) ?? axisCounts(marks, dims, axis);
      counts.set(axis, known);
      return known;
    },
  };
}

function defaultChannelAxis(rank: number): number | undefined {
  if (rank < 2) return undefined;
  return rank === 3 ? 2 : 1;
}

function spread(marks: Uint8Array, wrong: number): number[] {
  const step = Math.max(1, wrong / PROBES);
  const found: number[] = [];
  let seen = 0;
  for (let index = 0; index < marks.length && found.length < PROBES; index++) {
    if (marks[index] !== WRONG) continue;
    if (seen >= found.length * step) found.push(index);
    seen++;
  }
  return found;
}
