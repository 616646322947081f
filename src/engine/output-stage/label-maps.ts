import { plural } from '../../shared/format.ts';
import type { Detection, LabelFinding } from '../../shared/output-stage.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { rawShape } from './raw-boxes.ts';

/** What each label of one list is in another: classes of raw scores, or labels of the other side. */
export type LabelMap = ReadonlyMap<number, number>;

interface Observation {
  readonly from: number;
  readonly to: number;
}

const SAME_SCORE = 1e-5;
/** Of the longer side of a box. */
const SAME_BOX = 1e-3;
/** Fewer say nothing about labels. */
const LEAST = 3;
/** Of the observations that a map must give, and of the detections that must have been observed. */
const MOST_OF_THEM = 0.9;
const MOST_DETECTIONS = 2000;
/** Scores that are looked through. */
const MOST_SCORES = 2 ** 24;

/**
 * Which class of the raw scores each label of the detections is, where that is another: by scores that only one raw
 * candidate has. Undefined where labels are the classes, or follow no map.
 */
export function classesOf(detections: readonly Detection[], raw: RawBoxes): LabelMap | undefined {
  const { columns } = rawShape(raw);
  const { scores } = raw;
  if (raw.labels !== undefined || columns < 2 || scores.length > MOST_SCORES) return undefined;
  const lowest = detections.reduce((least, { score }) => Math.min(least, score), Infinity) - SAME_SCORE;
  const places = [...scores.keys()].filter((place) => (scores[place] ?? NaN) >= lowest);
  places.sort((a, b) => (scores[a] ?? NaN) - (scores[b] ?? NaN));
  const observed = detections.flatMap(({ score, label }): Observation[] => {
    const start = firstAtLeast(places, scores, score - SAME_SCORE);
    const [place, next] = [places[start], places[start + 1]];
    const isSame = (at: number | undefined): boolean => (scores[at ?? -1] ?? Infinity) <= score + SAME_SCORE;
    return place === undefined || !isSame(place) || isSame(next)
      ? []
      : [{ from: label, to: place % columns }];
  });
  return mapOf(observed, detections.length);
}

function firstAtLeast(places: readonly number[], scores: Float32Array, least: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((scores[places[middle] ?? -1] ?? NaN) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same of two lists of detections: by boxes and scores that are the same whatever their label is. */
export function labelsAcross(
  reference: readonly Detection[],
  candidate: readonly Detection[],
): LabelMap | undefined {
  if (Math.max(reference.length, candidate.length) > MOST_DETECTIONS) return undefined;
  const observed = candidate.flatMap(({ box, score, label }): Observation[] => {
    const same = reference.filter(
      (one) =>
        Math.abs(one.score - score) <= SAME_SCORE &&
        one.box.every(
          (corner, at) => Math.abs(corner - (box[at] ?? NaN)) <= SAME_BOX * Math.abs(one.box[2] - one.box[0]),
        ),
    );
    const [only, more] = same;
    return only === undefined || more !== undefined ? [] : [{ from: label, to: only.label }];
  });
  return mapOf(observed, Math.min(reference.length, candidate.length));
}

/** One to one, given by nearly all, and not the identity. */
function mapOf(observed: readonly Observation[], of: number): LabelMap | undefined {
  if (observed.length < LEAST) return undefined;
  const votes = new Map<number, Map<number, number>>();
  for (const { from, to } of observed) {
    const tally = votes.get(from) ?? new Map<number, number>();
    tally.set(to, (tally.get(to) ?? 0) + 1);
    votes.set(from, tally);
  }
  const map = new Map<number, number>();
  for (const [from, tally] of votes) {
    const [winner] = [...tally].sort((a, b) => b[1] - a[1]);
    if (winner !== undefined) map.set(from, winner[0]);
  }
  const given = observed.filter(({ from, to }) => map.get(from) === to).length;
  const isOneToOne = new Set(map.values()).size === map.size;
  const isIdentity = [...map].every(([from, to]) => from === to);
  const isMost = given >= MOST_OF_THEM * observed.length && given >= MOST_OF_THEM * of;
  return isOneToOne && isMost && !isIdentity ? map : undefined;
}

/** Of both sides over the same classes: the reference's label of each of the candidate's. Undefined where they are the same. */
export function labelsBetween(
  reference: LabelMap | undefined,
  candidate: LabelMap | undefined,
  labels: Iterable<number>,
): LabelMap | undefined {
  const own = new Map([...(reference ?? [])].map(([label, column]) => [column, label]));
  const between = new Map<number, number>();
  for (const label of new Set(labels)) {
    const column = candidate === undefined ? label : candidate.get(label);
    const other = column === undefined ? undefined : reference === undefined ? column : own.get(column);
    if (other !== undefined) between.set(label, other);
  }
  return [...between].every(([from, to]) => from === to) ? undefined : between;
}

/** @param candidate its detections, with its own labels. */
export function labelFinding(between: LabelMap, candidate: readonly Detection[]): LabelFinding {
  const of = candidate.length;
  const shifts = new Set([...between].map(([label, other]) => label - other));
  const [shift = 0] = shifts;
  const held = candidate.filter(({ label }) => between.has(label)).length;
  const all = held === of ? `all ${of}` : `${held} of ${of}`;
  if (shifts.size === 1) {
    const size = Math.abs(shift);
    const why =
      shift === 1 ? ' (a background class counted)' : shift === -1 ? ' (a background class left out)' : '';
    return {
      shift,
      held,
      of,
      fix: `${shift > 0 ? 'subtract' : 'add'} ${size} ${shift > 0 ? 'from' : 'to'} the candidate's labels`,
      text: `labels are off by ${shift > 0 ? '+' : '−'}${size} for ${all}${why}`,
    };
  }
  const moved = [...between].filter(([label, other]) => label !== other).sort((a, b) => a[1] - b[1]);
  const told = moved.slice(0, MOST_TOLD).map(([label, other]) => `${other} is ${label}`);
  const more =
    moved.length > MOST_TOLD ? ` and ${plural(moved.length - MOST_TOLD, 'class', 'classes')} more` : '';
  return {
    held,
    of,
    fix: 'read class names in one order on both sides',
    text: `classes are in another order in the candidate for ${all}: ${told.join(', ')}${more}`,
  };
}

const MOST_TOLD = 6;

export function relabelled(
  detections: readonly Detection[],
  map: LabelMap | undefined,
): readonly Detection[] {
  return map === undefined
    ? detections
    : detections.map((one) => ({ ...one, label: map.get(one.label) ?? one.label }));
}
