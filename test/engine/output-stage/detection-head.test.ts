import { describe, expect, test } from 'vitest';
import type { FinalTensors, NamedTensor } from '../../../src/engine/output-stage/index.ts';
import { DEFAULT_RULES, outputStageOf, parseHead } from '../../../src/engine/output-stage/index.ts';
import type { DetectionHead, HeadSettings, NmsRules, OutputStage } from '../../../src/shared/output-stage.ts';
import type { NaiveInput } from '../../support/naive-nms.ts';
import { naiveNms } from '../../support/naive-nms.ts';
import { seeded } from '../../support/random.ts';

/** A detector of a 720×1280 picture in a 640×640 letterbox: s = 0.5, 140 model-input pixels above (280 in the picture). */
const random = seeded(14);
const COUNT = 200;
const CLASSES = 3;

const boxes = Array.from({ length: COUNT }, () => {
  const [w, h] = [20 + random() * 80, 20 + random() * 60];
  const [x, y] = [random() * (640 - w), 140 + random() * (360 - h)];
  return [x, y, x + w, y + h].map(Math.fround);
});
const scores = boxes.map(() => Array.from({ length: CLASSES }, () => Math.fround(random() ** 2)));
const input: NaiveInput = {
  boxes,
  scores,
  scale: 0.5,
  pad: [0, 140],
  imageSize: [1280, 720],
  inputSize: [640, 640],
};

const tensor = (name: string, dims: readonly number[], values: readonly number[]): NamedTensor => ({
  name,
  dtype: 'float32',
  dims,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});
const OUTPUTS = [
  tensor('boxes', [1, COUNT, 4], boxes.flat()),
  tensor('scores', [1, COUNT, CLASSES], scores.flat()),
];

type Unmap = (value: number, axis: number) => number;
const right: Unmap = (value, axis) => (value - (axis === 1 ? 140 : 0)) / 0.5;
/** The pad is taken in picture pixels: 280. */
const wrong: Unmap = (value, axis) => (value - (axis === 1 ? 280 : 0)) / 0.5;
const clipped =
  (unmap: Unmap): Unmap =>
  (value, axis) =>
    Math.min(Math.max(unmap(value, axis), 0), axis === 1 ? 720 : 1280);

function final(rules: NmsRules, unmap: Unmap): FinalTensors {
  const kept = naiveNms(input, rules);
  const flat = kept.flatMap(({ row }) => boxes[row]!.map((value, at) => unmap(value, at % 2)));
  return {
    boxes: tensor('b', [kept.length, 4], flat),
    scores: tensor(
      's',
      [kept.length],
      kept.map(({ score }) => score),
    ),
    labels: {
      dtype: 'int64',
      dims: [kept.length],
      bytes: new Uint8Array(BigInt64Array.from(kept, ({ label }) => BigInt(label)).buffer),
    },
  };
}

const RULES: NmsRules = { ...DEFAULT_RULES, scoreThreshold: 0.1, iouThreshold: 0.7, maxTotal: 100 };
const SETTINGS: HeadSettings = {
  score: 0.1,
  iou: 0.7,
  max: 100,
  image_size: [720, 1280],
  scale: 0.5,
  pad: [0, 140],
};

function stage(
  rules: NmsRules,
  unmap: Unmap,
  rest: Partial<Parameters<typeof outputStageOf>[0]> = {},
): OutputStage {
  return outputStageOf({
    reference: { outputs: OUTPUTS, final: final(RULES, clipped(right)), settings: SETTINGS },
    candidate: { outputs: OUTPUTS, final: final(rules, clipped(unmap)) },
    ...rest,
  });
}

function detection({ heads }: OutputStage): DetectionHead {
  const [found] = heads;
  if (found?.kind !== 'detection') throw new Error('no detection head');
  return found;
}

test('tensors equal, wrong un-mapping: one constant offset of 280 px, and every detection has its partner', () => {
  const found = detection(stage(RULES, wrong));
  expect(found).toMatchObject({ state: 'differs', decides: true, known: 'declared' });
  expect(found.raw).toMatchObject({ boxes: 200, classes: 3, boxDifference: 0, scoreDifference: 0 });
  expect(found.unmap[0]).toMatchObject({ kind: 'pad-before-scale', formula: '280 · (1 − 1/0.5) = -280' });
  expect(found.unmap[0]?.offset[1]).toBeCloseTo(-280, 3);
  expect(found.matching?.counts).toMatchObject({ moved: 100, missing: 0, extra: 0 });
  expect(found.matching?.matches[0]?.because?.text).toContain('y is off by −280 px');
  expect(found.nms?.state).toBe('equal');
});

test('tensors equal, other thresholds: the rule is named, and each lost detection says why', () => {
  const found = detection(stage({ ...RULES, iouThreshold: 0.5 }, right));
  expect(found).toMatchObject({ state: 'differs', decides: true });
  expect(found.unmap).toEqual([]);
  expect(found.nms?.state).toBe('explained');
  expect(found.nms?.explanations.map(({ differences }) => differences.map(({ rule }) => rule))).toEqual([
    ['iouThreshold'],
  ]);
  const { low = 0, high = 1 } = found.nms?.explanations[0]?.differences[0]?.interval ?? {};
  expect(low <= 0.5 && 0.5 < high).toBe(true);
  const lost = found.matching?.matches.filter(({ state }) => state === 'missing') ?? [];
  expect(lost.length).toBeGreaterThan(0);
  expect(lost.every(({ because }) => because?.rule === 'iouThreshold')).toBe(true);
});

test('both at once', () => {
  const found = detection(stage({ ...RULES, maxTotal: 60 }, wrong));
  expect(found.unmap[0]?.kind).toBe('pad-before-scale');
  const rules =
    found.nms?.explanations.map(({ differences }) => differences.map(({ rule }) => rule).join()) ?? [];
  expect(rules).toContain('maxTotal');
});

test('the same on both sides is equal and decides nothing', () => {
  const found = detection(stage(RULES, right));
  expect(found).toMatchObject({ state: 'equal', decides: false, unmap: [] });
  expect(found.nms).toMatchObject({ state: 'equal', explanations: [] });
});

describe('raw boxes that differ are the fault of a node', () => {
  const moved = [
    tensor(
      'boxes',
      [1, COUNT, 4],
      boxes.flat().map((value) => value + 9),
    ),
    OUTPUTS[1]!,
  ];
  const withRules = (rules: typeof RULES): DetectionHead =>
    detection(
      outputStageOf({
        reference: { outputs: OUTPUTS, final: final(RULES, right), settings: SETTINGS },
        candidate: { outputs: moved, final: final(rules, (value, axis) => right(value + 9, axis)) },
      }),
    );

  test('the output stage does not decide', () => {
    const found = withRules(RULES);
    expect(found).toMatchObject({ state: 'differs', decides: false, unmap: [] });
    expect(found.raw?.boxDifference).toBeCloseTo(9, 4);
  });

  test('a rule that the reference did not declare is its own all the same: by what it kept', () => {
    const rules = { ...RULES, labelMode: 'single-label' } as const;
    const found = detection(
      outputStageOf({
        reference: { outputs: OUTPUTS, final: final(rules, right), settings: SETTINGS },
        candidate: { outputs: moved, final: final(rules, (value, axis) => right(value + 9, axis)) },
      }),
    );
    expect(found).toMatchObject({ state: 'differs', decides: false });
    expect(found.nms?.state).toBe('equal');
  });

  test('another rule is named all the same: by what the candidate kept of its own boxes', () => {
    const found = withRules({ ...RULES, iouThreshold: 0.4 });
    expect(found).toMatchObject({ state: 'differs', decides: true });
    expect(found.nms?.explanations[0]?.differences.map(({ rule }) => rule)).toEqual(['iouThreshold']);
  });
});

test('a score that rounding brings below the threshold is no other rule', () => {
  // One box of 0.1000001, which the candidate computes as 0.0999999.
  const at = scores.findIndex(([first = 0]) => first < 0.05);
  const nudged = (score: number): readonly (readonly number[])[] =>
    scores.map((row, index) => (index === at ? [Math.fround(score), ...row.slice(1)] : row));
  const side = (score: number): { outputs: NamedTensor[]; final: FinalTensors } => {
    const all = nudged(score);
    const rules = { ...RULES, maxTotal: 'none' as const };
    const kept = naiveNms({ ...input, scores: all }, rules);
    return {
      outputs: [OUTPUTS[0]!, tensor('scores', [1, COUNT, CLASSES], all.flat())],
      final: {
        boxes: tensor(
          'b',
          [kept.length, 4],
          kept.flatMap(({ row }) => boxes[row]!),
        ),
        scores: tensor(
          's',
          [kept.length],
          kept.map((one) => one.score),
        ),
        labels: tensor(
          'l',
          [kept.length],
          kept.map(({ label }) => label),
        ),
      },
    };
  };
  const settings = { score: 0.1, iou: 0.7 };
  const found = detection(
    outputStageOf({ reference: { ...side(0.1000001), settings }, candidate: side(0.0999999) }),
  );
  expect(found.matching?.counts).toMatchObject({ missing: 1, extra: 0 });
  expect(found.nms).toMatchObject({ state: 'equal', explanations: [] });
  expect(found.nms?.text).toContain('because the raw boxes differ');
});

test('settings of both sides alone: the final detections are computed from the raw boxes', () => {
  const found = detection(
    outputStageOf({
      reference: { outputs: OUTPUTS },
      candidate: { outputs: OUTPUTS },
      heads: [parseHead('detection:boxes=boxes,scores=scores,score=0.1,reference.iou=0.7,candidate.iou=0.5')],
    }),
  );
  const expected = [0.7, 0.5].map(
    (iouThreshold) => naiveNms(input, { ...RULES, iouThreshold, maxTotal: 'none' }).length,
  );
  expect([found.final?.reference.length, found.final?.candidate.length]).toEqual(expected);
  expect(found.nms?.explanations).toHaveLength(1);
  expect(found.nms?.explanations[0]?.differences).toMatchObject([
    { rule: 'iouThreshold', reference: 0.7, candidate: 0.5 },
  ]);
  expect(found.nms?.explanations[0]?.differences[0]?.inferred).toBeUndefined();
  expect(found.notes.join()).toContain('were computed here');
});

test('raw outputs without any setting are compared as they are', () => {
  const found = detection(
    outputStageOf({ reference: { outputs: OUTPUTS }, candidate: { outputs: OUTPUTS } }),
  );
  expect(found).toMatchObject({ known: 'recognised', state: 'equal', decides: false });
  expect(found.nms).toBeUndefined();
  expect(found.final).toBeUndefined();
});

test('one tensor: [1, 4 + C, N] and [1, N, 5 + C] hold the boxes they were made from', () => {
  // Two boxes, two classes; cells padded with zero scores to a number that detectors have.
  const rows = [
    [10, 20, 4, 6, 0.9, 0.1],
    [30, 40, 8, 2, 0.2, 0.8],
    ...Array.from({ length: 418 }, () => [0, 0, 1, 1, 0, 0]),
  ];
  const v8 = tensor(
    'output0',
    [1, 6, 420],
    [0, 1, 2, 3, 4, 5].flatMap((at) => rows.map((row) => row[at]!)),
  );
  const v5 = tensor(
    'output0',
    [1, 420, 7],
    rows.flatMap(([x, y, w, h, a, b]) => [x!, y!, w!, h!, 0.5, 2 * a!, 2 * b!]),
  );
  for (const output of [v8, v5]) {
    const found = detection(
      outputStageOf({
        reference: { outputs: [output] },
        candidate: { outputs: [output] },
        heads: [parseHead('detection:output0,score=0.5,iou=0.5')],
      }),
    );
    expect(found.raw).toMatchObject({ boxes: 420, classes: 2 });
    expect(found.final?.reference.map(({ label }) => label)).toEqual([0, 1]);
    expect(found.final?.reference[0]?.box.map((value) => Math.round(value))).toEqual([8, 17, 12, 23]);
  }
});

test('final detections alone, of a model whose outputs say nothing', () => {
  const found = detection(
    outputStageOf({
      reference: { outputs: [], final: final(RULES, right), settings: { ...SETTINGS, colour: 'red' } },
      candidate: { outputs: [], final: final({ ...RULES, maxTotal: 90 }, right) },
    }),
  );
  expect(found).toMatchObject({ state: 'differs', decides: true });
  expect(found.matching?.counts).toMatchObject({ matched: 90, missing: 10 });
  expect(found.text).toMatch(/^final detections: 100 detections in the reference, 90 in the candidate/);
  expect(found.notes).toEqual(['the setting colour is not known']);
});

test('final detections whose lengths do not belong together are not compared', () => {
  const bad = { ...final(RULES, right), scores: tensor('s', [3], [1, 1, 1]) };
  const [found] = outputStageOf({
    reference: { outputs: [], final: final(RULES, right) },
    candidate: { outputs: [], final: bad },
  }).heads;
  expect(found).toMatchObject({ state: 'not-compared', decides: false });
  expect(found?.text).toContain('do not belong together');
});
