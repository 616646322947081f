import { describe, expect, test } from 'vitest';
import type { FinalTensors, NamedTensor, OutputStageInput } from '../../../src/engine/output-stage/index.ts';
import { DEFAULT_RULES, outputStageOf, parseHead } from '../../../src/engine/output-stage/index.ts';
import type { DetectionHead, HeadSettings, NmsRules } from '../../../src/shared/output-stage.ts';
import type { NaiveInput } from '../../support/naive-nms.ts';
import { naiveNms } from '../../support/naive-nms.ts';
import { seeded } from '../../support/random.ts';

/** A detector of a 720×1280 picture in a 640×640 letterbox (s = 0.5, 140 rows above), of which one side says what it kept. */
const random = seeded(27);
const COUNT = 200;
const CLASSES = 3;
const boxes = Array.from({ length: COUNT }, () => {
  const [w, h] = [20 + random() * 80, 20 + random() * 60];
  const [x, y] = [random() * 640 - w / 2, 140 + random() * 360 - h / 2];
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
const outputsOf = (all: readonly (readonly number[])[]): NamedTensor[] => [
  tensor('boxes', [1, COUNT, 4], boxes.flat()),
  tensor('scores', [1, COUNT, CLASSES], all.flat()),
];
const OUTPUTS = outputsOf(scores);

/** The best class of a box only, which is not what is assumed; un-mapped and clipped by hand. */
const RULES: NmsRules = {
  ...DEFAULT_RULES,
  labelMode: 'single-label',
  scoreThreshold: 0.3,
  iouThreshold: 0.4,
};
const unmapped = (value: number, at: number): number =>
  Math.min(Math.max((value - (at % 2) * 140) / 0.5, 0), at % 2 === 0 ? 1280 : 720);
const KEPT = naiveNms(input, RULES);
const PICTURE = KEPT.map(({ row }) => boxes[row]!.map(unmapped));
const FINAL: FinalTensors = {
  boxes: tensor('b', [KEPT.length, 4], PICTURE.flat()),
  scores: tensor(
    's',
    [KEPT.length],
    KEPT.map(({ score }) => score),
  ),
  labels: tensor(
    'l',
    [KEPT.length],
    KEPT.map(({ label }) => label),
  ),
};
const HEAD = 'detection:boxes=boxes,scores=scores';
const SETTINGS: HeadSettings = { iou: 0.4, score: 0.3 };

function detection(stage: OutputStageInput): DetectionHead {
  const [found] = outputStageOf(stage).heads;
  if (found?.kind !== 'detection') throw new Error('no detection head');
  return found;
}

describe('one side alone recorded its detections', () => {
  test.each([
    ['thresholds alone', SETTINGS],
    ['nothing', {}],
    [
      'everything',
      { ...SETTINGS, multi_label: false, scale: 0.5, pad: [0, 140], image_size: [720, 1280] } as const,
    ],
  ])('it declares %s: its rules and its mapping make those of both sides', (_, settings) => {
    const found = detection({
      reference: { outputs: OUTPUTS, final: FINAL, settings },
      candidate: { outputs: OUTPUTS },
      heads: [parseHead(HEAD)],
    });
    expect(found).toMatchObject({ state: 'equal', decides: false, unmap: [] });
    expect(found.nms).toBeUndefined();
    expect(found.matching?.counts).toMatchObject({ matched: KEPT.length, moved: 0, missing: 0, extra: 0 });
    expect(found.text).toContain(
      "the candidate's post-processing was not recorded: the reference's rules were used on both raw outputs",
    );
    // In pixels of the picture, as they were recorded.
    const sorted = (all: readonly (readonly number[])[]): number[] =>
      all.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => x1 + 2 * y1 + 3 * x2 + 4 * y2).sort((a, b) => a - b);
    const made = sorted((found.final?.candidate ?? []).map(({ box }) => box));
    sorted(PICTURE).forEach((value, index) => expect(made[index]).toBeCloseTo(value, 1));
  });

  test('the deployed side as well', () => {
    const found = detection({
      reference: { outputs: OUTPUTS },
      candidate: { outputs: OUTPUTS, final: FINAL, settings: SETTINGS },
      heads: [parseHead(HEAD)],
    });
    expect(found).toMatchObject({ state: 'equal', decides: false });
    expect(found.text).toContain("the reference's post-processing was not recorded");
  });

  test('raw scores that differ show, and are no fault of rules that nobody recorded', () => {
    const lowered = scores.map((row, index) => (index === KEPT[0]?.row ? row.map(() => 0.01) : row));
    const found = detection({
      reference: { outputs: OUTPUTS, final: FINAL, settings: SETTINGS },
      candidate: { outputs: outputsOf(lowered) },
      heads: [parseHead(HEAD)],
    });
    expect(found).toMatchObject({ state: 'differs', decides: false, unmap: [] });
    expect(found.matching?.counts.missing).toBeGreaterThan(0);
    expect(found.nms).toBeUndefined();
  });

  test('what the user declares of the other side is judged, and nothing else of it', () => {
    const found = detection({
      reference: { outputs: OUTPUTS, final: FINAL, settings: SETTINGS },
      candidate: { outputs: OUTPUTS },
      heads: [parseHead(`${HEAD},candidate.iou=0.7`)],
    });
    expect(found).toMatchObject({ state: 'differs', decides: true, unmap: [] });
    expect(found.nms?.explanations[0]?.differences).toMatchObject([
      { rule: 'iouThreshold', reference: 0.4, candidate: 0.7 },
    ]);
    const expected = naiveNms(input, { ...RULES, iouThreshold: 0.7 }).length;
    expect(found.matching?.of).toEqual({ reference: KEPT.length, candidate: expected });
  });

  test('detections that no rules give are compared with nothing', () => {
    const [first = 0, ...rest] = KEPT.map(({ score }) => score);
    const found = detection({
      reference: {
        outputs: OUTPUTS,
        final: { ...FINAL, scores: tensor('s', [KEPT.length], [first / 2 + 0.0123, ...rest]) },
        settings: SETTINGS,
      },
      candidate: { outputs: OUTPUTS },
      heads: [parseHead(HEAD)],
    });
    expect(found).toMatchObject({ state: 'equal', decides: false, unmap: [] });
    expect(found.matching).toBeUndefined();
    expect(found.text).toContain('no detections are compared');
  });
});

test('where the graph ends in detections, what one side made of them is left out', () => {
  const rows = KEPT.flatMap(({ row, label, score }) => [...boxes[row]!, score, label]);
  const outputs = [tensor('detections', [1, KEPT.length, 6], rows)];
  const found = detection({
    reference: { outputs, final: FINAL, settings: SETTINGS },
    candidate: { outputs },
    heads: [parseHead('detection:detections=detections')],
  });
  expect(found).toMatchObject({ state: 'equal', unmap: [] });
});
