import { describe, expect, test } from 'vitest';
import { graphTexts } from '../../../src/renderer/i18n/graph.ts';
import { headNames } from '../../../src/renderer/i18n/head.ts';
import { language, textsNow } from '../../../src/renderer/i18n/language.ts';
import { ruleNames } from '../../../src/renderer/i18n/nms.ts';
import { stageTexts } from '../../../src/renderer/i18n/stages.ts';
import { stepNames } from '../../../src/renderer/i18n/step.ts';
import { unmapNames } from '../../../src/renderer/i18n/unmap.ts';
import { windowTexts } from '../../../src/renderer/i18n/window.ts';
import { METRICS } from '../../../src/renderer/state/metrics.ts';
import { COMMANDS, GROUP_TEXTS } from '../../../src/shared/commands.ts';

/** Every text of a dictionary by its path; functions are called with one number or text for each argument. */
function textsOf(dictionary: object, path = ''): [path: string, text: unknown][] {
  return Object.entries(dictionary).flatMap(([key, value]: [string, unknown]) => {
    const at = `${path}${key}`;
    if (typeof value === 'function') return [[at, callWithSamples(value as (...args: unknown[]) => unknown)]];
    if (typeof value === 'object' && value !== null) return textsOf(value, `${at}.`);
    return [[at, value]];
  });
}

/** Numbers where numbers are wanted; a text where a number has not the method that is called. */
function callWithSamples(text: (...args: unknown[]) => unknown): unknown {
  for (const sample of [3, 'model.onnx']) {
    try {
      return text(...new Array<unknown>(text.length).fill(sample));
    } catch {
      // The other sample.
    }
  }
  return undefined;
}

const METRIC_TEXTS = METRICS.map(({ key, label, threshold }) => [key, label, threshold?.reason] as const);
const stagesOf = (which: 'en' | 'zh-CN'): object => ({
  stages: stageTexts[which],
  steps: stepNames[which],
  rules: ruleNames[which],
  unmap: unmapNames[which],
  heads: headNames[which],
});
const perLanguage = (which: 'en' | 'zh-CN'): object => ({
  window: windowTexts[which],
  graph: graphTexts[which],
  ...stagesOf(which),
  metrics: Object.fromEntries(
    METRIC_TEXTS.map(([key, label, reason]) => [
      key,
      { label: label[which], reason: reason?.[which] ?? '-' },
    ]),
  ),
  commands: Object.fromEntries(COMMANDS.map(({ id, texts }) => [id, texts[which]])),
  groups: Object.fromEntries(Object.entries(GROUP_TEXTS).map(([id, texts]) => [id, texts[which]])),
});

describe.each(['en', 'zh-CN'] as const)('%s', (which) => {
  const texts = textsOf(perLanguage(which));

  test('every text is there', () => {
    expect(texts.length).toBeGreaterThan(150);
    expect(texts.filter(([, text]) => typeof text !== 'string' || text.trim() === '')).toEqual([]);
  });

  test('nothing of the program shows through', () => {
    expect(texts.filter(([, text]) => /undefined|\[object|NaN|=>|\$\{/.test(String(text)))).toEqual([]);
  });
});

test('both have the same texts', () => {
  const paths = (which: 'en' | 'zh-CN'): string[] => textsOf(perLanguage(which)).map(([path]) => path);
  expect(paths('zh-CN')).toEqual(paths('en'));
});

test('what is said in words is said in Chinese', () => {
  const chinese = textsOf({
    window: windowTexts['zh-CN'],
    graph: graphTexts['zh-CN'],
    ...stagesOf('zh-CN'),
  });
  const english = new Map(textsOf({ window: windowTexts.en, graph: graphTexts.en, ...stagesOf('en') }));
  // Names, formats and units are the same in both.
  const same = chinese.filter(([path, text]) => english.get(path) === text && /[a-z]{4,}/.test(String(text)));
  // What is typed as it is, names of a framework and of a data type.
  const asTyped = ['stages.reference', 'stages.headHint', 'stages.ignoreHint', 'steps.dtype'];
  expect(same.map(([path]) => path).filter((path) => !asTyped.includes(path))).toEqual([]);
});

test('functions of a number use it', () => {
  for (const which of ['en', 'zh-CN'] as const) {
    const { sampleNumber, handPairs } = windowTexts[which];
    expect(sampleNumber(7)).toContain('7');
    expect(handPairs(1)).toContain('1');
    expect(handPairs(42)).toContain('42');
  }
  expect([windowTexts.en.handPairs(1), windowTexts.en.handPairs(2)]).toEqual([
    '1 pair made by hand',
    '2 pairs made by hand',
  ]);
});

test('the language of the moment is the one that is set', () => {
  expect(textsNow(windowTexts).run).toBe(windowTexts.en.run);
  language.set('zh-CN');
  expect(textsNow(windowTexts).run).toBe(windowTexts['zh-CN'].run);
  language.set('en');
});
