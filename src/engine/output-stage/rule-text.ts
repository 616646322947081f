import { formatNumber } from '../../shared/format.ts';
import type { NmsRuleName, NmsRuleValue } from '../../shared/output-stage.ts';

/** What a rule is called in a sentence. */
export const RULE_NAMES: Readonly<Record<NmsRuleName, string>> = {
  semantics: 'how classes suppress each other',
  classOffset: 'offset between classes',
  labelMode: 'labels of a box',
  boxFormat: 'box format',
  sortsCorners: 'swapped corners',
  halfPixel: 'width of a box',
  unmapBefore: 'place of un-mapping',
  clipBefore: 'place of clipping',
  scoreThreshold: 'score threshold',
  scoreStrict: 'scores on the threshold',
  preTopK: 'candidates before suppression',
  iouThreshold: 'IoU threshold',
  iouStrict: 'IoU on the threshold',
  iouThresholdDtype: 'dtype of the IoU threshold',
  tieOrder: 'order of equal scores',
  maxPerClass: 'most boxes a class',
  maxTotal: 'most boxes in all',
  finalScoreThreshold: 'score threshold after suppression',
};

const YES_NO: Readonly<Partial<Record<NmsRuleName, readonly [yes: string, no: string]>>> = {
  sortsCorners: ['are put in order', 'are taken as they are'],
  halfPixel: ['x2 − x1 + 1', 'x2 − x1'],
  unmapBefore: ['before suppression', 'after suppression'],
  clipBefore: ['before suppression', 'after suppression'],
  scoreStrict: ['are dropped (>)', 'are kept (≥)'],
  iouStrict: ['keeps the box (>)', 'suppresses the box (≥)'],
};

const WORDS: Readonly<Record<string, string>> = {
  'per-class': 'within each class',
  'class-offset': 'classes moved apart by an offset',
  'class-agnostic': 'across classes',
  'multi-label': 'every class above the threshold',
  'single-label': 'the best class only',
  'largest-coordinate': 'largest coordinate + 1',
  index: 'lower index first',
  'reverse-index': 'higher index first',
};

export function ruleValueText(rule: NmsRuleName, value: NmsRuleValue): string {
  if (typeof value === 'boolean') {
    const words = YES_NO[rule];
    return words === undefined ? String(value) : words[value ? 0 : 1];
  }
  if (typeof value === 'number') return formatNumber(value);
  return WORDS[value] ?? value;
}

/** `between 0.62 and 0.66`, `at least 300`, `exactly 100`. */
export function intervalText(
  { low, high }: { readonly low?: number; readonly high?: number },
  value: NmsRuleValue,
  rule: NmsRuleName,
): string {
  if (low !== undefined && low === high) return `${value === 'none' ? 'at least' : 'exactly'} ${fine(low)}`;
  if (low !== undefined && high !== undefined) return `between ${fine(low)} and ${fine(high)}`;
  if (low !== undefined) return `at least ${fine(low)}`;
  if (high !== undefined) return `${rule === 'iouThreshold' ? 'at most' : 'below'} ${fine(high)}`;
  return ruleValueText(rule, value);
}

/** Ends of an interval may be close to each other. */
function fine(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}
