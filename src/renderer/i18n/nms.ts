import { formatNumber } from '../../shared/format.ts';
import type { NmsFate, NmsRuleName, NmsRuleValue } from '../../shared/output-stage.ts';
import type { Language, Translated } from './language.ts';

const names: Readonly<Record<NmsRuleName, string>> = {
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

const namesZh: typeof names = {
  semantics: '类别间的抑制方式',
  classOffset: '类别偏移量',
  labelMode: '每框的标签数',
  boxFormat: '框格式',
  sortsCorners: '角点颠倒时',
  halfPixel: '框宽的算法',
  unmapBefore: '还原坐标的位置',
  clipBefore: '裁剪到图内的位置',
  scoreThreshold: '得分阈值',
  scoreStrict: '得分等于阈值时',
  preTopK: '抑制前的候选数上限',
  iouThreshold: 'IoU 阈值',
  iouStrict: 'IoU 等于阈值时',
  iouThresholdDtype: 'IoU 阈值的数据类型',
  tieOrder: '同分时的顺序',
  maxPerClass: '每类框数上限',
  maxTotal: '总框数上限',
  finalScoreThreshold: '抑制后的得分阈值',
};

/** What a rule of suppression is called. */
export const ruleNames: Translated<typeof names> = { en: names, 'zh-CN': namesZh };

type YesNo = Readonly<Partial<Record<NmsRuleName, readonly [yes: string, no: string]>>>;

const YES_NO: Translated<YesNo> = {
  en: {
    sortsCorners: ['put in order', 'taken as they are'],
    halfPixel: ['x2 − x1 + 1', 'x2 − x1'],
    unmapBefore: ['before suppression', 'after suppression'],
    clipBefore: ['before suppression', 'after suppression'],
    scoreStrict: ['dropped (>)', 'kept (≥)'],
    iouStrict: ['box stays (>)', 'box goes (≥)'],
  },
  'zh-CN': {
    sortsCorners: ['重新排序', '按原样'],
    halfPixel: ['x2 − x1 + 1', 'x2 − x1'],
    unmapBefore: ['抑制之前', '抑制之后'],
    clipBefore: ['抑制之前', '抑制之后'],
    scoreStrict: ['舍弃（>）', '保留（≥）'],
    iouStrict: ['保留（>）', '抑制（≥）'],
  },
};

const WORDS: Translated<Readonly<Partial<Record<string, string>>>> = {
  en: {
    'per-class': 'within each class',
    'class-offset': 'classes moved apart by an offset',
    'class-agnostic': 'across classes',
    'multi-label': 'every class above the threshold',
    'single-label': 'the best class only',
    'largest-coordinate': 'largest coordinate + 1',
    index: 'lower index first',
    'reverse-index': 'higher index first',
    none: 'none',
  },
  'zh-CN': {
    'per-class': '类内抑制',
    'class-offset': '按类别偏移后抑制',
    'class-agnostic': '跨类抑制',
    'multi-label': '过阈值的所有类别',
    'single-label': '仅最高类别',
    'largest-coordinate': '最大坐标 + 1',
    index: '小序号在前',
    'reverse-index': '大序号在前',
    none: '无',
  },
};

/** A value of a rule, as a person would say it. */
export function ruleValue(rule: NmsRuleName, value: NmsRuleValue, language: Language): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return YES_NO[language][rule]?.[value ? 0 : 1] ?? String(value);
  return WORDS[language][value] ?? value;
}

/** What a side did with a raw box, in a few words. */
export function fateText(fate: NmsFate, language: Language): string {
  const isEnglish = language === 'en';
  switch (fate.kind) {
    case 'kept':
      return isEnglish ? `kept, number ${fate.rank + 1}` : `保留，第 ${fate.rank + 1} 个`;
    case 'below-score':
      return isEnglish
        ? `score below ${formatNumber(fate.threshold)}`
        : `得分低于 ${formatNumber(fate.threshold)}`;
    case 'not-best-label':
      return isEnglish ? `class ${fate.bestLabel} scores higher` : `类别 ${fate.bestLabel} 得分更高`;
    case 'suppressed': {
      const iou = `IoU ${formatNumber(fate.iou)}`;
      return isEnglish ? `suppressed by ${fate.by.row} (${iou})` : `被 ${fate.by.row} 抑制（${iou}）`;
    }
    case 'capped':
      return `${ruleNames[language][fate.rule]}${isEnglish ? ': ' : '：'}${formatNumber(fate.cap)}`;
    case 'below-final-score':
      return isEnglish
        ? `final score below ${formatNumber(fate.threshold)}`
        : `抑制后得分低于 ${formatNumber(fate.threshold)}`;
    case 'not-a-number':
      return isEnglish ? 'not a number' : '不是数（NaN）';
    case 'unexplained':
      return isEnglish ? 'dropped, no rule says why' : '被舍弃，规则无法解释';
  }
}
