import { describe, expect, test } from 'vitest';
import type { FinalTensors, NamedTensor } from '../../../src/engine/output-stage/index.ts';
import { DEFAULT_RULES, outputStageOf } from '../../../src/engine/output-stage/index.ts';
import type { DetectionHead, NmsRules } from '../../../src/shared/output-stage.ts';
import { naiveNms } from '../../support/naive-nms.ts';
import { seeded } from '../../support/random.ts';

/** A detector of a 720×1280 picture in a 640×640 letterbox (s = 0.5, 140 rows above) with crowds of every class. */
const random = seeded(41);
const COUNT = 150;
const CLASSES = 3;
const boxes = Array.from({ length: COUNT }, () => {
  const [x, y] = [40 + Math.floor(random() * 6) * 90, 180 + Math.floor(random() * 3) * 90];
  const [dx, dy] = [random() * 30, random() * 30];
  return [x + dx, y + dy, x + dx + 50, y + dy + 40].map(Math.fround);
});
const scores = boxes.map(() => Array.from({ length: CLASSES }, () => Math.fround(random() ** 2)));
const RULES: NmsRules = { ...DEFAULT_RULES, scoreThreshold: 0.3, iouThreshold: 0.5 };
const KEPT = naiveNms(
  { boxes, scores, scale: 0.5, pad: [0, 140], imageSize: [1280, 720], inputSize: [640, 640] },
  RULES,
);

const tensor = (name: string, dims: readonly number[], values: readonly number[]): NamedTensor => ({
  name,
  dtype: 'float32',
  dims,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});
const outputsOf = (move: number): NamedTensor[] => [
  tensor(
    'boxes',
    [1, COUNT, 4],
    boxes.flat().map((value) => value + move),
  ),
  tensor('scores', [1, COUNT, CLASSES], scores.flat()),
];

type Unmap = (value: number, axis: number) => number;
const right: Unmap = (value, axis) => (value - axis * 140) / 0.5;

function final(label: (label: number) => number, unmap: Unmap = right): FinalTensors {
  const count = KEPT.length;
  return {
    boxes: tensor(
      'b',
      [count, 4],
      KEPT.flatMap(({ row }) => boxes[row]!.map((value, at) => unmap(value, at % 2))),
    ),
    scores: tensor(
      's',
      [count],
      KEPT.map(({ score }) => score),
    ),
    labels: tensor(
      'l',
      [count],
      KEPT.map((one) => label(one.label)),
    ),
  };
}

function compared(
  reference: FinalTensors,
  candidate: FinalTensors,
  outputs: readonly NamedTensor[] = outputsOf(0),
): DetectionHead {
  const settings = { score: 0.3, iou: 0.5 };
  const theirs = outputs.length === 0 ? outputs : outputsOf(0);
  const [found] = outputStageOf({
    reference: { outputs: theirs, final: reference, settings },
    candidate: { outputs, final: candidate, settings },
  }).heads;
  if (found?.kind !== 'detection') throw new Error('no detection head');
  return found;
}

const same = (label: number): number => label;
const plusOne = (label: number): number => label + 1;

describe.each([
  ['with raw boxes', outputsOf(0)],
  ['without them', []],
])('labels of the candidate, %s', (_, outputs) => {
  test('one more each: every box keeps its partner', () => {
    const found = compared(final(same), final(plusOne), outputs);
    expect(found).toMatchObject({ state: 'differs', decides: true, unmap: [] });
    expect(found.labels).toMatchObject({ shift: 1, held: KEPT.length, of: KEPT.length });
    expect(found.labels?.text).toBe(
      `labels are off by +1 for all ${KEPT.length} (a background class counted)`,
    );
    expect(found.matching?.counts).toEqual({
      matched: 0,
      moved: 0,
      rescored: 0,
      relabelled: KEPT.length,
      missing: 0,
      extra: 0,
    });
    expect(found.nms?.explanations ?? []).toEqual([]);
  });

  test('one less each', () => {
    expect(compared(final(plusOne), final(same), outputs).labels).toMatchObject({ shift: -1 });
  });

  test('in another order: 0 is 2, 1 is 0, 2 is 1', () => {
    const { labels, matching } = compared(
      final(same),
      final((label) => [2, 0, 1][label]!),
      outputs,
    );
    expect(labels?.shift).toBeUndefined();
    expect(labels?.text).toContain('0 is 2, 1 is 0, 2 is 1');
    expect(matching?.counts).toMatchObject({ relabelled: KEPT.length, missing: 0, extra: 0 });
  });

  test('the same, or one more on both sides: nothing is said', () => {
    for (const label of [same, plusOne]) {
      const found = compared(final(label), final(label), outputs);
      expect(found).toMatchObject({ state: 'equal', decides: false });
      expect(found.labels).toBeUndefined();
    }
  });

  test('one box in five under another class follows no map', () => {
    let count = 0;
    const found = compared(
      final(same),
      final((label) => (count++ % 5 === 0 ? (label + 1) % CLASSES : label)),
      outputs,
    );
    expect(found.labels).toBeUndefined();
    expect(found.matching?.counts.relabelled).toBeGreaterThan(0);
  });
});

test('one more each over raw boxes that differ', () => {
  const found = compared(
    final(same),
    final(plusOne, (value, axis) => right(value + 9, axis)),
    outputsOf(9),
  );
  expect(found).toMatchObject({ decides: true, unmap: [] });
  expect(found.labels).toMatchObject({ shift: 1 });
});

test('boxes are paired by what they were made of: b/s, clipped to the picture, of a pad that nobody declared', () => {
  const clip: Unmap = (value, axis) => Math.min(Math.max(value, 0), axis === 1 ? 720 : 1280);
  const found = compared(
    final(same, (value, axis) => clip(right(value, axis), axis)),
    final(same, (value, axis) => clip(value / 0.5, axis)),
  );
  // 140 / 0.5 = 280.
  expect(found.unmap[0]).toMatchObject({ kind: 'pad-forgotten', formula: '140 / 0.5 = 280' });
  expect(found.unmap[0]?.text).toContain("as the reference's boxes have them");
  expect(found.matching?.counts).toMatchObject({ moved: KEPT.length, missing: 0, extra: 0 });
});
