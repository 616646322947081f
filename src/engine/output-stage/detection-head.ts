import type {
  Detection,
  DetectionHead,
  DetectionMatching,
  HeadSpec,
  HeadState,
} from '../../shared/output-stage.ts';
import { auditOf } from './audit-sides.ts';
import { correctedBoxes } from './corrected-boxes.ts';
import type { DetectorSide } from './detector-side.ts';
import { readSide } from './detector-side.ts';
import { explainUnmap } from './explain-unmap.ts';
import { headBase, headName } from './head-base.ts';
import { labelFinding, relabelled } from './label-maps.ts';
import { letterboxOf } from './letterbox.ts';
import type { UnmapContext } from './letterbox.ts';
import type { LocatedSide } from './located-sides.ts';
import { boxesOf, labelsOfSides, locatedSide, pairsByRaw } from './located-sides.ts';
import { matchDetections } from './match-detections.ts';
import type { RawDifference } from './raw-difference.ts';
import { rawDifference } from './raw-difference.ts';
import { recordedSides } from './recorded-side.ts';
import { letterboxFrom } from './side-mapping.ts';
import { measured, unmapOfSides } from './unmap-of-sides.ts';

const MOST_SHOWN = 1000;

/**
 * Raw boxes, suppression, un-mapping and final detections of both sides.
 * @throws LayerdiffError not-comparable where tensors do not belong together.
 */
export function detectionHead(
  spec: HeadSpec,
  known: 'declared' | 'recognised',
  reference: DetectorSide,
  candidate: DetectorSide,
): DetectionHead {
  const [own, theirs] = [
    readSide(spec, reference, 'reference', candidate),
    readSide(spec, candidate, 'candidate', reference),
  ];
  const {
    reference: r,
    candidate: c,
    unrecorded,
  } = recordedSides(locatedSide(own, theirs.raw), locatedSide(theirs, own.raw));
  const raw = r.raw === undefined || c.raw === undefined ? undefined : rawDifference(r.raw, c.raw);
  const hasRaw = r.raw !== undefined && c.raw !== undefined;
  const isOtherRaw = hasRaw && (raw === undefined || raw.state === 'differs');
  const isJudged = unrecorded?.isDeclared !== false;
  const paired = isOtherRaw ? [] : pairsByRaw(r, c);
  const between = labelsOfSides(r, c);
  const labels = between === undefined ? undefined : labelFinding(between, c.final ?? []);
  const unmap =
    unrecorded !== undefined || r.final === undefined || c.final === undefined
      ? []
      : isOtherRaw
        ? unmapOfSides(r, c)
        : explainUnmap(
            r.final,
            relabelled(c.final, between),
            unmapContext(r, c),
            boxesOf(paired, r.final, c.final),
          );
  const audited = isJudged ? auditOf(r, c, raw) : undefined;
  const corrected = c.final === undefined ? undefined : correctedBoxes(c.final, unmap);
  const matching =
    r.final === undefined || c.final === undefined
      ? undefined
      : matchDetections(r.final, c.final, {
          paired,
          ...(r.rules === undefined ? {} : { reference: r.rules }),
          ...(c.rules === undefined ? {} : { candidate: c.rules }),
          ...(corrected === undefined ? {} : { corrected }),
          ...(unmap[0] === undefined ? {} : { correction: unmap[0].text }),
          ...(between === undefined || labels === undefined
            ? {}
            : { labels: { map: between, text: labels.text } }),
          ...(audited === undefined ? {} : { because: audited.because }),
        });
  const base = headBase(spec, known, stateOf(raw, matching, r.final, c.final));
  const shown = (all: readonly Detection[]): readonly Detection[] =>
    [...all].sort((a, b) => b.score - a.score).slice(0, MOST_SHOWN);
  const parts = [
    raw?.told.text,
    unrecorded?.text,
    matching?.text,
    labels?.text,
    unmap[0]?.text,
    audited?.audit.text,
  ];
  return {
    kind: 'detection',
    ...base,
    // What already differs before suppression is no fault of the output stage, unless that has one of its own.
    decides:
      base.decides &&
      isJudged &&
      matching !== undefined &&
      (!isOtherRaw || labels !== undefined || unmap.length > 0 || audited?.audit.state === 'explained'),
    ...(raw === undefined ? {} : { raw: raw.told }),
    ...(r.final === undefined || c.final === undefined
      ? {}
      : { final: { reference: shown(r.final), candidate: shown(c.final) } }),
    ...(matching === undefined ? {} : { matching }),
    ...(labels === undefined ? {} : { labels }),
    unmap,
    ...(audited === undefined ? {} : { nms: audited.audit }),
    text: `${headName(spec, known)}: ${parts.filter((part) => part !== undefined).join('; ') || 'nothing to compare'}`,
    notes: [...new Set([...r.notes, ...c.notes, ...(audited?.notes ?? [])])],
  };
}

/**
 * How the picture came into the model input. The reference is taken to be right, and so is what it says of that, or what
 * its boxes say.
 */
function unmapContext(r: LocatedSide, c: LocatedSide): UnmapContext {
  const stated = { ...c.unmap, ...r.unmap };
  const mapping = letterboxOf(r.unmap) === undefined ? measured(r) : undefined;
  return mapping === undefined ? stated : { ...stated, ...letterboxFrom(mapping), isInferred: true };
}

function stateOf(
  raw: RawDifference | undefined,
  matching: DetectionMatching | undefined,
  reference: readonly Detection[] | undefined,
  candidate: readonly Detection[] | undefined,
): HeadState {
  if (matching === undefined) return raw?.state ?? 'not-compared';
  const { counts, of } = matching;
  const { matched, ...others } = counts;
  if (of.reference !== of.candidate || Object.values(others).some((count) => count > 0)) return 'differs';
  if (matched === 0 && of.reference > 0) return 'not-compared';
  const isEqual = reference?.every((one, index) => isSame(one, candidate?.[index])) === true;
  return isEqual ? 'equal' : 'noise';
}

function isSame(a: Detection, b: Detection | undefined): boolean {
  return a.score === b?.score && a.label === b.label && a.box.every((corner, at) => corner === b.box[at]);
}
