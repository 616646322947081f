import { describe, expect, test } from 'vitest';
import { STRUCTURES_ZH, structureText } from '../../../src/renderer/i18n/structure.ts';
import type { Structure } from '../../../src/shared/structure.ts';
import { STRUCTURE_KINDS } from '../../../src/shared/structure.ts';
import { structuresOf } from '../../../src/engine/structure/index.ts';

const of = (
  kind: Structure['kind'],
  figures: Structure['figures'],
  text = 'in English',
  share = 1,
): Structure => ({
  kind,
  text,
  share,
  figures,
});

test('every kind has a name in Chinese', () => {
  expect(Object.keys(STRUCTURES_ZH).sort()).toEqual([...STRUCTURE_KINDS].sort());
  expect(Object.values(STRUCTURES_ZH).filter((name) => !/\p{Script=Han}/u.test(name))).toEqual([]);
});

test('English is the engine’s', () => {
  expect(structureText(of('shift', { axes: [2], by: [1] }), 'en')).toBe('in English');
});

describe('in Chinese from the figures', () => {
  test.each<readonly [Structure, string]>([
    [
      of('shift', { axes: [2, 3], by: [-1, 1], wraps: 0, compared: 80, equal: 79 }),
      '候选是参考沿轴 2、3 平移 −1、+1 的结果，平移后 80 个元素中 79 个相等',
    ],
    [of('flip', { axes: [1], lengths: [3], repaired: 24 }), '候选是参考沿轴 1 翻转的结果'],
    [of('transposition', { axes: [0, 1], lengths: [3, 3] }), '候选是参考交换轴 0、1 的结果'],
    [
      of(
        'transposition',
        { axes: [1, 2] },
        'axis 1 and axis 2 (4 × 6) exchanged in memory, but not in the shape',
      ),
      '候选是参考在内存中交换轴 1、2 而形状未变的结果：以 reshape 代替了 transpose',
    ],
    [
      of('borders', { axes: [2, 3], depth: 1, sides: [0, 2], wrong: 623, elements: 624 }),
      '仅在轴 2 的起始端与轴 3 的起始端最外 1 层：100% 的出错元素在此，该处 624 个元素中 623 个出错',
    ],
    [
      of('borders', { axes: [2, 3], depth: 2, sides: [0, 1, 2, 3], wrong: 60, elements: 64 }, '', 0.96),
      '仅在轴 2、3 的两端最外 2 层：96% 的出错元素在此，该处 64 个元素中 60 个出错',
    ],
    [
      of('affine', { scale: [1.04, 1.1], offset: [-0.5, 0.25], groups: 2, axis: 1, residual: 2e-7 }),
      '候选 = a × 参考 + b，a 从 1.04 到 1.1，b 从 -0.5 到 0.25，沿轴 1 分 2 组；残差 2e-7',
    ],
    [of('scale', { scale: [3], groups: 1, axis: -1, residual: 0 }), '候选 = a × 参考，a = 3；残差 0'],
    [
      of('non-finite', { candidate: [2, 1], reference: [0, 0], clash: 0, beyondFloat16: 1, elements: 9 }),
      '共 9 个元素：候选有 2 个 NaN、1 个 ±∞，参考在该处为有限值；其中 1 处超出 float16 的 65504',
    ],
    [
      of('saturation', { side: 1, bounds: [6], counts: [12], beyond: [9.5] }),
      '参考被截断：12 个元素恰为 6，而候选达到 9.5',
    ],
    [
      of('zeroed', { side: 0, zeros: 30, elements: 60, gain: 2 }),
      '60 个元素中，候选有 30 个为 0 而参考不为 0，其余为参考的 2 倍：dropout',
    ],
    [of('zeroed', { side: 1, zeros: 4, elements: 12 }), '12 个元素中，参考有 4 个为 0 而候选不为 0'],
    [
      of('channels', { axis: 1, channels: [0, 2], of: 8, wrong: 20, elements: 20 }),
      '仅在 8 个通道（轴 1）中的 2 个：0、2；100% 的出错元素在此，该处 20 个元素中 20 个出错',
    ],
    [
      of('rows', { axes: [], indices: [5, 8], of: [100], wrong: 4, elements: 4 }),
      '仅在按 C 次序的第 5 至 8 个元素（共 100 个），连续出错',
    ],
    [
      of('negatives', { operand: -1, wrong: 54, elements: 54 }),
      '仅在参考值为负处：100% 的出错元素在此，该处 54 个元素中 54 个出错',
    ],
  ])('$kind', (structure, zh) => {
    expect(structureText(structure, 'zh-CN')).toBe(zh);
  });
});

describe('where the figures do not tell everything the English clause follows the name', () => {
  test.each<readonly [Structure, string]>([
    [
      of('negatives', { operand: 0, wrong: 54, elements: 54 }, 'only where operand x is negative'),
      '仅在负值处：only where operand x is negative',
    ],
    [
      of('masked', { operand: 2, wrong: 3, elements: 3 }, 'only where operand m is 0'),
      '仅在掩码处：only where operand m is 0',
    ],
    [
      of('rows', { axes: [0, 2], indices: [1], of: [4, 6], wrong: 2, elements: 2 }, 'only at two axes'),
      '仅在部分切片：only at two axes',
    ],
    [of('masked', {}, 'evil\u202e'), '仅在掩码处：evil\\u202e'],
  ])('$kind', (structure, zh) => {
    expect(structureText(structure, 'zh-CN')).toBe(zh);
  });
});

test('figures are read under the names that the detectors give them', () => {
  const reference = Float32Array.from({ length: 120 }, (_, index) => Math.sin(index * 1.7) + 0.01 * index);
  const detected = [
    Float32Array.from(reference, (value) => value * 3),
    Float32Array.from(reference, (value) => value + 0.5),
    Float32Array.from(reference, (value) => (value < 0 ? value * 0.1 : value)),
    Float32Array.from(reference, (value, index) => (index % 12 === 0 ? NaN : value)),
    Float32Array.from(reference, (_, index) => reference[119 - index]!),
    Float32Array.from(reference, (value) => Math.min(value, 0.25)),
    Float32Array.from(reference, (_, index) => reference[12 * Math.floor(index / 12) + ((index + 1) % 12)]!),
  ].flatMap((candidate) =>
    structuresOf({ dims: [10, 12], candidate, reference, isFloat: true, tolerance: 1e-6, operands: [] }),
  );
  expect(new Set(detected.map(({ kind }) => kind)).size).toBeGreaterThan(5);
  const gaps = detected
    .filter(({ kind }) => kind !== 'non-finite')
    .map((structure) => structureText(structure, 'zh-CN'))
    .filter((text) => /NaN|undefined|∞/.test(text));
  expect(gaps).toEqual([]);
});
