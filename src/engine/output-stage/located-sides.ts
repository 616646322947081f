import type { Detection } from '../../shared/output-stage.ts';
import type { BoxPair } from './box-pairs.ts';
import type { ReadSide } from './detector-side.ts';
import type { LabelMap } from './label-maps.ts';
import { classesOf, labelsAcross, labelsBetween, relabelled } from './label-maps.ts';
import type { LocatedCandidate } from './locate-kept.ts';
import { locateKept } from './locate-kept.ts';
import type { RawBoxes } from './raw-boxes.ts';

/** A side whose final detections were looked for among raw boxes. */
export interface LocatedSide extends ReadSide {
  /** The raw candidate of each final detection. */
  readonly located?: readonly (LocatedCandidate | undefined)[];
  /** The class of the raw scores that each of its labels is, where labels are no classes. */
  readonly classes?: LabelMap;
}

/** Of the detections: where more are found as they are, labels are classes. */
const MOST_OF_THEM = 0.9;

/** @param others raw boxes of the other side, for one that has none. */
export function locatedSide(side: ReadSide, others: RawBoxes | undefined): LocatedSide {
  const { final, rules, format } = side;
  const raw = side.raw ?? others;
  if (raw === undefined || final === undefined) return side;
  const readings = { ...rules, ...format };
  const located = locateKept(final, raw, readings);
  if (located === undefined) return side;
  if (located.filter((one) => one !== undefined).length >= MOST_OF_THEM * final.length)
    return { ...side, located };
  const classes = classesOf(final, raw);
  if (classes === undefined) return { ...side, located };
  const again = locateKept(relabelled(final, classes), raw, readings);
  return { ...side, classes, located: again ?? located };
}

/** The reference's label of each label of the candidate, where they differ by more than some mistakes. */
export function labelsOfSides(reference: LocatedSide, candidate: LocatedSide): LabelMap | undefined {
  const [r, c] = [reference.final, candidate.final];
  if (r === undefined || c === undefined) return undefined;
  const between = labelsBetween(
    reference.classes,
    candidate.classes,
    c.map(({ label }) => label),
  );
  if (between !== undefined) return between;
  const isWhole = ({ located }: LocatedSide): boolean => located?.includes(undefined) === false;
  return isWhole(reference) && isWhole(candidate) ? undefined : labelsAcross(r, c);
}

/** Places in the two lists of final detections that were made of one raw candidate, whatever became of its box. */
export function pairsByRaw(
  reference: LocatedSide,
  candidate: LocatedSide,
): { readonly left: number; readonly right: number }[] {
  const keyOf = ({ row, label }: LocatedCandidate): string => `${row} ${label}`;
  const places = new Map<string, number>();
  candidate.located?.forEach((one, right) => {
    if (one?.isAlone === true) places.set(keyOf(one), right);
  });
  return (reference.located ?? []).flatMap((one, left) => {
    const right = one?.isAlone === true ? places.get(keyOf(one)) : undefined;
    return right === undefined ? [] : [{ left, right }];
  });
}

/** The same pairs as boxes; those with a number that is not finite are left out. */
export function boxesOf(
  pairs: readonly { readonly left: number; readonly right: number }[],
  reference: readonly Detection[],
  candidate: readonly Detection[],
): BoxPair[] {
  return pairs.flatMap(({ left, right }) => {
    const [r, c] = [reference[left], candidate[right]];
    return r === undefined || c === undefined || ![...r.box, ...c.box].every(Number.isFinite)
      ? []
      : [{ reference: r, candidate: c }];
  });
}
