/** Heads after the last node, as they stand in the report file. */
import { z } from 'zod';
import { BOX_FORMATS, MATCH_STATES, UNMAP_KINDS } from '../../shared/output-stage.ts';
import { number } from './schema-parts.ts';

const count = z.number().int().nonnegative();
const box = z.tuple([number, number, number, number]);
const pair = z.tuple([number, number]);
const orNone = z.union([number, z.literal('none')]);
const detection = z.strictObject({ box, score: number, label: number });
const candidate = z.strictObject({ row: count, label: number });

const rules = z.strictObject({
  semantics: z.enum(['per-class', 'class-offset', 'class-agnostic']),
  classOffset: z.union([number, z.literal('largest-coordinate')]),
  labelMode: z.enum(['multi-label', 'single-label']),
  boxFormat: z.enum(BOX_FORMATS),
  sortsCorners: z.boolean(),
  halfPixel: z.boolean(),
  unmapBefore: z.boolean(),
  clipBefore: z.boolean(),
  scoreThreshold: orNone,
  scoreStrict: z.boolean(),
  preTopK: orNone,
  iouThreshold: number,
  iouStrict: z.boolean(),
  iouThresholdDtype: z.enum(['float32', 'float64']),
  tieOrder: z.enum(['index', 'reverse-index']),
  maxPerClass: orNone,
  maxTotal: orNone,
  finalScoreThreshold: orNone,
});
const ruleName = z.enum(
  Object.keys(rules.shape) as [keyof typeof rules.shape, ...(keyof typeof rules.shape)[]],
);
const ruleValue = z.union([z.boolean(), number, z.string()]);

const explanation = z.strictObject({
  differences: z.array(
    z.strictObject({
      rule: ruleName,
      reference: ruleValue,
      candidate: ruleValue,
      inferred: z.enum(['reference', 'candidate']).optional(),
      interval: z.strictObject({ low: number.optional(), high: number.optional() }).optional(),
      affected: z.array(candidate),
      affectedCount: count,
      text: z.string(),
    }),
  ),
  text: z.string(),
});

const fate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('kept'), rank: count }),
  z.strictObject({ kind: z.literal('below-score'), threshold: number }),
  z.strictObject({ kind: z.literal('not-best-label'), bestLabel: number }),
  z.strictObject({ kind: z.literal('suppressed'), by: candidate, iou: number }),
  z.strictObject({
    kind: z.literal('capped'),
    rule: z.enum(['preTopK', 'maxPerClass', 'maxTotal']),
    cap: number,
  }),
  z.strictObject({ kind: z.literal('below-final-score'), threshold: number }),
  z.strictObject({ kind: z.literal('not-a-number') }),
  z.strictObject({ kind: z.literal('unexplained') }),
]);

const audit = z.strictObject({
  state: z.enum(['equal', 'explained', 'unexplained', 'not-judged']),
  rules: z.strictObject({ reference: rules, candidate: rules }).optional(),
  explanations: z.array(explanation),
  kept: z.strictObject({ reference: count, candidate: count, both: count }),
  steps: z.array(
    z.strictObject({
      row: count,
      label: number,
      score: number,
      box,
      reference: fate,
      candidate: fate,
      differs: z.boolean(),
      text: z.string(),
    }),
  ),
  stepsOf: count,
  text: z.string(),
  notes: z.array(z.string()),
});

const matching = z.strictObject({
  matches: z.array(
    z.strictObject({
      state: z.enum(MATCH_STATES),
      reference: detection.optional(),
      candidate: detection.optional(),
      referenceIndex: count.optional(),
      candidateIndex: count.optional(),
      iou: number.optional(),
      margins: z.array(
        z.strictObject({
          rule: z.enum(['scoreThreshold', 'finalScoreThreshold', 'iouThreshold']),
          threshold: number,
          value: number,
          distance: number,
          isCoinToss: z.boolean(),
          text: z.string(),
        }),
      ),
      because: z.strictObject({ rule: ruleName.optional(), text: z.string() }).optional(),
      text: z.string(),
    }),
  ),
  counts: z.strictObject({
    matched: count,
    moved: count,
    rescored: count,
    relabelled: count,
    missing: count,
    extra: count,
  }),
  of: z.strictObject({ reference: count, candidate: count }),
  text: z.string(),
  notes: z.array(z.string()),
});

const unmap = z.strictObject({
  kind: z.enum(UNMAP_KINDS),
  scale: pair,
  offset: pair,
  fits: count,
  of: count,
  formula: z.string().optional(),
  fix: z.string().optional(),
  text: z.string(),
});

const common = {
  outputs: z.array(z.string()),
  known: z.enum(['declared', 'recognised']),
  state: z.enum(['equal', 'noise', 'differs', 'not-compared']),
  decides: z.boolean(),
  text: z.string(),
  notes: z.array(z.string()),
};

export const head = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('detection'),
    ...common,
    raw: z
      .strictObject({
        boxes: count,
        classes: count,
        boxDifference: number,
        scoreDifference: number,
        text: z.string(),
      })
      .optional(),
    final: z.strictObject({ reference: z.array(detection), candidate: z.array(detection) }).optional(),
    matching: matching.optional(),
    labels: z
      .strictObject({ shift: number.optional(), held: count, of: count, fix: z.string(), text: z.string() })
      .optional(),
    unmap: z.array(unmap),
    nms: audit.optional(),
  }),
  z.strictObject({
    kind: z.literal('classification'),
    ...common,
    rows: count,
    classes: count,
    top1: number,
    top5: number.optional(),
    smallestMargin: z.strictObject({ row: count, margin: number, error: number }).optional(),
    changed: z.array(
      z.strictObject({ row: count, reference: number, candidate: number, margin: number, error: number }),
    ),
    changedCount: count,
  }),
  z.strictObject({
    kind: z.literal('segmentation'),
    ...common,
    pixels: count,
    changed: count,
    nearBorder1: number,
    nearBorder2: number,
    allNearBorder1: number,
    allNearBorder2: number,
    classes: z.array(z.strictObject({ label: number, pixels: count, changed: count, iou: number })),
  }),
  z.strictObject({
    kind: z.literal('embedding'),
    ...common,
    rows: count,
    dimensions: count,
    lowestCosine: number,
    meanCosine: number,
    neighbourChanges: count.optional(),
    worst: z.array(
      z.strictObject({
        row: count,
        cosine: number,
        nearest: z.strictObject({ reference: count, candidate: count }).optional(),
      }),
    ),
  }),
]);
