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
import { matchDetections } from './match-detections.ts';
import type { RawDifference } from './raw-difference.ts';
import { rawDifference } from './raw-difference.ts';
import { recordedSides } from './recorded-side.ts';
import { unmapOfSides } from './unmap-of-sides.ts';

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
  const {
    reference: r,
    candidate: c,
    unrecorded,
  } = recordedSides(
    readSide(spec, reference, 'reference', candidate),
    readSide(spec, candidate, 'candidate', reference),
  );
  const raw = r.raw === undefined || c.raw === undefined ? undefined : rawDifference(r.raw, c.raw);
  const hasRaw = r.raw !== undefined && c.raw !== undefined;
  const isOtherRaw = hasRaw && (raw === undefined || raw.state === 'differs');
  // The reference is taken to be right, and so is what it says of the picture's way in.
  const unmap =
    unrecorded !== undefined
      ? []
      : isOtherRaw
        ? unmapOfSides(r, c)
        : explainUnmap(r.final ?? [], c.final ?? [], { ...c.unmap, ...r.unmap });
  const isJudged = unrecorded?.isDeclared !== false;
  const audited = isJudged ? auditOf(r, c, raw) : undefined;
  const corrected = c.final === undefined ? undefined : correctedBoxes(c.final, unmap);
  const matching =
    r.final === undefined || c.final === undefined
      ? undefined
      : matchDetections(r.final, c.final, {
          ...(r.rules === undefined ? {} : { reference: r.rules }),
          ...(c.rules === undefined ? {} : { candidate: c.rules }),
          ...(corrected === undefined ? {} : { corrected }),
          ...(unmap[0] === undefined ? {} : { correction: unmap[0].text }),
          ...(audited === undefined ? {} : { because: audited.because }),
        });
  const base = headBase(spec, known, stateOf(raw, matching, r.final, c.final));
  const shown = (all: readonly Detection[]): readonly Detection[] =>
    [...all].sort((a, b) => b.score - a.score).slice(0, MOST_SHOWN);
  const parts = [raw?.told.text, unrecorded?.text, matching?.text, unmap[0]?.text, audited?.audit.text];
  return {
    kind: 'detection',
    ...base,
    // What already differs before suppression is no fault of the output stage, unless that has one of its own.
    decides:
      base.decides &&
      isJudged &&
      matching !== undefined &&
      (!isOtherRaw || unmap.length > 0 || audited?.audit.state === 'explained'),
    ...(raw === undefined ? {} : { raw: raw.told }),
    ...(r.final === undefined || c.final === undefined
      ? {}
      : { final: { reference: shown(r.final), candidate: shown(c.final) } }),
    ...(matching === undefined ? {} : { matching }),
    unmap,
    ...(audited === undefined ? {} : { nms: audited.audit }),
    text: `${headName(spec, known)}: ${parts.filter((part) => part !== undefined).join('; ') || 'nothing to compare'}`,
    notes: [...new Set([...r.notes, ...c.notes, ...(audited?.notes ?? [])])],
  };
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
