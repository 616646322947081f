import { LayerdiffError, printable } from '../../shared/errors.ts';
import type { HeadKind, HeadSettings, HeadSpec, OutputRole } from '../../shared/output-stage.ts';
import { checkSettings } from './head-settings.ts';

/** Which outputs each kind of head has; the first is the one whose name may stand alone. */
const ROLES: Readonly<Record<HeadKind, readonly OutputRole[]>> = {
  detection: ['raw', 'boxes', 'scores', 'labels', 'count', 'detections'],
  classification: ['logits'],
  segmentation: ['masks'],
  embedding: ['features'],
};

const WAY_OUT =
  'write KIND:ROLE=OUTPUT,…,SETTING=VALUE,…, such as detection:boxes=boxes,scores=scores,format=xyxy,score=0.25,iou=0.65,max=100 or classification:logits';

/**
 * `--head SPEC`: the kind, then outputs by their roles and settings, with commas between them. A name alone is the
 * output of the kind's first role; names with a comma or an equals sign stand in double quotes; `reference.` or
 * `candidate.` before a setting limits it to one side; two numbers have a colon between them (image-size=720:1280).
 * @throws LayerdiffError bad-request
 */
export function parseHead(spec: string): HeadSpec {
  const place = `--head ${spec}`;
  const colon = spec.indexOf(':');
  const kind = (colon < 0 ? spec : spec.slice(0, colon)).trim();
  if (!isKind(kind)) {
    throw new LayerdiffError('bad-request', `${printable(kind) || 'nothing'} is no kind of head`, {
      place,
      wayOut: `kinds are ${Object.keys(ROLES).join(', ')}`,
    });
  }
  const outputs: Partial<Record<OutputRole, string>> = {};
  const settings: Record<'both' | 'reference' | 'candidate', [string, HeadSettings[string]][]> = {
    both: [],
    reference: [],
    candidate: [],
  };
  for (const part of partsOf(colon < 0 ? '' : spec.slice(colon + 1), place)) {
    const { key, value } = part;
    const role = ROLES[kind].find((one) => one === (key ?? ROLES[kind][0]));
    if (value === '')
      throw new LayerdiffError('bad-request', `${printable(key ?? 'a name')} is empty`, {
        place,
        wayOut: WAY_OUT,
      });
    if (role !== undefined) {
      if (outputs[role] !== undefined) {
        throw new LayerdiffError('bad-request', `${role} is given twice`, { place, wayOut: WAY_OUT });
      }
      outputs[role] = value;
      continue;
    }
    const [, side, name] = /^(?:(reference|candidate)\.)?(.*)$/s.exec(key ?? '') ?? [];
    settings[side === 'reference' || side === 'candidate' ? side : 'both'].push([name ?? '', valueOf(value)]);
  }
  checkOutputs(kind, outputs, place);
  const [both, reference, candidate] = [settings.both, settings.reference, settings.candidate].map(
    (entries) => {
      const record = Object.fromEntries(entries);
      checkSettings(record, place);
      return record;
    },
  );
  return {
    kind,
    outputs,
    settings: both ?? {},
    ...(settings.reference.length === 0 || reference === undefined ? {} : { reference }),
    ...(settings.candidate.length === 0 || candidate === undefined ? {} : { candidate }),
  };
}

function isKind(kind: string): kind is HeadKind {
  return Object.hasOwn(ROLES, kind);
}

interface Part {
  readonly key: string | undefined;
  readonly value: string;
}

const PART = /\s*(?:([^=,"]+?)\s*=\s*)?(?:"([^"]*)"|([^,"]*?))\s*(?:,|$)/sy;

function partsOf(text: string, place: string): Part[] {
  const parts: Part[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const start = PART.lastIndex;
    const found = PART.exec(text);
    if (found === null) {
      throw new LayerdiffError('bad-request', `cannot read ${printable(text.slice(start))}`, {
        place,
        wayOut: WAY_OUT,
      });
    }
    parts.push({ key: found[1], value: found[2] ?? found[3] ?? '' });
  }
  return parts;
}

function valueOf(text: string): HeadSettings[string] {
  if (text === 'true' || text === 'false') return text === 'true';
  const numbers = text.split(':').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!numbers.every(Number.isFinite)) return text;
  return numbers.length === 1 ? (numbers[0] ?? NaN) : numbers;
}

function checkOutputs(kind: HeadKind, outputs: Partial<Record<OutputRole, string>>, place: string): void {
  const { raw, boxes, scores, detections, count, labels } = outputs;
  const problem =
    kind !== 'detection'
      ? Object.keys(outputs).length === 0
        ? `which output is the ${ROLES[kind][0] ?? ''}?`
        : undefined
      : (boxes === undefined) !== (scores === undefined)
        ? 'boxes and scores belong together'
        : [raw, boxes, detections].filter((name) => name !== undefined).length > 1
          ? 'raw, boxes and detections exclude each other'
          : boxes === undefined && (count ?? labels) !== undefined
            ? 'labels and count belong to boxes and scores'
            : undefined;
  if (problem !== undefined) throw new LayerdiffError('bad-request', problem, { place, wayOut: WAY_OUT });
}
