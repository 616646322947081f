import { describe, expect, test } from 'vitest';
import { CAUSES_ZH } from '../../../src/renderer/i18n/cause-zh.ts';
import {
  causeConfirm,
  causeFix,
  causeText,
  experimentText,
  placeName,
} from '../../../src/renderer/i18n/cause.ts';
import { settingText } from '../../../src/renderer/i18n/setting.ts';
import { explain } from '../../../src/engine/cause/index.ts';
import type { Cause, Experiment } from '../../../src/shared/cause.ts';
import { CAUSE_KINDS } from '../../../src/shared/cause.ts';
import type { Site } from '../../../src/shared/report.ts';

const HAN = /\p{Script=Han}/u;

function siteOf(more: Partial<Site>): Site {
  return {
    nodes: ['/layer/Resize'],
    node: '/layer/Resize',
    narrowedBy: undefined,
    opType: 'Resize',
    tensor: 't',
    scope: 'layer',
    kind: 'introduced',
    local: 0.5,
    tolerance: 1e-6,
    excess: 5e5,
    sample: 0,
    contribution: [],
    structure: [],
    cause: undefined,
    evidence: [],
    ...more,
  };
}

const EXPERIMENT: Experiment = {
  node: '/layer/Resize',
  setting: 'coordinate_transformation_mode=align_corners',
  before: 0.5,
  error: 1.1e-7,
  reproduces: true,
  alternatives: [],
  text: 'setting coordinate_transformation_mode=align_corners at /layer/Resize reproduces the reference to 1.1e-7',
};
const NODE = siteOf({});
const STRETCH = siteOf({ node: undefined, nodes: ['/a', '/b', '/c'] });
const MISSING = siteOf({
  kind: 'missing-operation',
  node: undefined,
  nodes: ['/pre'],
  scope: 'between pre and the output',
});

const facts = {
  opTypes: [],
  weights: [],
  experiment: undefined,
  tried: undefined,
  structures: [],
  training: undefined,
  isInTraining: false,
};

test('every kind has a text, a remedy and, but for a pattern without a cause, a check in Chinese', () => {
  expect(Object.keys(CAUSES_ZH).sort()).toEqual([...CAUSE_KINDS].sort());
  for (const kind of CAUSE_KINDS) {
    const { text, fix, confirm } = CAUSES_ZH[kind];
    expect([kind, HAN.test(fix), HAN.test(confirm)]).toEqual([kind, true, kind !== 'structure']);
    expect(text('/x/Node_7')).toContain('/x/Node_7');
  }
});

describe('a place is named by its name, or by what stands above the sentence', () => {
  test.each([
    ['one node', NODE, '/layer/Resize', 'this node', '该节点'],
    ['a stretch', STRETCH, 'the stretch of 3 nodes before t', 'this stretch', '该段'],
    ['a gap', MISSING, 'between pre and the output', 'between pre and the output', 'pre 与 输出 之间'],
  ] as const)('%s', (_, site, named, here, zh) => {
    expect(placeName(site, 'named', 'en')).toBe(named);
    expect(placeName(site, 'this', 'en')).toBe(here);
    expect(placeName(site, 'this', 'zh-CN')).toBe(zh);
  });
});

describe('the engine’s own texts', () => {
  const textOf = (
    site: Site,
    where: string,
    kind: (typeof CAUSE_KINDS)[number],
  ): readonly [string, string] => {
    const cause = explain({ ...facts, where, tried: kind })!;
    return [causeText(site, cause, 'en', 'this'), causeText(site, cause, 'zh-CN', 'this')];
  };
  test.each([
    [
      'resize-mode',
      'this node samples at other coordinates than PyTorch did',
      '该节点的采样坐标与 PyTorch 不同',
    ],
    ['transposed', 'an operand of this node is transposed', '该节点的一个操作数被转置'],
    ['swapped-operands', 'the operands of this node are swapped', '该节点的操作数次序颠倒'],
    ['overflow', 'this node leaves the range of its dtype', '该节点超出其数据类型的范围'],
  ] as const)('of one node: %s', (kind, en, zh) => {
    expect(textOf(NODE, '/layer/Resize', kind)).toEqual([en, zh]);
  });

  test('a stretch is not listed node by node', () => {
    expect(textOf(STRETCH, '/a, /b, /c', 'activation-flavour')).toEqual([
      'this stretch computes another flavour of the activation',
      '该段计算的是该激活函数的另一种形式',
    ]);
  });

  test('a gap is told by what lies around it', () => {
    expect(textOf(MISSING, MISSING.scope, 'operation-missing')).toEqual([
      'PyTorch does something more, or something else, between pre and the output',
      'PyTorch 在 pre 与输出之间多做了一步，或做了别的运算',
    ]);
  });

  test('a node that is called like a part of the text leaves the text alone', () => {
    const site = siteOf({ node: 'a', nodes: ['a'] });
    expect(textOf(site, 'a', 'transposed')[0]).toBe('an operand of this node is transposed');
  });

  test('every kind names the place in such a way that it can be replaced', () => {
    const left = CAUSE_KINDS.filter((kind) =>
      textOf(NODE, '/layer/Resize', kind)[0].includes('/layer/Resize'),
    );
    expect(left).toEqual([]);
  });

  test('recorded in training mode is another thing than exported in it', () => {
    const cause = explain({
      ...facts,
      where: '/layer/Resize',
      training: 'BatchNorm2d',
      isInTraining: false,
    })!;
    expect(causeText(NODE, cause, 'zh-CN', 'this')).toBe('录制参考时 BatchNorm2d 处于训练模式');
    expect(causeFix(cause, 'zh-CN')).toBe('录制前调用 model.eval()');
    expect(causeConfirm(cause, 'zh-CN')).toBe('在 eval 模式下重新录制');
  });
});

describe('what to do', () => {
  const causeOf = (experiment: Experiment | undefined, kind: Cause['kind']): Cause =>
    explain({ ...facts, where: 'n', tried: kind, experiment })!;
  test.each([
    [
      'an attribute that is right',
      EXPERIMENT,
      'resize-mode',
      '设置 coordinate_transformation_mode=align_corners，或给 interpolate() 传入与之对应的参数',
    ],
    ['without another way', { ...EXPERIMENT, setting: 'alpha=0.1' }, 'slope', '设置 alpha=0.1'],
    ['told in words', { ...EXPERIMENT, setting: 'its two operands swapped' }, 'swapped-operands', '换回来'],
    ['not tried', undefined, 'slope', '把属性设为模块的参数'],
  ] as const)('%s', (_, experiment, kind, zh) => {
    expect(causeFix(causeOf(experiment, kind), 'zh-CN')).toBe(zh);
  });

  test('English is the engine’s', () => {
    const cause = causeOf(EXPERIMENT, 'resize-mode');
    expect(causeFix(cause, 'en')).toBe(cause.fix);
    expect([causeConfirm(cause, 'en'), causeConfirm(cause, 'zh-CN')]).toEqual(['', '']);
  });
});

test('an experiment in a sentence', () => {
  expect(experimentText(EXPERIMENT, 'en')).toBe(EXPERIMENT.text);
  expect(experimentText(EXPERIMENT, 'zh-CN')).toBe(
    '在 /layer/Resize 设置 coordinate_transformation_mode=align_corners 后与参考一致，误差 1.1e-7',
  );
  expect(
    experimentText({ ...EXPERIMENT, reproduces: false, error: 0.01, setting: 'Relu left out' }, 'zh-CN'),
  ).toBe('在 /layer/Resize 采用去掉 Relu 后最接近参考：误差 0.01，原为 0.5');
});

describe('settings that are told in words', () => {
  test.each([
    ['alpha=0.1', 'alpha=0.1'],
    ["GELU(approximate='tanh')", "GELU(approximate='tanh')"],
    ['its two operands swapped', '两个操作数互换'],
    ['its second operand transposed', '第二个操作数转置'],
    ['ReduceMean instead', 'ReduceMean 代替'],
    ['Floor instead of Round', 'Floor 代替 Round'],
    ['the constant 3.58 instead of 1.19 (/Constant_output_0)', '常数 3.58 代替 1.19（/Constant_output_0）'],
    [
      'opset 13 (axis=1 alone is normalised, not everything from it on)',
      'opset 13 的规则（只沿 axis=1 归一化）',
    ],
    ['words of another version', 'words of another version'],
    ['evil\u202ename left out', 'evil\\u202ename left out'],
  ])('%s', (setting, zh) => {
    expect(settingText(setting, 'zh-CN')).toBe(zh);
  });
});

test('names from a file cannot turn the text around', () => {
  const site = siteOf({ node: 'n\u202e', nodes: ['n\u202e'] });
  const cause = explain({ ...facts, where: 'n\u202e', tried: 'slope' })!;
  for (const language of ['en', 'zh-CN'] as const)
    expect(causeText(site, cause, language, 'named')).toContain('n\\u202e');
});
