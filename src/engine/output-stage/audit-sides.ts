import { formatList, plural } from '../../shared/format.ts';
import type {
  Detection,
  DetectionMatch,
  NmsAudit,
  NmsRules,
  RawCandidate,
} from '../../shared/output-stage.ts';
import type { NmsSide } from './audit-nms.ts';
import { auditNms } from './audit-nms.ts';
import type { LocatedSide } from './located-sides.ts';
import type { RawBoxes } from './raw-boxes.ts';
import type { RawDifference } from './raw-difference.ts';

export interface Audited {
  readonly audit: NmsAudit;
  readonly because: (detection: Detection, side: 'reference' | 'candidate') => DetectionMatch['because'];
  readonly notes: readonly string[];
}

/** Where raw boxes are known and both sides have rules or final detections. */
export function auditOf(
  r: LocatedSide,
  c: LocatedSide,
  difference: RawDifference | undefined,
): Audited | undefined {
  const raw = r.raw ?? c.raw;
  const isKnown = [r, c].every(({ rules, final }) => rules !== undefined || final !== undefined);
  if (raw === undefined || !isKnown) return undefined;
  const located = [r.located, c.located];
  const lost = (['reference', 'candidate'] as const).filter(
    (_, index) => located[index]?.includes(undefined) === true,
  );
  const sideOf = (side: LocatedSide, kept: (typeof located)[number]): NmsSide => {
    if (side.applied !== undefined) return { rules: side.applied };
    const isWhole = kept?.includes(undefined) === false;
    return {
      ...(side.rules === undefined && !isWhole ? {} : { rules: { ...side.format, ...side.rules } }),
      ...(isWhole ? { kept: kept.filter((one) => one !== undefined) } : {}),
    };
  };
  const sides = { reference: sideOf(r, located[0]), candidate: sideOf(c, located[1]) };
  const isOther = c.raw !== undefined && (difference === undefined || difference.state === 'differs');
  const together = isOther ? undefined : auditNms({ raw, ...sides });
  const own = isOther ? rulesOf(raw, sides.reference, { ...r.format, ...r.rules }) : undefined;
  if (together === undefined && own === undefined) return undefined;
  const audit =
    together === undefined
      ? ofOtherBoxes(c.raw ?? raw, own ?? {}, sides.candidate)
      : c.raw === undefined || difference?.state === 'equal'
        ? together
        : onCandidateBoxes(c.raw, together, sides.candidate);
  const rows = new Map<Detection, RawCandidate | undefined>();
  for (const [index, side] of [r, c].entries()) {
    side.final?.forEach((detection, at) => rows.set(detection, located[index]?.[at]));
  }
  const steps = new Map(audit.steps.map((step) => [`${step.row} ${step.label}`, step]));
  const [first, ...more] = audit.explanations;
  const rule = more.length === 0 && first?.differences.length === 1 ? first.differences[0]?.rule : undefined;
  return {
    audit,
    because: (detection) => {
      const kept = rows.get(detection);
      const step = kept === undefined ? undefined : steps.get(`${kept.row} ${kept.label}`);
      if (step?.differs !== true) return undefined;
      return { ...(rule === undefined ? {} : { rule }), text: step.text };
    },
    notes:
      lost.length === 0
        ? []
        : [
            `not every detection of the ${formatList(lost)} is among the raw boxes: its rules were taken as declared`,
          ],
  };
}

/**
 * All rules of the reference, those that it did not declare by what it kept of its own boxes; undefined where none that
 * were tried give that.
 */
export function rulesOf(
  raw: RawBoxes,
  reference: NmsSide,
  declared: Partial<NmsRules>,
): NmsRules | undefined {
  const { state, rules } = auditNms({ raw, reference, candidate: { rules: declared } });
  return state === 'equal' || state === 'explained' ? rules?.reference : undefined;
}

/** The reference's rules against what the candidate kept of its own raw boxes, which are quite other ones. */
function ofOtherBoxes(raw: RawBoxes, rules: Partial<NmsRules>, candidate: NmsSide): NmsAudit {
  const audit = auditNms({ raw, reference: { rules }, candidate });
  const note = "the raw boxes differ: the rules of both sides were applied to the candidate's";
  const told = { ...audit, notes: [...audit.notes, note] };
  if (audit.state !== 'equal') return told;
  return {
    ...told,
    text: `the same rules give both: of the candidate's raw boxes the reference's rules keep the same ${plural(audit.kept.both, 'box', 'boxes')}`,
  };
}

/**
 * Where raw boxes differ as well, what is near a threshold falls on another side of it without any rule being another:
 * the reference's rules are held against what the candidate kept of its own boxes.
 */
function onCandidateBoxes(raw: RawBoxes, together: NmsAudit, candidate: NmsSide): NmsAudit {
  if (together.state === 'equal' || together.rules === undefined) return together;
  const audit = auditNms({ raw, reference: { rules: together.rules.reference }, candidate });
  const note =
    "the rules of both sides were applied to the candidate's raw boxes, which are not quite the reference's";
  if (audit.state !== 'equal') return { ...audit, notes: [...audit.notes, note] };
  const { reference, candidate: other, both } = together.kept;
  return {
    ...together,
    state: 'equal',
    explanations: [],
    rules: { reference: together.rules.reference, candidate: together.rules.reference },
    text: `the same rules give both: the reference keeps ${plural(reference, 'box', 'boxes')}, the candidate ${other}, ${both} of them the same, because the raw boxes differ`,
    notes: [...audit.notes, note],
  };
}
