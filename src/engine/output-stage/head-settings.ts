import { LayerdiffError, printable } from '../../shared/errors.ts';
import { formatList } from '../../shared/format.ts';
import type { HeadSettings, NmsRuleName, NmsRules } from '../../shared/output-stage.ts';
import { BOX_FORMATS } from '../../shared/output-stage.ts';
import type { UnmapContext } from './letterbox.ts';

/** What settings say, each under one name. */
export interface ReadSettings {
  readonly rules: Partial<NmsRules>;
  readonly unmap: UnmapContext;
  /** Whether scores of one tensor are multiplied by an objectness in front of them. */
  readonly objectness?: boolean;
  /** One clause for each setting that says nothing here: another name, or a value that does not fit. */
  readonly ignored: readonly string[];
}

type Value = HeadSettings[string];
type Reader = (value: Value) => NmsRules[NmsRuleName] | undefined;

const number: Reader = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
const share: Reader = (value) => (typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined);
const orNone =
  (read: Reader): Reader =>
  (value) =>
    value === 'none' ? 'none' : read(value);
const count: Reader = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
const flag: Reader = (value) => (typeof value === 'boolean' ? value : undefined);
const word =
  (...words: readonly NmsRules[NmsRuleName][]): Reader =>
  (value) =>
    words.find((one) => one === value);

const LABEL_MODE = word('multi-label', 'single-label');

/** Names as they are typed: short ones first. */
const RULE_SETTINGS: Readonly<Record<string, readonly [NmsRuleName, Reader]>> = {
  score: ['scoreThreshold', orNone(number)],
  iou: ['iouThreshold', share],
  max: ['maxTotal', orNone(count)],
  format: ['boxFormat', word(...BOX_FORMATS)],
  semantics: ['semantics', word('per-class', 'class-offset', 'class-agnostic')],
  labels_of_a_box: [
    'labelMode',
    // `multi_label=True`, as configurations of detectors have it.
    (value) => (typeof value === 'boolean' ? (value ? 'multi-label' : 'single-label') : LABEL_MODE(value)),
  ],
  max_per_class: ['maxPerClass', orNone(count)],
  pre_topk: ['preTopK', orNone(count)],
  final_score: ['finalScoreThreshold', orNone(number)],
  class_offset: ['classOffset', (value) => (value === 'largest-coordinate' ? value : number(value))],
  sorts_corners: ['sortsCorners', flag],
  half_pixel: ['halfPixel', flag],
  unmap_before: ['unmapBefore', flag],
  clip_before: ['clipBefore', flag],
  score_strict: ['scoreStrict', flag],
  iou_strict: ['iouStrict', flag],
  iou_dtype: ['iouThresholdDtype', word('float32', 'float64')],
  tie_order: ['tieOrder', word('index', 'reverse-index')],
};

/** Long names of the same, as configurations of detectors spell them. */
const ALIASES: Readonly<Record<string, string>> = {
  score_threshold: 'score',
  score_thr: 'score',
  conf: 'score',
  iou_threshold: 'iou',
  iou_thr: 'iou',
  max_total: 'max',
  max_det: 'max',
  final_max: 'max',
  max_per_img: 'max',
  box_format: 'format',
  label_mode: 'labels_of_a_box',
  pre_top_k: 'pre_topk',
  nms_pre: 'pre_topk',
  pre_max: 'pre_topk',
  multi_label: 'labels_of_a_box',
  final_score_threshold: 'final_score',
  iou_threshold_dtype: 'iou_dtype',
};

/** Names of all settings, for a message. */
export const SETTING_NAMES: readonly string[] = [
  ...Object.keys(RULE_SETTINGS),
  'image_size',
  'input_size',
  'scale',
  'pad',
  'objectness',
];

/**
 * Sizes are height and width, as shapes are; scale and pad one number, or that of x and that of y; a pad also all four
 * sides. Of several caps on one number of boxes the smallest counts.
 */
export function readSettings(settings: HeadSettings): ReadSettings {
  const rules: Partial<Record<NmsRuleName, NmsRules[NmsRuleName]>> = {};
  const unmap: { -readonly [Key in keyof UnmapContext]: UnmapContext[Key] } = {};
  const ignored: string[] = [];
  let objectness: boolean | undefined;
  for (const [typed, value] of Object.entries(settings)) {
    const spelled = typed.toLowerCase().replaceAll('-', '_');
    const name = Object.hasOwn(ALIASES, spelled) ? (ALIASES[spelled] ?? spelled) : spelled;
    const rule = Object.hasOwn(RULE_SETTINGS, name) ? RULE_SETTINGS[name] : undefined;
    const pair = pairOf(value);
    const read = rule?.[1](value);
    if (rule !== undefined && read !== undefined) rules[rule[0]] = smaller(rules[rule[0]], read);
    else if ((name === 'image_size' || name === 'input_size') && pair?.every((size) => size > 0) === true)
      unmap[name === 'image_size' ? 'imageSize' : 'inputSize'] = [pair[1], pair[0]];
    else if (name === 'scale' && pair?.every((factor) => factor > 0) === true) unmap.scale = pair;
    else if (name === 'pad' && padOf(value) !== undefined) unmap.pad = padOf(value) ?? [0, 0];
    else if (name === 'objectness' && typeof value === 'boolean') objectness = value;
    else if (rule === undefined && !SETTING_NAMES.includes(name))
      ignored.push(`the setting ${printable(typed)} is not known`);
    else ignored.push(`the setting ${printable(typed)} cannot be ${printable(String(value))}`);
  }
  return {
    rules: rules as Partial<NmsRules>,
    unmap,
    ...(objectness === undefined ? {} : { objectness }),
    ignored,
  };
}

function smaller(
  before: NmsRules[NmsRuleName] | undefined,
  read: NmsRules[NmsRuleName],
): NmsRules[NmsRuleName] {
  return typeof before === 'number' && typeof read === 'number' ? Math.min(before, read) : read;
}

/** One number, those of x and y, or mmyolo's pad_param: top, bottom, left, right. */
function padOf(value: Value): readonly [number, number] | undefined {
  if (typeof value !== 'object' || value.length !== 4) return pairOf(value);
  const [top, , left] = value;
  return pairOf([left ?? NaN, top ?? NaN]);
}

function pairOf(value: Value): readonly [number, number] | undefined {
  const list = typeof value === 'number' ? [value, value] : value;
  if (typeof list !== 'object' || list.length !== 2) return undefined;
  const [a = NaN, b = NaN] = list;
  return Number.isFinite(a) && Number.isFinite(b) ? [a, b] : undefined;
}

/** @throws LayerdiffError bad-request for a setting that says nothing. */
export function checkSettings(settings: HeadSettings, place: string): void {
  const [first] = readSettings(settings).ignored;
  if (first === undefined) return;
  throw new LayerdiffError('bad-request', first, {
    place,
    wayOut: `settings are ${formatList(SETTING_NAMES, SETTING_NAMES.length)}`,
  });
}
