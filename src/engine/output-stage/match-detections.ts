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
import { relabelled } from './label-maps.ts';
import { marginsOf } from './margins.ts';

/** Detections of a side that are matched: the highest scores. */
const MOST_DETECTIONS = 2000;
const MOST_MATCHES = 1000;
/** Of a crowd, the best possible partners of each box. */
const MOST_PARTNERS = 50;
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
  /** Places in the two lists of detections that are known to be one and the same. */
  readonly paired?: readonly { readonly left: number; readonly right: number }[];
  /** The reference's label of each of the candidate's, where labels are other numbers, and why that is so. */
  readonly labels?: { readonly map: ReadonlyMap<number, number>; readonly text: string };
  /** Why a detection of one side has no partner, where that is known. */
  readonly because?: (detection: Detection, side: 'reference' | 'candidate') => DetectionMatch['because'];
}

interface Placed {
  readonly detection: Detection;
  readonly index: number;
  readonly box: Box;
  /** Its label, as the reference numbers them. */
  readonly label: number;
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
  const { map } = options.labels ?? {};
  const classed = relabelled(candidate, map);
  const known = (options.paired ?? []).map((pair) => ({ ...pair, weight: 1 }));
  const same = [...known, ...identicalPairs(reference, classed, known)];
  const left = placed(reference, reference, new Set(same.map((pair) => pair.left)));
  const right = placed(candidate, classed, new Set(same.map((pair) => pair.right)), options.corrected);
  const sameClass = assign(edgesOf(left.held, right.held, true, options.correction !== undefined));
  const free = (side: readonly Placed[], taken: ReadonlySet<number>): Placed[] =>
    side.filter(({ index }) => !taken.has(index));
  const freeLeft = free(left.held, new Set(sameClass.pairs.map((pair) => pair.left)));
  const freeRight = free(right.held, new Set(sameClass.pairs.map((pair) => pair.right)));
  const otherClass = assign(edgesOf(freeLeft, freeRight, false, false));
  const pairs = [...same, ...sameClass.pairs, ...otherClass.pairs];
  const takenLeft = new Set(pairs.map((pair) => pair.left));
  const takenRight = new Set(pairs.map((pair) => pair.right));
  const scoreError = pairs.reduce(
    (most, pair) => Math.max(most, scoreDifference(reference[pair.left], candidate[pair.right])),
    0,
  );
  const context = { reference, candidate, classed, options, scoreError };
  const matches = [
    ...pairs.map((pair) => pairMatch(context, pair)),
    ...free(left.held, takenLeft).map((one) => singleMatch(context, one, 'reference')),
    ...free(right.held, takenRight).map((one) => singleMatch(context, one, 'candidate')),
  ];
  return summary(matches, reference.length, candidate.length, [
    ...cutNote('reference', left.cut),
    ...cutNote('candidate', right.cut),
    ...(sameClass.greedy + otherClass.greedy === 0
      ? []
      : [
          `${plural(sameClass.greedy + otherClass.greedy, 'crowd')} of boxes too large for an optimal assignment: paired by descending IoU`,
        ]),
  ]);
}

/** Detections that are the same to the last bit need no assignment, however many they are. */
function identicalPairs(
  reference: readonly Detection[],
  candidate: readonly Detection[],
  known: readonly Edge[],
): Edge[] {
  const keyOf = ({ box, score, label }: Detection): string | undefined =>
    Number.isFinite(score) && box.every(Number.isFinite) ? [...box, score, label].join() : undefined;
  const places = new Map<string, number[]>();
  const [lefts, rights] = [new Set(known.map(({ left }) => left)), new Set(known.map(({ right }) => right))];
  for (let index = candidate.length - 1; index >= 0; index--) {
    const one = rights.has(index) ? undefined : candidate[index];
    const key = one === undefined ? undefined : keyOf(one);
    if (key === undefined) continue;
    const known = places.get(key) ?? [];
    known.push(index);
    places.set(key, known);
  }
  return reference.flatMap((one, left) => {
    const key = lefts.has(left) ? undefined : keyOf(one);
    const right = key === undefined ? undefined : places.get(key)?.pop();
    return right === undefined ? [] : [{ left, right, weight: 1 }];
  });
}

/** Those that are still without a partner, of the highest scores. */
function placed(
  detections: readonly Detection[],
  classed: readonly Detection[],
  taken: ReadonlySet<number>,
  boxes?: readonly Box[],
): { readonly held: readonly Placed[]; readonly cut: number } {
  const all = detections
    .map((detection, index) => ({
      detection,
      index,
      box: boxes?.[index] ?? detection.box,
      label: classed[index]?.label ?? detection.label,
    }))
    .filter(({ index }) => !taken.has(index));
  if (all.length <= MOST_DETECTIONS) return { held: all, cut: 0 };
  const held = all.sort((a, b) => b.detection.score - a.detection.score).slice(0, MOST_DETECTIONS);
  return { held, cut: all.length - held.length };
}

function cutNote(side: string, cut: number): string[] {
  return cut === 0
    ? []
    : [`${plural(cut, 'detection')} of the lowest scores of the ${side} were not matched`];
}

function edgesOf(
  left: readonly Placed[],
  right: readonly Placed[],
  isSameClass: boolean,
  isMisplaced: boolean,
): Edge[] {
  const byLabel = new Map<number, Placed[]>();
  for (const one of right) {
    const key = isSameClass ? one.label : 0;
    const group = byLabel.get(key) ?? [];
    group.push(one);
    byLabel.set(key, group);
  }
  const edges: Edge[] = [];
  for (const one of left) {
    const possible: Edge[] = [];
    for (const other of byLabel.get(isSameClass ? one.label : 0) ?? []) {
      const iou = overlapOf(one.box, other.box);
      const difference = scoreDifference(one.detection, other.detection);
      // Of misplaced boxes that were also clipped nothing may be left but the score.
      const isSameScore = isMisplaced && difference <= SAME_SCORE;
      if (iou < (isSameClass ? LEAST_IOU : SAME_BOX_IOU) && !isSameScore) continue;
      const nearness = 1 - Math.min(1, difference);
      possible.push({ left: one.index, right: other.index, weight: iou + SCORE_WEIGHT * nearness });
    }
    if (possible.length > MOST_PARTNERS) possible.sort((a, b) => b.weight - a.weight);
    edges.push(...possible.slice(0, MOST_PARTNERS));
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
  /** The candidate's detections with the reference's labels. */
  readonly classed: readonly Detection[];
  readonly options: MatchOptions;
  readonly scoreError: number;
}

function pairMatch({ reference, candidate, options, scoreError }: MatchContext, pair: Edge): DetectionMatch {
  const [a, b] = [reference[pair.left], candidate[pair.right]];
  if (a === undefined || b === undefined) throw new RangeError('a pair of no detections');
  const distance = Math.max(...a.box.map((corner, at) => Math.abs(corner - (b.box[at] ?? NaN))));
  // Swapped corners have sides as well.
  const side = Math.max(Math.abs(a.box[2] - a.box[0]), Math.abs(a.box[3] - a.box[1]));
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
    ...becauseOf(state, options),
    text,
  };
}

function becauseOf(state: MatchState, { correction, labels }: MatchOptions): Pick<DetectionMatch, 'because'> {
  const text = state === 'moved' ? correction : state === 'relabelled' ? labels?.text : undefined;
  return text === undefined ? {} : { because: { text } };
}

function singleMatch(context: MatchContext, one: Placed, side: 'reference' | 'candidate'): DetectionMatch {
  const { options, scoreError } = context;
  const other = side === 'reference' ? 'candidate' : 'reference';
  // Whether the other side's thresholds would have let it through.
  const others = side === 'reference' ? context.classed : context.reference;
  const asked = { ...one.detection, label: one.label };
  const margins = marginsOf(asked, others, options[other] ?? {}, scoreError, one.box);
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
