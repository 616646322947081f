import { expect, test } from 'vitest';
import { auditNms, DEFAULT_RULES } from '../../../src/engine/output-stage/index.ts';
import type { NmsRules, RawCandidate } from '../../../src/shared/output-stage.ts';
import { naiveNms } from '../../support/naive-nms.ts';
import { seeded } from '../../support/random.ts';

/**
 * One detector and its exports as they are shipped (YOLO-World): the demo in PyTorch, the export with its own
 * suppression, the demo of the export without it, and a patch of that. Same raw boxes, other settings each.
 */
const BASE: NmsRules = { ...DEFAULT_RULES, semantics: 'class-offset' };
const PYTORCH: NmsRules = {
  ...BASE,
  scoreThreshold: 0.001,
  preTopK: 30_000,
  iouThreshold: 0.7,
  finalScoreThreshold: 0.1,
  maxTotal: 100,
};
const EXPORTS: Readonly<Record<string, NmsRules>> = {
  'with suppression': {
    ...DEFAULT_RULES,
    sortsCorners: true,
    iouThresholdDtype: 'float32',
    scoreThreshold: 0.25,
    iouThreshold: 0.65,
    maxPerClass: 100,
    maxTotal: 100,
  },
  'without suppression': { ...DEFAULT_RULES, iouThreshold: 0.7, finalScoreThreshold: 0.3, maxTotal: 300 },
  patched: {
    ...BASE,
    labelMode: 'single-label',
    scoreThreshold: 0.001,
    iouThreshold: 0.65,
    finalScoreThreshold: 0.05,
    maxTotal: 300,
  },
};

const random = seeded(336);
const boxes = Array.from({ length: 160 }, () => {
  const [x, y] = [
    Math.floor(random() * 8) * 75 + random() * 12,
    Math.floor(random() * 4) * 90 + random() * 12,
  ];
  return [x, y, x + 40 + random() * 30, y + 40 + random() * 30].map(Math.fround);
});
const scores = boxes.map(() => Array.from({ length: 3 }, () => Math.fround(random() ** 4)));
const input = { boxes, scores, scale: 1, pad: [0, 0], imageSize: [640, 640], inputSize: [640, 640] } as const;
const raw = { boxes: Float32Array.from(boxes.flat()), scores: Float32Array.from(scores.flat()) };

const key = (all: readonly RawCandidate[]): string =>
  all
    .map(({ row, label }) => `${row}/${label}`)
    .sort()
    .join();
const reference = { rules: PYTORCH, kept: naiveNms(input, PYTORCH) };

test.each(Object.entries(EXPORTS))('the export %s: both sides declared', (_, rules) => {
  const kept = naiveNms(input, rules);
  expect(key(kept)).not.toBe(key(reference.kept));
  const audit = auditNms({ raw, reference, candidate: { rules, kept } });
  expect(audit.state).toBe('explained');
  expect(audit.notes).toEqual([]);
  const [first] = audit.explanations;
  for (const { rule, reference: r, candidate: c, affectedCount } of first?.differences ?? []) {
    expect([PYTORCH[rule], rules[rule]]).toEqual([r, c]);
    // What one rule alone changes, by the plain implementation.
    const over = naiveNms(input, { ...PYTORCH, [rule]: c });
    const back = naiveNms(input, { ...rules, [rule]: r });
    const changed = (a: readonly RawCandidate[], b: readonly RawCandidate[]): number =>
      a.filter(
        (one) =>
          !key(b)
            .split(',')
            .includes(key([one])),
      ).length +
      b.filter(
        (one) =>
          !key(a)
            .split(',')
            .includes(key([one])),
      ).length;
    const alone = changed(reference.kept, over);
    expect(affectedCount).toBe(alone > 0 ? alone : changed(kept, back));
  }
  expect(first?.differences.length).toBeGreaterThan(0);
});

test.each(Object.entries(EXPORTS))('the export %s: only what it kept is known', (_, rules) => {
  const kept = naiveNms(input, rules);
  const audit = auditNms({ raw, reference, candidate: { kept } });
  expect(audit.state).toBe('explained');
  expect(key(naiveNms(input, audit.rules!.candidate))).toBe(key(kept));
});
