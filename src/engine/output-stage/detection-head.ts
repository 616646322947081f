import { formatList, plural } from '../../shared/format.ts';
import type {
  Detection,
  DetectionHead,
  DetectionMatch,
  DetectionMatching,
  HeadSettings,
  HeadSpec,
  HeadState,
  NmsAudit,
  NmsRules,
  RawCandidate,
} from '../../shared/output-stage.ts';
import type { NmsSide } from './audit-nms.ts';
import { auditNms } from './audit-nms.ts';
import { cornersOf } from './corners.ts';
import { correctedBoxes } from './corrected-boxes.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import type { FinalTensors } from './detection-tensors.ts';
import { boxAt, detectorOutput, finalDetections } from './detection-tensors.ts';
import { explainUnmap } from './explain-unmap.ts';
import { headBase, headName } from './head-base.ts';
import { readSettings } from './head-settings.ts';
import type { UnmapContext } from './letterbox.ts';
import { letterboxOf } from './letterbox.ts';
import { locateKept } from './locate-kept.ts';
import { matchDetections } from './match-detections.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { labelAt, rawShape } from './raw-boxes.ts';
import type { RawDifference } from './raw-difference.ts';
import { rawDifference } from './raw-difference.ts';
import { keptPlaces } from './rule-differences.ts';
import { ArenaMaker } from './suppress.ts';
import type { NamedTensor } from './tensor-numbers.ts';
import { unmapOfSides } from './unmap-of-sides.ts';

const MOST_SHOWN = 1000;

/** What is known of one side's detector. */
export interface DetectorSide {
  readonly outputs: readonly NamedTensor[];
  readonly final?: FinalTensors;
  readonly settings?: HeadSettings;
}

interface ReadSide {
  readonly raw?: RawBoxes;
  readonly final?: readonly Detection[];
  /** All rules, where the final detections were computed from the raw boxes with them. */
  readonly applied?: NmsRules;
  /** Declared rules; `undefined` where nothing about thresholds or caps was declared. */
  readonly rules?: Partial<NmsRules>;
  readonly format: Partial<NmsRules>;
  readonly unmap: UnmapContext;
  readonly notes: readonly string[];
}

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
  const r = readSide(spec, reference, 'reference');
  const c = readSide(spec, candidate, 'candidate');
  const raw = r.raw === undefined || c.raw === undefined ? undefined : rawDifference(r.raw, c.raw);
  const hasRaw = r.raw !== undefined && c.raw !== undefined;
  const isOtherRaw = hasRaw && (raw === undefined || raw.state === 'differs');
  // The reference is taken to be right, and so is what it says of the picture's way in.
  const unmap = isOtherRaw
    ? unmapOfSides(r, c)
    : explainUnmap(r.final ?? [], c.final ?? [], { ...c.unmap, ...r.unmap });
  const audited = auditOf(r, c, raw);
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
  const parts = [raw?.told.text, matching?.text, unmap[0]?.text, audited?.audit.text];
  return {
    kind: 'detection',
    ...base,
    // What already differs before suppression is no fault of the output stage, unless that has one of its own.
    decides:
      base.decides &&
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

function readSide(spec: HeadSpec, side: DetectorSide, name: 'reference' | 'candidate'): ReadSide {
  const settings = readSettings({ ...spec.settings, ...spec[name], ...side.settings });
  const output = detectorOutput(spec, side.outputs, name, settings.objectness);
  const { unmap } = settings;
  const letterbox = letterboxOf(unmap);
  const mapping =
    letterbox === undefined && unmap.imageSize === undefined && unmap.inputSize === undefined
      ? undefined
      : { scale: [1, 1] as const, pad: [0, 0] as const, ...letterbox, ...unmap };
  const raw = output.raw === undefined || mapping === undefined ? output.raw : { ...output.raw, mapping };
  const format = { boxFormat: settings.rules.boxFormat ?? output.format };
  const isDeclared = Object.keys(settings.rules).some((rule) => rule !== 'boxFormat');
  const rules = isDeclared ? { ...settings.rules, ...format } : undefined;
  const given = side.final === undefined ? output.final : finalDetections(side.final, name);
  const applied =
    given !== undefined || raw === undefined || rules === undefined
      ? undefined
      : { ...DEFAULT_RULES, ...rules };
  const final = raw === undefined || applied === undefined ? given : simulated(raw, applied);
  return {
    ...(raw === undefined ? {} : { raw }),
    ...(final === undefined ? {} : { final }),
    ...(applied === undefined ? {} : { applied }),
    ...(rules === undefined ? {} : { rules }),
    format,
    unmap,
    notes: [
      ...output.notes,
      ...settings.ignored,
      ...(applied !== undefined
        ? [`final detections of the ${name} were computed here, from its raw boxes and the declared settings`]
        : []),
    ],
  };
}

/** What the rules make of the raw boxes, in the picture where the mapping is known. */
function simulated(raw: RawBoxes, rules: NmsRules): Detection[] {
  const { columns } = rawShape(raw);
  const corners = cornersOf(raw, { ...rules, unmapBefore: raw.mapping !== undefined, clipBefore: true });
  return [...keptPlaces(new ArenaMaker(raw, -Infinity), rules)].map((place) => ({
    box: boxAt(corners, 4 * Math.floor(place / columns)),
    score: raw.scores[place] ?? NaN,
    label: labelAt(raw, columns, place),
  }));
}

interface Audited {
  readonly audit: NmsAudit;
  readonly because: (detection: Detection, side: 'reference' | 'candidate') => DetectionMatch['because'];
  readonly notes: readonly string[];
}

/** Where raw boxes are known and both sides have rules or final detections. */
function auditOf(r: ReadSide, c: ReadSide, difference: RawDifference | undefined): Audited | undefined {
  const raw = r.raw ?? c.raw;
  const isKnown = [r, c].every(({ rules, final }) => rules !== undefined || final !== undefined);
  if (raw === undefined || !isKnown) return undefined;
  const located = [r, c].map((side) =>
    side.final === undefined
      ? undefined
      : locateKept(side.final, side.raw ?? raw, { ...side.rules, ...side.format }),
  );
  const lost = (['reference', 'candidate'] as const).filter(
    (_, index) => located[index]?.includes(undefined) === true,
  );
  const sideOf = (side: ReadSide, kept: (typeof located)[number]): NmsSide => {
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
function rulesOf(raw: RawBoxes, reference: NmsSide, declared: Partial<NmsRules>): NmsRules | undefined {
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
