import type { Box, Detection, UnmapFinding } from '../../shared/output-stage.ts';
import { correctedBoxes } from './corrected-boxes.ts';
import { iouOf } from './iou.ts';
import { letterboxOf } from './letterbox.ts';
import type { LocatedSide } from './located-sides.ts';
import type { SideMapping } from './side-mapping.ts';
import { mappingOf, rightMapping, wrongMapping } from './side-mapping.ts';

/** Pairs of one class that overlap so much are one object. */
const SAME_OBJECT = 0.5;
/** Detections of a side that are counted: the highest scores. */
const MOST_COUNTED = 500;

/**
 * What is wrong with the candidate's mapping where the two sides have other raw boxes: each side's arithmetic is judged
 * over its own boxes, by the scale and pad which that side declares. Only where these give what was recorded, or none
 * were declared, the reference's mapping is held against it; pads may rightly be others, so that it must bring more
 * boxes over the reference's than there were.
 */
export function unmapOfSides(reference: LocatedSide, candidate: LocatedSide): readonly UnmapFinding[] {
  const theirs = measured(candidate);
  if (theirs === undefined || reference.final === undefined || candidate.final === undefined) return [];
  const overlapping = overlaps(reference.final, candidate.final, undefined);
  const isAtLeast = (finding: UnmapFinding | undefined, least: number): finding is UnmapFinding =>
    finding !== undefined &&
    overlaps(
      reference.final ?? [],
      candidate.final ?? [],
      correctedBoxes(candidate.final ?? [], [finding]),
    ) >= least;
  const letterbox = letterboxOf(candidate.unmap);
  const declared = letterbox === undefined ? undefined : wrongMapping(rightMapping(letterbox), theirs);
  if (isAtLeast(declared, overlapping)) return [declared];
  const own = measured(reference);
  const other = own === undefined ? undefined : wrongMapping(own, theirs);
  return isAtLeast(other, overlapping + 1) ? [other] : [];
}

/** How a side's final boxes lie over its raw ones. */
export function measured({ final, raw, located, format }: LocatedSide): SideMapping | undefined {
  return final === undefined || raw === undefined || located === undefined
    ? undefined
    : mappingOf(final, located, raw, format);
}

/** Detections of the reference over which the candidate has one of the same class. */
function overlaps(
  reference: readonly Detection[],
  candidate: readonly Detection[],
  boxes: readonly Box[] | undefined,
): number {
  const byScore = <T extends { readonly score: number }>(all: readonly T[]): T[] =>
    [...all].sort((a, b) => b.score - a.score).slice(0, MOST_COUNTED);
  const others = byScore(
    candidate.map(({ score, label, box }, index) => ({ score, label, box: boxes?.[index] ?? box })),
  );
  return byScore(reference).filter(({ box, label }) =>
    others.some((other) => other.label === label && iouOf(box, other.box) > SAME_OBJECT),
  ).length;
}
