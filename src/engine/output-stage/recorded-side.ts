import type { Detection, NmsRules } from '../../shared/output-stage.ts';
import { rulesOf } from './audit-sides.ts';
import { simulated } from './detector-side.ts';
import type { LocatedSide } from './located-sides.ts';
import { locatedSide } from './located-sides.ts';
import type { BoxMapping, RawBoxes } from './raw-boxes.ts';
import { borderOf, letterboxFrom, mappingOf } from './side-mapping.ts';

/** Both sides with detections where that is possible. */
export interface RecordedSides {
  readonly reference: LocatedSide;
  readonly candidate: LocatedSide;
  /** Where one side recorded none: what stands for them. */
  readonly unrecorded?: {
    /** Rules of that side were declared for this comparison: they may be judged, nothing else of it. */
    readonly isDeclared: boolean;
    readonly text: string;
  };
}

/**
 * What nobody recorded is not judged: where one side alone has final detections, its rules and its mapping, declared or
 * found from what it kept of its own raw boxes, make detections of both raw outputs.
 */
export function recordedSides(reference: LocatedSide, candidate: LocatedSide): RecordedSides {
  const isRecorded = (side: LocatedSide): boolean => side.final !== undefined && side.applied === undefined;
  if (isRecorded(reference) === isRecorded(candidate)) return { reference, candidate };
  const [known, other, name, otherName] = isRecorded(reference)
    ? [reference, candidate, 'reference', 'candidate']
    : [candidate, reference, 'candidate', 'reference'];
  if (other.raw === undefined) return { reference, candidate };
  const found = recordedRules(known);
  const isDeclared = other.rules !== undefined;
  const missing = `the ${otherName}'s post-processing was not recorded`;
  if (found === undefined) {
    const text = `${missing}, and no rules that were tried give the ${name}'s detections from its raw boxes: no detections are compared`;
    return { reference, candidate, unrecorded: { isDeclared: false, text } };
  }
  const declared = Object.entries(other.rules ?? {}).filter(([rule]) => rule !== 'boxFormat');
  const theirs: NmsRules = { ...found.rules, ...(Object.fromEntries(declared) as Partial<NmsRules>) };
  const sides = {
    [name]: withRules(known, known.raw ?? other.raw, found.rules, found.mapping),
    // Its boxes enter suppression as the recorded side's do.
    [otherName]: withRules(other, { ...other.raw, ...mappingAs(known.raw?.mapping) }, theirs, found.mapping),
  } as Record<'reference' | 'candidate', LocatedSide>;
  const text = isDeclared
    ? `${missing}: the ${name}'s rules, with what was declared of the ${otherName}, were used on its raw outputs`
    : `${missing}: the ${name}'s rules were used on both raw outputs`;
  return { ...sides, unrecorded: { isDeclared, text } };
}

function mappingAs(mapping: BoxMapping | undefined): Pick<RawBoxes, 'mapping'> {
  return mapping === undefined ? {} : { mapping };
}

function withRules(
  side: LocatedSide,
  raw: RawBoxes,
  rules: NmsRules,
  mapping: BoxMapping | undefined,
): LocatedSide {
  const { format, unmap, notes } = side;
  const final = simulated(raw, rules, mapping);
  return locatedSide({ raw, final, rules, applied: rules, format, unmap, notes }, undefined);
}

/** Undefined where some detections are not among the side's raw boxes, or no rules keep just them. */
function recordedRules({
  raw,
  final,
  located,
  rules,
  format,
  unmap,
}: LocatedSide): { readonly rules: NmsRules; readonly mapping: BoxMapping | undefined } | undefined {
  if (raw === undefined || final === undefined) return undefined;
  const kept = located?.filter((one) => one !== undefined) ?? [];
  if (kept.length < final.length) return undefined;
  const declared = { ...format, ...rules };
  const found = rulesOf(raw, { rules: declared, kept }, declared);
  if (found === undefined) return undefined;
  const measured = mappingOf(final, kept, raw, found);
  const imageSize = unmap.imageSize ?? pictureOf(final);
  const mapping =
    measured === undefined
      ? raw.mapping
      : { ...letterboxFrom(measured), ...(imageSize === undefined ? {} : { imageSize }) };
  return { rules: found, mapping };
}

/** Where the boxes were clipped, if they were. */
function pictureOf(final: readonly Detection[]): readonly [number, number] | undefined {
  return final.some(({ box }) => box.some((value) => value < 0)) ? undefined : borderOf(final);
}
