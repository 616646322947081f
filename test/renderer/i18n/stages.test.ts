import { describe, expect, test } from 'vitest';
import { headCauses, headSummary } from '../../../src/renderer/i18n/head.ts';
import { fateText, ruleNames, ruleValue } from '../../../src/renderer/i18n/nms.ts';
import type { DetectionHead, HeadReport, NmsFate, NmsRules } from '../../../src/shared/output-stage.ts';

const BASE = {
  outputs: ['out'],
  known: 'declared',
  state: 'differs',
  decides: true,
  text: 'the report’s own sentence',
  notes: [],
} as const;

const NOTHING = { matched: 0, moved: 0, rescored: 0, relabelled: 0, missing: 0, extra: 0 };

function detection(more: Partial<DetectionHead>): DetectionHead {
  return { ...BASE, kind: 'detection', unmap: [], ...more };
}

function matching(counts: Partial<typeof NOTHING>): NonNullable<DetectionHead['matching']> {
  return {
    matches: [],
    counts: { ...NOTHING, ...counts },
    of: { reference: 18, candidate: 14 },
    text: '',
    notes: [],
  };
}

describe('a head in one line', () => {
  test.each<readonly [head: HeadReport, en: string, zh: string]>([
    [detection({}), 'the report’s own sentence', 'the report’s own sentence'],
    [
      detection({ matching: matching({ moved: 10, missing: 8, extra: 4 }) }),
      '18 in PyTorch, 14 deployed: 8 missing, 4 extra, 10 moved',
      'PyTorch 18 个，部署侧 14 个：缺失 8，多出 4，移位 10',
    ],
    [detection({ matching: matching({}) }), '18 in PyTorch, 14 deployed', 'PyTorch 18 个，部署侧 14 个'],
    [
      {
        ...BASE,
        kind: 'classification',
        rows: 64,
        classes: 10,
        top1: 0.96875,
        changed: [],
        changedCount: 2,
      },
      'the first class is another in 2 of 64 rows',
      '64 行中有 2 行的首位类别不同',
    ],
    [
      {
        ...BASE,
        kind: 'segmentation',
        pixels: 4096,
        changed: 31,
        nearBorder1: 1,
        nearBorder2: 1,
        allNearBorder1: 0,
        allNearBorder2: 0,
        classes: [],
      },
      '31 of 4096 pixels have another label',
      '4096 个像素中有 31 个标签不同',
    ],
    [
      {
        ...BASE,
        kind: 'embedding',
        rows: 5,
        dimensions: 8,
        lowestCosine: 0.25,
        meanCosine: 0.5,
        worst: [],
      },
      'cosine at least 0.25, 0.5 on average, over 5 rows',
      '5 行的余弦：最小 0.25，平均 0.5',
    ],
  ])('%#', (head, en, zh) => {
    expect([headSummary(head, 'en'), headSummary(head, 'zh-CN')]).toEqual([en, zh]);
  });

  test('causes: un-mapping, then the rules of the simplest explanation, each once', () => {
    const finding = { scale: [1, 1], offset: [0, 0], fits: 1, of: 1, text: '' } as const;
    const rule = { affected: [], affectedCount: 0, text: '' };
    const head = detection({
      unmap: [
        { ...finding, kind: 'rounded' },
        { ...finding, kind: 'rounded' },
      ],
      nms: {
        state: 'explained',
        explanations: [
          { text: '', differences: [{ ...rule, rule: 'iouThreshold', reference: 0.7, candidate: 0.6 }] },
          { text: '', differences: [{ ...rule, rule: 'boxFormat', reference: 'xyxy', candidate: 'xywh' }] },
        ],
        kept: { reference: 0, candidate: 0, both: 0 },
        steps: [],
        stepsOf: 0,
        text: '',
        notes: [],
      },
    });
    expect(headCauses(head, 'en')).toEqual(['rounded to whole pixels', 'IoU threshold']);
    expect(headCauses(head, 'zh-CN')).toEqual(['取整到整像素', 'IoU 阈值']);
  });
});

test.each<readonly [fate: NmsFate, en: string, zh: string]>([
  // Ranks count from 0 in the report, from 1 for people.
  [{ kind: 'kept', rank: 0 }, 'kept, number 1', '保留，第 1 个'],
  [{ kind: 'below-score', threshold: 0.25 }, 'score below 0.25', '得分低于 0.25'],
  [{ kind: 'not-best-label', bestLabel: 3 }, 'class 3 scores higher', '类别 3 得分更高'],
  [
    { kind: 'suppressed', by: { row: 4, label: 3 }, iou: 0.668 },
    'suppressed by 4 (IoU 0.668)',
    '被 4 抑制（IoU 0.668）',
  ],
  [{ kind: 'capped', rule: 'maxTotal', cap: 300 }, 'most boxes in all: 300', '总框数上限：300'],
  [{ kind: 'below-final-score', threshold: 0.3 }, 'final score below 0.3', '抑制后得分低于 0.3'],
  [{ kind: 'not-a-number' }, 'not a number', '不是数（NaN）'],
  [{ kind: 'unexplained' }, 'dropped, no rule says why', '被舍弃，规则无法解释'],
])('what was done with a raw box: %j', (fate, en, zh) => {
  expect([fateText(fate, 'en'), fateText(fate, 'zh-CN')]).toEqual([en, zh]);
});

/** Every value that a rule has in words. */
const VALUES: Readonly<Record<keyof NmsRules, readonly NmsRules[keyof NmsRules][]>> = {
  semantics: ['per-class', 'class-offset', 'class-agnostic'],
  classOffset: ['largest-coordinate', 7680],
  labelMode: ['multi-label', 'single-label'],
  boxFormat: ['xyxy', 'yxyx', 'xywh', 'cxcywh'],
  sortsCorners: [true, false],
  halfPixel: [true, false],
  unmapBefore: [true, false],
  clipBefore: [true, false],
  scoreThreshold: ['none', 0.001],
  scoreStrict: [true, false],
  preTopK: ['none', 30000],
  iouThreshold: [0.7],
  iouStrict: [true, false],
  iouThresholdDtype: ['float32', 'float64'],
  tieOrder: ['index', 'reverse-index'],
  maxPerClass: ['none', 100],
  maxTotal: ['none', 300],
  finalScoreThreshold: ['none', 0.25],
};

describe('rules in words', () => {
  const rules = Object.keys(VALUES) as (keyof NmsRules)[];

  test.each(rules)('%s: every value has its own text, without the program’s words', (rule) => {
    for (const language of ['en', 'zh-CN'] as const) {
      const texts = VALUES[rule].map((value) => ruleValue(rule, value, language));
      expect(new Set(texts).size).toBe(texts.length);
      expect(texts.filter((text) => /true|false|undefined|[a-z]-[a-z]/.test(text))).toEqual([]);
    }
    expect(ruleNames['zh-CN'][rule]).toMatch(/[一-鿿]/);
  });

  test('words are Chinese in Chinese', () => {
    expect(ruleValue('semantics', 'class-agnostic', 'zh-CN')).toBe('跨类抑制');
    expect(ruleValue('preTopK', 'none', 'zh-CN')).toBe('无');
    expect(ruleValue('iouStrict', false, 'zh-CN')).toBe('抑制（≥）');
    expect(ruleValue('iouStrict', false, 'en')).toBe('box goes (≥)');
    expect(ruleValue('maxTotal', 300, 'zh-CN')).toBe('300');
  });
});
