import { describe, expect, test } from 'vitest';
import { kindText, verdictSentence } from '../../../src/renderer/i18n/verdict.ts';
import type { Report, Site, VerdictKind } from '../../../src/shared/report.ts';
import { VERDICT_KINDS } from '../../../src/shared/report.ts';

const SITE: Site = {
  nodes: ['/up/Resize'],
  node: '/up/Resize',
  narrowedBy: undefined,
  opType: 'Resize',
  tensor: 't',
  scope: 'up',
  kind: 'introduced',
  local: 0.459,
  tolerance: 1e-5,
  excess: 40700,
  sample: 0,
  contribution: [],
  structure: [],
  cause: undefined,
  evidence: [],
};
const CAUSE = { kind: 'resize-mode', text: 'in English', fix: '', confirm: '' } as const;
const RIGHT = {
  ...CAUSE,
  experiment: {
    node: '/up/Resize',
    setting: 'mode=linear',
    before: 0.459,
    error: 1e-7,
    reproduces: true,
    alternatives: [],
    text: '',
  },
};

interface Told {
  readonly kinds: readonly VerdictKind[];
  readonly sites?: readonly Site[];
  readonly sentence?: string;
  readonly detail?: string;
  readonly more?: object;
}

function reportOf({ kinds, sites = [], sentence = 'in English.', detail = '', more = {} }: Told): Report {
  return {
    verdict: { kind: kinds[0], kinds, detail, sentence, sites, next: [] },
    coverage: { pairedEntries: 3, compared: 3, graphOutputs: { total: 2, compared: 2 } },
    inputs: [],
    inputStage: { prompts: [] },
    outputStage: { heads: [] },
    weights: { of: 10, differing: [] },
    outputs: [{ name: 'y', relativeL2: 3e-7 }],
    amplifiers: [],
    growth: undefined,
    observer: { level: 'all', relativeL2: 0.25, repeat: undefined, passes: undefined },
    ...more,
  } as unknown as Report;
}

const zh = (told: Told): string => verdictSentence(reportOf(told), 'zh-CN');

test('every kind has a name in Chinese, its own in English', () => {
  for (const kind of VERDICT_KINDS) {
    expect(kindText(kind, 'zh-CN')).toMatch(/^\p{Script=Han}+$/u);
    expect(kindText(kind, 'en')).toBe(kind);
  }
});

test('English is the report’s', () => {
  expect(verdictSentence(reportOf({ kinds: ['no-fault'] }), 'en')).toBe('in English.');
});

describe('in Chinese from what the report states as data', () => {
  const weights = (count: number): object => ({
    weights: {
      of: 4,
      differing: Array.from({ length: count }, (_, index) => ({ parameter: `w${index}` })),
    },
  });
  test.each<readonly [string, Told, string]>([
    [
      'one site and the setting that is right',
      { kinds: ['introduced'], sites: [{ ...SITE, cause: RIGHT }] },
      '误差在 Resize /up/Resize（up）引入，自身误差 0.459，为容差的 40700 倍；在 /up/Resize 设置 mode=linear 后与参考一致，误差 1e-7。',
    ],
    [
      'one site and a likely cause',
      { kinds: ['introduced'], sites: [{ ...SITE, cause: { ...CAUSE, experiment: undefined } }] },
      '误差在 Resize /up/Resize（up）引入，自身误差 0.459，为容差的 40700 倍；可能的原因：该节点的采样坐标与 PyTorch 不同。',
    ],
    [
      'several sites, one a stretch',
      {
        kinds: ['introduced'],
        sites: [
          { ...SITE, cause: RIGHT },
          { ...SITE, node: undefined, nodes: ['a', 'b'], scope: '' },
        ],
        more: { amplifiers: [{ tensor: 'c', node: '/c', gain: 3.7 }] },
      },
      '误差在 2 处引入：Resize /up/Resize（up；mode=linear 时正确）、t 之前的 2 个节点之一；放大最多处 /c（×3.7）。',
    ],
    [
      'a pass of the optimizer',
      {
        kinds: ['introduced'],
        more: { observer: { level: 'all', relativeL2: 0.25, passes: ['GeluFusion'] } },
      },
      '运行时的优化器改变了输出（相对 L2 0.25）：级别 all 下的 GeluFusion；去掉后与本次运行一致。',
    ],
    [
      'no pass of the optimizer',
      { kinds: ['introduced'], more: { observer: { level: 'all', relativeL2: 0.25, passes: [] } } },
      '原始模型在优化级别 all 下的输出与本次运行不同（相对 L2 0.25），且没有任何优化步骤能解释：运行时在不被观察时另行计算。',
    ],
    [
      'two runs that differ',
      { kinds: ['nondeterministic'], more: { observer: { repeat: { equal: false, relativeL2: 0.5 } } } },
      '相同输入运行两次结果不同（相对 L2 0.5）：模型中有随机数。',
    ],
    ['two weights', { kinds: ['weights-differ'], more: weights(2) }, '权重与录制时不同：w0、w1。'],
    [
      'another checkpoint',
      { kinds: ['weights-differ'], more: weights(4) },
      '这不是录制时的检查点（EMA、融合或过期的权重？）：4 个权重中有 4 个不同，w0、w1 等 4 项。',
    ],
    [
      'a missing operation',
      {
        kinds: ['missing-operation'],
        sites: [{ ...SITE, kind: 'missing-operation', scope: 'between pre and post' }],
      },
      'PyTorch 做了计算图中没有的运算：pre 与 post 之间。',
    ],
    [
      'other inputs',
      {
        kinds: ['input-differs'],
        more: {
          inputs: [
            {
              name: 'x',
              differs: true,
              difference: { unequal: 0.5, maxAbs: 2 },
              explanation: { best: { steps: [{ kind: 'pad-value' }, { kind: 'filter' }] } },
              steps: [],
            },
            { name: 'same', differs: false, difference: { unequal: 0, maxAbs: 0 }, steps: [] },
          ],
          inputStage: { prompts: [{ tensor: 'guide', steps: [{ kind: 'shortened' }] }] },
        },
      },
      '第一个节点之前输入已不同：x（最大相差 2）：填充值、缩放滤波；计算图中的提示与 PyTorch 不同：guide：末尾缺少提示；节点按 PyTorch 得到的输入判定。',
    ],
    [
      'nothing to compare',
      {
        kinds: ['not-comparable'],
        more: { coverage: { pairedEntries: 0, compared: 0, graphOutputs: { total: 2, compared: 0 } } },
      },
      '无法比较：模型中没有一个张量能与参考配对。',
    ],
    [
      'outputs that were not recorded',
      {
        kinds: ['not-comparable'],
        more: { coverage: { pairedEntries: 3, compared: 3, graphOutputs: { total: 2, compared: 1 } } },
      },
      '无法比较：2 个图输出中只有 1 个可比，请同时录制模型的输出。',
    ],
    ['equal', { kinds: ['no-fault'], detail: 'equal' }, '没有错误：输出逐位相等。'],
    [
      'rounding in a part of the model',
      { kinds: ['no-fault'], detail: 'noise', sentence: 'no fault in 3 of 9 nodes: this is float rounding.' },
      '没有错误（9 个节点中的 3 个）：这是浮点舍入，输出处相对 L2 误差至多 3e-7。',
    ],
    [
      'rounding that grows',
      {
        kinds: ['no-fault'],
        detail: 'noise',
        more: { growth: { output: 'y', steps: 24, relative: 1.31, absolute: 1.5, values: 1.15 } },
      },
      '没有错误：这是浮点舍入，输出处相对 L2 误差至多 3e-7；经过 24 层，绝对误差每层 ×1.5，相对误差每层 ×1.3。',
    ],
    [
      'rounding that grows as the values do',
      {
        kinds: ['no-fault'],
        detail: 'noise',
        more: { growth: { output: 'y', steps: 24, relative: 1, absolute: 1.5, values: 1.5 } },
      },
      '没有错误：这是浮点舍入，输出处相对 L2 误差至多 3e-7；经过 24 层，绝对误差每层 ×1.5（数值同样增长），相对误差每层 ×1.0。',
    ],
    [
      'steady rounding',
      {
        kinds: ['no-fault'],
        detail: 'noise',
        more: { growth: { output: 'y', steps: 24, relative: 1.01, absolute: 1.02, values: 1 } },
      },
      '没有错误：这是浮点舍入，输出处相对 L2 误差至多 3e-7。',
    ],
    [
      'without inputs',
      {
        kinds: ['no-fault'],
        detail: 'equal',
        sentence:
          'no inputs: own errors only, 5 of 7 stretches; no fault: the outputs are equal, bit for bit.',
      },
      '没有输入：只判定自身误差，7 段中的 5 段；没有错误：输出逐位相等。',
    ],
  ])('%s', (_, told, sentence) => {
    expect(zh(told)).toBe(sentence);
  });
});

test('reasons that the report has only as a sentence are shown as it has them', () => {
  expect(zh({ kinds: ['precision-loss'], sentence: 'TF32 moves it.' })).toBe('精度损失。（TF32 moves it.）');
  expect(zh({ kinds: ['input-differs', 'output-stage-differs'], sentence: 'A; b.' })).toMatch(
    /输出阶段不同。（A; b\.）$/,
  );
});

test('names from a file cannot turn the sentence around', () => {
  expect(zh({ kinds: ['introduced'], sites: [{ ...SITE, node: 'n\u202e' }] })).toContain('n\\u202e');
});
