import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** `manifest.json` of a layerdiff dump as it stands in the file (`docs/dump-format.md`); unknown fields are ignored. */
const count = z.number().int().nonnegative();
// Any name: a tensor of a type that is not known here is left out with its reason, the rest of the dump is read.
const dtype = z.string().max(40);

const ENTRY = z.object({
  path: z.string(),
  call: count,
  role: z.enum(['input', 'output']),
  index: count,
  op: z.string().optional(),
  op_call: count.optional(),
  dtype,
  dims: z.array(count),
  shard: count,
  name: z.string(),
});

const NAMED = z.object({ name: z.string(), key: z.string() });

const setting = z.union([
  z.number(),
  z.string().max(LIMITS.settingText),
  z.boolean(),
  z.array(z.number()).max(LIMITS.settingNumbers),
  z.null(),
]);

/** An object as pairs, not as a record: a name such as `__proto__` stays a name like any other. */
const pairsOf = <T extends z.ZodType>(value: T) =>
  z.preprocess(
    (json) =>
      typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.entries(json) : json,
    z.array(z.tuple([z.string().max(LIMITS.settingName), value])).max(LIMITS.settings),
  );

const SETTINGS = pairsOf(setting);

const STAGE = z.object({
  settings: SETTINGS.default([]),
  tensors: z
    .array(
      z.object({
        name: z.string().max(LIMITS.settingName),
        dtype,
        dims: z.array(count),
        shard: count,
        key: z.string(),
      }),
    )
    .max(LIMITS.stageTensors)
    .default([]),
});

const SAMPLE = z.object({
  inputs: z.array(NAMED),
  outputs: z.array(NAMED),
  entries: z.array(ENTRY),
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })).default([]),
  referee: z.array(ENTRY).nullish(),
  referee_missing: z.string().nullish(),
  pre: STAGE.nullish(),
  post: STAGE.nullish(),
});

const statistic = z.number().nullable();
const digest = z.string().nullish();

const PARAMETER = z.object({
  name: z.string(),
  dtype,
  dims: z.array(count),
  buffer: z.boolean().default(false),
  stats: z.object({ min: statistic, max: statistic, mean: statistic, std: statistic }).nullish(),
  digests: z
    .object({
      stored: digest,
      transposed: digest,
      float16: digest,
      float16_transposed: digest,
      bfloat16: digest,
      bfloat16_transposed: digest,
    })
    .partial()
    .nullish(),
  shard: count.nullish(),
  key: z.string().nullish(),
});

const MODULE = z.object({
  path: z.string(),
  aliases: z.array(z.string()).nullish(),
  class: z.string(),
  repr: z.string().default(''),
  training: z.boolean().default(false),
  file: z.string().nullish(),
  line: count.nullish(),
  parameters: z.array(z.string()).default([]),
});

const ENVIRONMENT = z.object({
  torch: z.string().default(''),
  python: z.string().default(''),
  device: z.string().default(''),
  model_dtype: z.string().default(''),
  training: z.boolean().default(false),
  deterministic: z.boolean().default(false),
  tf32: z.boolean().default(false),
  autocast: z.boolean().default(false),
  attention: z.string().default(''),
  precision: z.enum(['exact', 'keep']).default('exact'),
  changed: z.array(z.string()).default([]),
  versions: pairsOf(z.string().max(LIMITS.settingText)).default([]),
});

const EXPORT = z.object({
  exporter: z.string().max(LIMITS.settingName),
  opset: count.nullish(),
  flags: SETTINGS.default([]),
});

export const MANIFEST = z.object({
  schema: z.literal('layerdiff.dump/1'),
  granularity: z.enum(['module', 'op', 'session']),
  environment: ENVIRONMENT,
  settings: SETTINGS.default([]),
  export: EXPORT.nullish(),
  modules: z.array(MODULE).default([]),
  parameters: z.array(PARAMETER).default([]),
  // A base name and nothing else: a manifest must not point out of its folder.
  shards: z.array(z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}\.safetensors$/, 'not a shard name')),
  samples: z.array(SAMPLE),
});

export type Manifest = z.infer<typeof MANIFEST>;
export type ManifestEntry = z.infer<typeof ENTRY>;
export type ManifestSample = z.infer<typeof SAMPLE>;
export type ManifestParameter = z.infer<typeof PARAMETER>;
export type ManifestStage = z.infer<typeof STAGE>;
