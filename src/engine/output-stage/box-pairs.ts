import type { Detection } from '../../shared/output-stage.ts';
import { matchDetections } from './match-detections.ts';

/** Detections of both sides that are one and the same. */
export interface BoxPair {
  readonly reference: Detection;
  readonly candidate: Detection;
}

const SAME_SCORE = 1e-4;
const MOST_PAIRS = 1000;

/**
 * Pairs that need no overlap: the same class and the same score; where scores are not the same, pairs that overlap; and
 * where nothing overlaps, the same rank within a class of equal size. Boxes with a number that is not finite are left out.
 */
export function boxPairs(
  reference: readonly Detection[],
  candidate: readonly Detection[],
): readonly BoxPair[] {
  const [left, right] = [byLabel(reference), byLabel(candidate)];
  const byScore: BoxPair[] = [];
  const byRank: BoxPair[] = [];
  for (const [label, mine] of left) {
    const theirs = right.get(label) ?? [];
    byScore.push(...equalScores(mine, theirs));
    if (mine.length !== theirs.length) continue;
    for (const [rank, one] of mine.entries()) {
      const other = theirs[rank];
      if (other !== undefined) byRank.push({ reference: one, candidate: other });
    }
  }
  const enough = Math.min(3, Math.min(reference.length, candidate.length) / 2);
  if (byScore.length >= enough && byScore.length > 0) return byScore.slice(0, MOST_PAIRS);
  const overlapping = matchDetections(reference, candidate).matches.flatMap((match) =>
    match.reference === undefined || match.candidate === undefined
      ? []
      : [{ reference: match.reference, candidate: match.candidate }],
  );
  return (overlapping.length >= enough && overlapping.length > 0 ? overlapping : byRank).slice(0, MOST_PAIRS);
}

function byLabel(detections: readonly Detection[]): Map<number, Detection[]> {
  const groups = new Map<number, Detection[]>();
  for (const one of detections) {
    if (!one.box.every(Number.isFinite) || !Number.isFinite(one.score)) continue;
    const group = groups.get(one.label) ?? [];
    group.push(one);
    groups.set(one.label, group);
  }
  for (const group of groups.values()) group.sort((a, b) => b.score - a.score);
  return groups;
}

/** One pass over both lists, in descending score. */
function equalScores(left: readonly Detection[], right: readonly Detection[]): BoxPair[] {
  const pairs: BoxPair[] = [];
  for (let [i, j] = [0, 0]; i < left.length && j < right.length;) {
    const [a, b] = [left[i], right[j]];
    if (a === undefined || b === undefined) break;
    if (Math.abs(a.score - b.score) <= SAME_SCORE) {
      pairs.push({ reference: a, candidate: b });
      i++;
      j++;
    } else if (a.score > b.score) i++;
    else j++;
  }
  return pairs;
}
