import { formatNumber, plural } from '../../shared/format.ts';
import type { DetectionHead } from '../../shared/output-stage.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { rawShape } from './raw-boxes.ts';
import { largestDifference } from './head-base.ts';

/** Of the largest coordinate, and of scores: what rounding gives. */
const NOISE = 1e-3;

export interface RawDifference {
  readonly told: NonNullable<DetectionHead['raw']>;
  readonly state: 'equal' | 'noise' | 'differs';
}

/** Raw boxes of both sides before suppression; `undefined` where they have another number of boxes or classes. */
export function rawDifference(reference: RawBoxes, candidate: RawBoxes): RawDifference | undefined {
  const { rows, columns } = rawShape(reference);
  const other = rawShape(candidate);
  if (other.rows !== rows || other.columns !== columns) return undefined;
  const boxDifference = largestDifference(reference.boxes, candidate.boxes, 0, reference.boxes.length);
  const scoreDifference = largestDifference(reference.scores, candidate.scores, 0, reference.scores.length);
  let extent = 0;
  for (const value of reference.boxes) if (Number.isFinite(value)) extent = Math.max(extent, Math.abs(value));
  const isNoise = boxDifference <= NOISE * extent && scoreDifference <= NOISE;
  const state = boxDifference === 0 && scoreDifference === 0 ? 'equal' : isNoise ? 'noise' : 'differs';
  const what = `${plural(rows, 'raw box', 'raw boxes')} of ${plural(columns, 'class', 'classes')}`;
  const text =
    state === 'equal'
      ? `${what} are the same on both sides`
      : `${what} differ by up to ${formatNumber(boxDifference)}, their scores by up to ${formatNumber(scoreDifference)}${state === 'noise' ? ', which is rounding' : ''}`;
  return { told: { boxes: rows, classes: columns, boxDifference, scoreDifference, text }, state };
}
