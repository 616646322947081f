import { formatNumber, formatPercent, plural } from '../../shared/format.ts';
import type {
  Box,
  Detection,
  DetectionMatch,
  DetectionMatching,
  MatchState,
  NmsRules,
} from '../../shared/output-stage.ts';
import { MATCH_STATES } from '../../shared/output-stage.ts';
import type { Edge } from './assignment.ts';
import { assign } from './assignment.ts';
import { iouOf } from './iou.ts';
import { marginsOf } from './margins.ts';

/** Detections of a side that are matched: the highest scores. */
const MOST_DETECTIONS = 3000;
const MOST_MATCHES = 1000;
/** Pairs of one class overlap at least so much; of two classes they must be the same box. */
const LEAST_IOU = 0.3;
const SAME_BOX_IOU = 0.75;
/** Of the box's longer side: what is less has not moved. */
const MOVED = 1e-3;
const RESCORED = 1e-3;
const SAME_SCORE = 1e-6;
/** Among pairs of about the same overlap, the one of nearer score. */
const SCORE_WEIGHT = 0.01;

export interface MatchOptions {
  /** As far as known: margins are measured to their thresholds. */
  readonly reference?: Partial<NmsRules>;
  readonly candidate?: Partial<NmsRules>;
  /** The candidate's boxes, with a known systematic difference taken away; as many as the candidate's detections. */
  readonly corrected?: readonly Box[];
  readonly correction?: string;
  /** Why a detection of one side has no partner, where that is known. */
  readonly because?: (detection: Detection, side: 'reference' | 'candidate') => DetectionMatch['because'];
}

interface Placed {
  readonly detection: Detection;
  readonly index: number;
  readonly box: Box;
}

/**
 * Detections of both sides, pair by pair: by optimal assignment on IoU within each class, then the same box under
 * another class. Boxes that are not numbers have no partner.
 */
export function matchDetections(
  reference: readonly Detection[],
  candidate: readonly Detection[],
  options: MatchOptions = {},
): DetectionMatching {
  const left = placed(reference);
  const right = placed(candidate, options.corrected);
  const sameClass = assign(edgesOf(left, right, true, options.correction !== undefined));
  const free = (side: readonly Placed[], taken: ReadonlySet<number>): Placed[] =>
    side.filter(({ index }) => !taken.has(index));
  const freeLeft = free(left, new Set(sameClass.pairs.map((pair) => pair.left)));
  const freeRight = free(right, new Set(sameClass.pairs.map((pair) => pair.right)));
  const otherClass = assign(edgesOf(freeLeft, freeRight, false, false));
  const pairs = [...sameClass.pairs, ...otherClass.pairs];
  const takenLeft = new Set(pairs.map((pair) => pair.left));
  const takenRight = new Set(pairs.map((pair) => pair.right));
  const scoreError = pairs.reduce(
    (most, pair) => Math.max(most, scoreDifference(reference[pair.left], candidate[pair.right])),
    0,
  );
  const context = { reference, candidate, options, scoreError };
  const matches = [
    ...pairs.map((pair) => pairMatch(context, pair)),
    ...free(left, takenLeft).map((one) => singleMatch(context, one, 'reference')),
    ...free(right, takenRight).map((one) => singleMatch(context, one, 'candidate')),
  ];
  return summary(matches, reference.length, candidate.length, [
    ...cutNote('reference', reference.length),
    ...cutNote('candidate', candidate.length),
    ...(sameClass.greedy + otherClass.greedy === 0
      ? []
      : [
          `${plural(sameClass.greedy + otherClass.greedy, 'crowd')} of boxes too large for an optimal assignment: paired by descending IoU`,
        ]),
  ]);
}

function placed(detections: readonly Detection[], boxes?: readonly Box[]): Placed[] {
  const all = detections.map((detection, index) => ({
    detection,
    index,
    box: boxes?.[index] ?? detection.box,
  }));
  return all.length <= MOST_DETECTIONS
    ? all
    : all.sort((a, b) => b.detection.score - a.detection.score).slice(0, MOST_DETECTIONS);
}

function cutNote(side: string, count: number): string[] {
  return count <= MOST_DETECTIONS
    ? []
    : [`only the ${MOST_DETECTIONS} detections of highest score of the ${side}'s ${count} were matched`];
}

function edgesOf(
  left: readonly Placed[],
  right: readonly Placed[],
  isSameClass: boolean,
  isMisplaced: boolean,
): Edge[] {
  const byLabel = new Map<number, Placed[]>();
  for (const one of right) {
    const key = isSameClass ? one.detection.label : 0;
    byLabel.set(key, [...(byLabel.get(key) ?? []), one]);
  }
  const edges: Edge[] = [];
  for (const one of left) {
    for (const other of byLabel.get(isSameClass ? one.detection.label : 0) ?? []) {
      const iou = overlapOf(one.box, other.box);
      const difference = scoreDifference(one.detection, other.detection);
      // Of misplaced boxes that were also clipped nothing may be left but the score.
      const isSameScore = isMisplaced && difference <= SAME_SCORE;
      if (iou < (isSameClass ? LEAST_IOU : SAME_BOX_IOU) && !isSameScore) continue;
      const nearness = 1 - Math.min(1, difference);
      edges.push({ left: one.index, right: other.index, weight: iou + SCORE_WEIGHT * nearness });
    }
  }
  return edges;
}

/** A box that clipping has left without an area still overlaps itself. */
function overlapOf(a: Box, b: Box): number {
  return a.every((corner, at) => Number.isFinite(corner) && corner === b[at]) ? 1 : iouOf(a, b);
}

function scoreDifference(a: Detection | undefined, b: Detection | undefined): number {
  const difference = Math.abs((a?.score ?? NaN) - (b?.score ?? NaN));
  return Number.isNaN(difference) ? 0 : difference;
}

interface MatchContext {
  readonly reference: readonly Detection[];
  readonly candidate: readonly Detection[];
  readonly options: MatchOptions;
  readonly scoreError: number;
}

function pairMatch({ reference, candidate, options, scoreError }: MatchContext, pair: Edge): DetectionMatch {
  const [a, b] = [reference[pair.left], candidate[pair.right]];
  if (a === undefined || b === undefined) throw new RangeError('a pair of no detections');
  const distance = Math.max(...a.box.map((corner, at) => Math.abs(corner - (b.box[at] ?? NaN))));
  const side = Math.max(a.box[2] - a.box[0], a.box[3] - a.box[1]);
  const isMoved = !(distance <= MOVED * side);
  const scores = `score ${formatNumber(a.score)} in the reference, ${formatNumber(b.score)} in the candidate`;
  const [state, text] = ((): [MatchState, string] => {
    if (a.label !== b.label) return ['relabelled', `class ${a.label} became class ${b.label}; ${scores}`];
    if (isMoved) return ['moved', `class ${a.label}, moved by up to ${formatNumber(distance)}; ${scores}`];
    if (scoreDifference(a, b) > RESCORED) return ['rescored', `class ${a.label}; ${scores}`];
    return ['matched', `class ${a.label}; ${scores}`];
  })();
  return {
    state,
    reference: a,
    candidate: b,
    referenceIndex: pair.left,
    candidateIndex: pair.right,
    iou: overlapOf(a.box, b.box),
    margins: marginsOf(a, reference, options.reference ?? {}, scoreError),
    ...(state === 'moved' && options.correction !== undefined
      ? { because: { text: options.correction } }
      : {}),
    text,
  };
}

function singleMatch(context: MatchContext, one: Placed, side: 'reference' | 'candidate'): DetectionMatch {
  const { options, scoreError } = context;
  const other = side === 'reference' ? 'candidate' : 'reference';
  // Whether the other side's thresholds would have let it through.
  const margins = marginsOf(one.detection, context[other], options[other] ?? {}, scoreError, one.box);
  const [crossed] = margins.filter(({ distance }) => distance < 0);
  const known = options.because?.(one.detection, side);
  const because =
    known ??
    (crossed === undefined ? undefined : { rule: crossed.rule, text: `${crossed.text} of the ${other}` });
  const what = `class ${one.detection.label}, score ${formatNumber(one.detection.score)}: only in the ${side}`;
  const toss = margins.find(({ isCoinToss }) => isCoinToss);
  return {
    state: side === 'reference' ? 'missing' : 'extra',
    [side]: one.detection,
    [side === 'reference' ? 'referenceIndex' : 'candidateIndex']: one.index,
    margins,
    ...(because === undefined ? {} : { because }),
    text: [what, because?.text, because === undefined ? toss?.text : undefined]
      .filter((part) => part !== undefined)
      .join('; '),
  };
}

const ORDER: readonly MatchState[] = ['missing', 'extra', 'relabelled', 'moved', 'rescored', 'matched'];

function summary(
  all: readonly DetectionMatch[],
  referenceCount: number,
  candidateCount: number,
  notes: readonly string[],
): DetectionMatching {
  const counts = { matched: 0, moved: 0, rescored: 0, relabelled: 0, missing: 0, extra: 0 };
  for (const { state } of all) counts[state]++;
  const score = ({ reference, candidate }: DetectionMatch): number =>
    (reference ?? candidate)?.score ?? -Infinity;
  const matches = [...all].sort(
    (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || score(b) - score(a) || 0,
  );
  const told = MATCH_STATES.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${state}`);
  const share = referenceCount === 0 ? 1 : counts.matched / referenceCount;
  return {
    matches: matches.slice(0, MOST_MATCHES),
    counts,
    of: { reference: referenceCount, candidate: candidateCount },
    text: `${plural(referenceCount, 'detection')} in the reference, ${candidateCount} in the candidate: ${told.join(', ') || 'none'} (${formatPercent(share)} the same)`,
    notes,
  };
}
