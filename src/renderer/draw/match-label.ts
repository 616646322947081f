import { formatNumber } from '../../shared/format.ts';
import type { Box, DetectionMatch, MatchState } from '../../shared/output-stage.ts';

/** As matches are listed: what differs most comes first. */
export const GRAVEST_FIRST: readonly MatchState[] = [
  'missing',
  'extra',
  'relabelled',
  'moved',
  'rescored',
  'matched',
];

/** One match among those of its head. */
export function matchKey({ referenceIndex, candidateIndex }: DetectionMatch): string {
  return `${referenceIndex ?? '-'} ${candidateIndex ?? '-'}`;
}

/** `3`, or `3 → 5` where the two sides disagree. */
export function classText({ reference, candidate }: DetectionMatch): string {
  return change(reference?.label, candidate?.label, String);
}

/** `0.91`, or `0.91 → 0.87` where the two sides are printed differently. */
export function scoreText({ reference, candidate }: DetectionMatch): string {
  return change(reference?.score, candidate?.score, formatNumber);
}

/** What stands at a box: class and score. */
export function matchLabel(match: DetectionMatch): string {
  return `${classText(match)}  ${scoreText(match)}`;
}

function change(
  reference: number | undefined,
  candidate: number | undefined,
  text: (value: number) => string,
): string {
  const [from, to] = [reference ?? candidate, candidate ?? reference].map((value) =>
    value === undefined ? '–' : text(value),
  );
  return from === to ? String(from) : `${from} → ${to}`;
}

export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Two opposite corners in any order; undefined for a box that has no place. Pixels. */
export function extentOf([x1, y1, x2, y2]: Box): Extent | undefined {
  if (![x1, y1, x2, y2].every(Number.isFinite)) return undefined;
  return {
    left: Math.min(x1, x2),
    top: Math.min(y1, y2),
    width: Math.abs(x2 - x1),
    height: Math.abs(y2 - y1),
  };
}

/** Boxes of both sides, in pixels. */
export function boxesOf(matches: readonly DetectionMatch[]): Extent[] {
  return matches.flatMap(({ reference, candidate }) =>
    [reference, candidate].flatMap((side) => (side === undefined ? [] : (extentOf(side.box) ?? []))),
  );
}

/** Boxes that lie wholly outside of a picture of this size. */
export function outsideCount(matches: readonly DetectionMatch[], width: number, height: number): number {
  return boxesOf(matches).filter(
    (box) => box.left >= width || box.top >= height || box.left + box.width <= 0 || box.top + box.height <= 0,
  ).length;
}
