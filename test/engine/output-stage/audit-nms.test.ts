import { expect, test } from 'vitest';
import { auditNms, DEFAULT_RULES } from '../../../src/engine/output-stage/index.ts';
import { LayerdiffError } from '../../../src/shared/errors.ts';
import type { NmsRules, RawCandidate } from '../../../src/shared/output-stage.ts';
import { naiveNms } from '../../support/naive-nms.ts';
import { seeded } from '../../support/random.ts';

const RULES: NmsRules = { ...DEFAULT_RULES, scoreThreshold: 0.25, iouThreshold: 0.7 };

/** Three boxes in a row: 10 wide, shifted by 2 (IoU 8/12) and by 30. */
const RAW = {
  boxes: Float32Array.of(0, 0, 10, 10, 2, 0, 12, 10, 30, 0, 40, 10),
  scores: Float32Array.of(0.9, 0.8, 0.3),
};
const keep = (...rows: readonly number[]): RawCandidate[] => rows.map((row) => ({ row, label: 0 }));

test('a lower IoU threshold is found with its interval, and the walk says which box suppressed which', () => {
  const audit = auditNms({ raw: RAW, reference: { rules: RULES }, candidate: { kept: keep(0, 2) } });
  expect(audit.state).toBe('explained');
  const [first] = audit.explanations;
  expect(first?.differences).toMatchObject([
    { rule: 'iouThreshold', reference: 0.7, inferred: 'candidate', affected: [{ row: 1, label: 0 }] },
  ]);
  const interval = first?.differences[0]?.interval;
  expect(interval?.high).toBeCloseTo(8 / 12, 6);
  expect(audit.steps.map(({ row, differs }) => [row, differs])).toEqual([
    [0, false],
    [1, true],
    [2, false],
  ]);
  expect(audit.steps[1]?.candidate).toMatchObject({ kind: 'suppressed', by: { row: 0, label: 0 } });
  expect(audit.steps[1]?.text).toContain(
    'the reference kept it as number 2; the candidate suppressed it by box 0',
  );
});

test.each<[string, Partial<NmsRules>, NmsRules['scoreThreshold'], string]>([
  ['below its score threshold', { scoreThreshold: 0.5 }, 0.25, 'below-score'],
  ['beyond its cap', { maxTotal: 2 }, 0.25, 'capped'],
])('declared on both sides, the third box is %s', (_, change, scoreThreshold, fate) => {
  const audit = auditNms({
    raw: RAW,
    reference: { rules: { ...RULES, scoreThreshold } },
    candidate: { rules: { ...RULES, ...change } },
  });
  expect(audit.explanations).toHaveLength(1);
  expect(audit.explanations[0]?.differences.map(({ rule }) => rule)).toEqual(Object.keys(change));
  expect(audit.steps[2]?.candidate.kind).toBe(fate);
});

test('rules that differ without effect are told and explain nothing', () => {
  const audit = auditNms({
    raw: RAW,
    reference: { rules: RULES },
    candidate: { rules: { ...RULES, scoreThreshold: 0.28 } },
  });
  expect(audit.state).toBe('equal');
  expect(audit.explanations).toEqual([]);
  expect(audit.notes.join()).toContain('the rules differ (score threshold), which changes nothing');
});

test('what no rule gives is not explained away', () => {
  // The best box of all is missing, and nothing overlaps the third.
  const audit = auditNms({ raw: RAW, reference: { rules: RULES }, candidate: { kept: keep(2) } });
  expect(audit.state).toBe('unexplained');
  expect(audit.explanations).toEqual([]);
  expect(audit.steps[0]?.candidate.kind).toBe('unexplained');
});

test('rules that were declared wrongly are doubted', () => {
  const audit = auditNms({
    raw: RAW,
    reference: { rules: RULES, kept: keep(0, 2) },
    candidate: { rules: RULES },
  });
  expect(audit.notes).toContain('the rules declared for the reference do not give what it kept');
});

test('without rules and without boxes of a side there is nothing to audit', () => {
  expect(auditNms({ raw: RAW, reference: { rules: RULES }, candidate: {} })).toMatchObject({
    state: 'not-judged',
  });
});

test('two rules at once: 150 of 150 sets are explained by what gives the same boxes', () => {
  const pairs: Partial<NmsRules>[] = [
    { iouThreshold: 0.5, scoreThreshold: 0.1 },
    { iouThreshold: 0.4, semantics: 'class-agnostic' },
    { labelMode: 'single-label', iouThreshold: 0.55 },
    { scoreThreshold: 0.05, maxTotal: 25 },
    { semantics: 'class-agnostic', labelMode: 'single-label' },
    { maxPerClass: 3, scoreThreshold: 0.1 },
  ];
  let explained = 0;
  for (let seed = 0; seed < 150; seed++) {
    const random = seeded(1000 + seed);
    const boxes = Array.from({ length: 40 }, () => {
      const [x, y] = [Math.floor(random() * 4) * 40 + random() * 10, random() * 10];
      return [x, y, x + 20 + random() * 20, y + 20 + random() * 20].map(Math.fround);
    });
    const scores = boxes.map(() => [
      Math.fround(random()),
      Math.fround(random() ** 3),
      Math.fround(random() ** 3),
    ]);
    const input = {
      boxes,
      scores,
      scale: 1,
      pad: [0, 0],
      imageSize: [200, 60],
      inputSize: [200, 60],
    } as const;
    const rules: NmsRules = { ...RULES, maxTotal: 20 };
    const other = { ...rules, ...pairs[seed % pairs.length] };
    const raw = { boxes: Float32Array.from(boxes.flat()), scores: Float32Array.from(scores.flat()) };
    const kept = naiveNms(input, other);
    const audit = auditNms({ raw, reference: { rules }, candidate: { kept } });
    // The rules that the audit names keep exactly the same boxes, by the plain implementation.
    const named = naiveNms(input, audit.rules!.candidate);
    const key = (all: readonly RawCandidate[]): string =>
      all
        .map(({ row, label }) => `${row}/${label}`)
        .sort()
        .join();
    if (audit.state !== 'unexplained' && key(named) === key(kept)) explained++;
  }
  expect(explained).toBe(150);
});

const NAN = Float32Array.of(NaN, NaN, NaN);
const INFINITE = Float32Array.of(-Infinity, 0, Infinity, 10, 0, 0, Infinity, Infinity, 1, 1, 2, 2);

test.each([
  ['no boxes', new Float32Array(0), new Float32Array(0)],
  ['scores that are no numbers', RAW.boxes, NAN],
  ['boxes without end', INFINITE, RAW.scores],
  ['boxes that are no numbers', new Float32Array(12).fill(NaN), RAW.scores],
])('%s: audited without harm under every meaning of classes', (_, boxes, scores) => {
  for (const semantics of ['per-class', 'class-offset', 'class-agnostic'] as const) {
    const rules = { ...RULES, semantics };
    const audit = auditNms({
      raw: { boxes, scores },
      reference: { rules },
      candidate: { rules: { ...rules, iouThreshold: 0.3 } },
    });
    expect(['equal', 'explained']).toContain(audit.state);
  }
});

test.each([
  ['boxes that are no multiple of four', new Float32Array(5), new Float32Array(1), keep()],
  ['more scores than boxes', new Float32Array(8), new Float32Array(3), keep()],
  ['scores without boxes', new Float32Array(0), new Float32Array(3), keep()],
  ['a kept box that is not there', RAW.boxes, RAW.scores, keep(3)],
  ['a kept box that is no index', RAW.boxes, RAW.scores, keep(NaN)],
  ['a kept class that is not there', RAW.boxes, RAW.scores, [{ row: 0, label: 7 }]],
])('%s: refused', (_, boxes, scores, kept) => {
  expect(() =>
    auditNms({ raw: { boxes, scores }, reference: { rules: RULES }, candidate: { kept } }),
  ).toThrow(LayerdiffError);
});

test('ten million boxes neither hang nor throw', () => {
  const count = 1e7;
  const boxes = new Float32Array(4 * count);
  for (let at = 0; at < boxes.length; at++) boxes[at] = (at * 7919) % 640;
  const scores = new Float32Array(count).fill(0.5);
  const audit = auditNms({
    raw: { boxes, scores },
    reference: { rules: RULES },
    candidate: { rules: { ...RULES, iouThreshold: 0.5 } },
  });
  expect(audit.state === 'not-judged' || audit.notes.join().includes('were left out')).toBe(true);
}, 60_000);
