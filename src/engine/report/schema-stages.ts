/** What comes before the first node and after the last one, as it stands in the report file. */
import { z } from 'zod';
import { INPUT_STEP_KINDS } from '../../shared/input-stage.ts';
import { PROMPT_STEPS } from '../../shared/prompt.ts';
import { head } from './schema-heads.ts';
import { dims, number } from './schema-parts.ts';

const inputStep = z.strictObject({
  kind: z.enum(INPUT_STEP_KINDS),
  text: z.string(),
  fix: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), number, z.array(number)])),
});

const hypothesis = z.strictObject({
  steps: z.array(inputStep),
  residual: number,
  residualShare: number,
  text: z.string(),
});

const side = z.strictObject({
  text: z.string(),
  channelOrder: z.string(),
  orientation: z.number().int(),
  order: z.string(),
  filter: z.string().optional(),
  rounding: z.string().optional(),
  size: z.tuple([z.number(), z.number()]),
  sizeRule: z.string().optional(),
  pads: z.strictObject({ top: number, bottom: number, left: number, right: number }),
  padUnit: z.string(),
  padValue: z.array(number).optional(),
  normalisation: z.strictObject({
    name: z.string(),
    scale: number,
    mean: z.array(number),
    std: z.array(number),
  }),
  layout: z.string(),
  residualLevels: z.strictObject({ max: number, mean: number, share: number }),
});

const typed = z.strictObject({ dtype: z.string(), dims });

export const explanation = z.strictObject({
  difference: z.strictObject({
    deployed: typed,
    recorded: typed,
    max: number.optional(),
    mean: number.optional(),
    share: number.optional(),
    text: z.string(),
  }),
  best: hypothesis.optional(),
  rivals: z.array(hypothesis),
  sides: z.strictObject({ deployed: side.optional(), recorded: side.optional() }).optional(),
  note: z.string().optional(),
});

const placeFields = {
  mask: z.string(),
  value: number,
  share: number,
  elements: number,
  text: z.string(),
};
export const place = z.strictObject(placeFields);

export const promptStep = z.strictObject({
  kind: z.enum(PROMPT_STEPS),
  text: z.string(),
  fix: z.string(),
  deployed: z.array(z.number().int()),
  recorded: z.array(z.number().int()),
});

const effect = z.strictObject({
  output: z.string(),
  reached: z.boolean(),
  relativeL2: number.optional(),
  maxAbs: number.optional(),
  dims: z.strictObject({ deployed: dims, recorded: dims }).optional(),
});

const reduction = z.strictObject({
  node: z.string(),
  opType: z.string(),
  tensor: z.string(),
  relativeL2: number.optional(),
  maxAbs: number.optional(),
});

export const lengthReach = z.strictObject({
  firstMismatch: z.string().optional(),
  reductions: z.array(reduction),
  outputs: z.array(z.string()),
});

const prompt = z.strictObject({
  tensor: z.string(),
  held: z.enum(['initializer', 'input']),
  entry: z.string(),
  deployedDims: dims,
  recordedDims: dims,
  found: z.string(),
  steps: z.array(promptStep),
  text: z.string(),
  firstMismatch: z.string().optional(),
  reductions: z.array(reduction),
  effects: z.array(effect),
  unreplaced: z.array(z.string()).default([]),
  refused: z.string().optional(),
});

/** Absent in reports of earlier versions. */
export const inputStage = z
  .strictObject({
    sample: z.number().default(0),
    picture: z.strictObject({ name: z.string(), width: z.number(), height: z.number() }).optional(),
    prompts: z.array(prompt),
    effects: z.array(effect),
    note: z.string().optional(),
    places: z.array(z.strictObject({ ...placeFields, output: z.string() })),
    ignored: z
      .strictObject({
        where: z.string(),
        positions: z.number(),
        of: z.number(),
        // Absent in reports of earlier versions.
        inputs: z.array(z.string()).default([]),
      })
      .optional(),
  })
  .default({ sample: 0, prompts: [], effects: [], places: [] });

/** Absent in reports of earlier versions. */
export const outputStage = z
  .strictObject({ sample: z.number().default(0), heads: z.array(head) })
  .default({ sample: 0, heads: [] });

export const sideFact = z.strictObject({
  group: z.enum(['version', 'export', 'setting', 'pre', 'post']),
  name: z.string(),
  reference: z.string().optional(),
  deployed: z.string().optional(),
  differs: z.boolean(),
});
