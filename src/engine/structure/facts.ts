import { LayerdiffError } from '../../shared/errors.ts';
import { elementCount, stridesOf } from '../tensor/index.ts';
import type { AxisCounts } from './axis-counts.ts';
import { axisCounts } from './axis-counts.ts';
import type { ErrorTensor } from './error-tensor.ts';
import type { Levels } from './levels.ts';
import { levelsOf } from './levels.ts';
import type { Marked } from './mark-elements.ts';
import { markElements } from './mark-elements.ts';
import { WRONG } from './marks.ts';
import type { Range } from './ranges.ts';
import { finiteRange } from './ranges.ts';

/** What many detectors need, computed once. */
export interface ErrorFacts extends ErrorTensor, Marked {
  /** Elements of the tensor. */
  readonly size: number;
  /** In elements, C order. */
  readonly strides: readonly number[];
  /** Finite range of each side. */
  readonly ranges: { readonly candidate: Range; readonly reference: Range };
  /** Flat indices of at most 64 wrong elements, spread over all of them: a cheap first look. */
  readonly probes: readonly number[];
  readonly levels: Levels;
  readonly channels: number | undefined;
  /** Wrong and active elements at each index of an axis. */
  readonly along: (axis: number) => AxisCounts;
}

const PROBES = 64;

/** @throws LayerdiffError not-comparable where the arrays do not have as many elements as the dims say. */
export function factsOf(error: ErrorTensor): ErrorFacts {
  const { dims, candidate, reference } = error;
  const size = elementCount(dims);
  if (candidate.length !== size || reference.length !== size) {
    throw new LayerdiffError(
      'not-comparable',
      `[${dims.join(', ')}] has ${size} elements, the sides have ${candidate.length} and ${reference.length}`,
    );
  }
  const ranges = { candidate: finiteRange(candidate), reference: finiteRange(reference) };
  const marked = markElements(error, ranges.reference);
  const counts = new Map<number, AxisCounts>();
  return {
    ...error,
    ...marked,
    size,
    strides: stridesOf(dims),
    ranges,
    probes: spread(marked),
    levels: levelsOf(error, ranges.reference),
    channels: error.channelAxis ?? defaultChannelAxis(dims.length),
    along: (axis) => {
      const known = counts.get(axis) ?? axisCounts(marked.marks, dims, axis);
      counts.set(axis, known);
      return known;
    },
  };
}

function defaultChannelAxis(rank: number): number | undefined {
  if (rank < 2) return undefined;
  return rank === 3 ? 2 : 1;
}

function spread({ marks, wrong }: Marked): number[] {
  const step = wrong / PROBES;
  // Not at even distances: errors have periods, too.
  const place = (probe: number): number =>
    step <= 1 ? probe : Math.floor((probe + ((probe * 0.618033988749895) % 1)) * step);
  const found: number[] = [];
  let seen = 0;
  for (let index = 0; index < marks.length && found.length < PROBES; index++) {
    if (marks[index] !== WRONG) continue;
    if (seen >= place(found.length)) found.push(index);
    seen++;
  }
  return found;
}
