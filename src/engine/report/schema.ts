/**
 * The report as it stands in the file, as a zod schema: `resources/report.schema.json` is made from it
 * (`npm run schema`), and reading a report back goes through it. The types in memory are `shared/report.ts`.
 */
import { CAUSE_KINDS } from '../../shared/cause.ts';
import { STRUCTURE_KINDS } from '../../shared/structure.ts';
import { z } from 'zod';
import { DTYPES } from '../../shared/dtype.ts';
import { dims, number } from './schema-parts.ts';
import {
  explanation,
  inputStage,
  lengthReach,
  outputStage,
  place,
  promptStep,
  sideFact,
} from './schema-stages.ts';
import { NOISE_SOURCES, REPORT_SCHEMA, VERDICT_KINDS } from '../../shared/report.ts';

const dtype = z.enum(Object.keys(DTYPES) as [string, ...string[]]);
const kind = z.enum(VERDICT_KINDS);

const stats = z.strictObject({
  count: z.number(),
  nan: z.number(),
  posInf: z.number(),
  negInf: z.number(),
  zero: z.number(),
  negative: z.number(),
  min: number,
  max: number,
  mean: number,
  std: number,
  maxAbs: number,
  minAbs: number,
  sum: number,
  sumSquares: number,
});

const comparisonFields = {
  count: z.number(),
  nonFiniteMismatch: z.number(),
  maskMismatch: z.number(),
  finitePartOnly: z.boolean(),
  maxAbs: number,
  worst: z.strictObject({ index: z.number(), candidate: number, reference: number }).optional(),
  meanAbs: number,
  rmse: number,
  relativeL2: number,
  sqnr: number,
  cosine: number,
  outside: number,
  unequal: number,
  maxUlp: number,
  percentiles: z.strictObject({ p50: number, p90: number, p99: number, p999: number }),
  histogram: z.strictObject({
    zero: z.number(),
    denormal: z.number(),
    nonFinite: z.number(),
    bins: z.array(z.strictObject({ bin: z.number().int(), count: z.number() })),
  }),
  candidate: stats,
  reference: stats,
};
const comparison = z.strictObject(comparisonFields);
const measure = z.strictObject({ ...comparisonFields, scale: number, relative: number });

const pair = z.strictObject({
  entry: z.string(),
  rule: z.string(),
  confidence: z.string(),
  transform: z.union([z.enum(['none', 'reshape']), z.strictObject({ permutation: z.array(z.number()) })]),
});

const tensor = z.strictObject({
  name: z.string(),
  node: z.string(),
  opType: z.string(),
  scope: z.string(),
  dtype: dtype.optional(),
  shape: dims.optional(),
  pairs: z.array(pair),
  state: z.enum(['missing', 'not-compared', 'introduced', 'equal', 'noise', 'inherited']),
  reason: z.string().optional(),
  total: measure.optional(),
  local: measure.optional(),
  tolerance: number.optional(),
  excess: number.optional(),
  gain: number.optional(),
  noiseFloor: number.optional(),
  noiseSource: z.enum(NOISE_SOURCES).optional(),
  sample: z.number().int(),
  overSamples: z
    .strictObject({
      mean: number,
      min: number,
      max: number,
      each: z.array(
        z.strictObject({ sample: z.number().int(), shape: dims, relativeL2: number, excess: number }),
      ),
    })
    .optional(),
  values: stats.optional(),
});

const structure = z.strictObject({
  kind: z.enum(STRUCTURE_KINDS),
  text: z.string(),
  share: number,
  figures: z.record(z.string(), z.union([number, z.array(number)])),
});

const cause = z.strictObject({
  kind: z.enum(CAUSE_KINDS),
  text: z.string(),
  fix: z.string(),
  confirm: z.string(),
  experiment: z
    .strictObject({
      node: z.string(),
      setting: z.string(),
      before: number,
      error: number,
      reproduces: z.boolean(),
      alternatives: z.array(z.string()),
      text: z.string(),
    })
    .optional(),
});

const site = z.strictObject({
  nodes: z.array(z.string()),
  node: z.string().optional(),
  narrowedBy: z.string().optional(),
  opType: z.string(),
  tensor: z.string(),
  scope: z.string(),
  kind: z.enum(['introduced', 'missing-operation', 'weights-differ']),
  local: number,
  tolerance: number,
  excess: number,
  sample: z.number().int(),
  contribution: z.array(z.strictObject({ output: z.string(), share: number.optional() })),
  structure: z.array(structure),
  cause: cause.optional(),
  evidence: z.array(z.string()),
});

const named = z.strictObject({ name: z.string(), reason: z.string() });
const stamp = { name: z.string(), sha256: z.string(), over: z.string() };

export const reportSchema = z.strictObject({
  schema: z.literal(REPORT_SCHEMA),
  verdict: z.strictObject({
    kind,
    kinds: z.array(kind).min(1),
    detail: z.string(),
    sentence: z.string(),
    sites: z.array(site),
    isInnocent: z.boolean().default(false),
    next: z.array(z.string()).max(3),
  }),
  coverage: z.strictObject({
    tensors: z.number(),
    compared: z.number(),
    entries: z.number(),
    pairedEntries: z.number(),
    unmatched: z.strictObject({
      candidate: z.array(z.string()),
      reference: z.array(z.strictObject({ entry: z.string(), reason: z.string(), expected: z.boolean() })),
    }),
    skipped: z.array(named),
    graphOutputs: z.strictObject({ total: z.number(), compared: z.number() }),
  }),
  inputs: z.array(
    z.strictObject({
      name: z.string(),
      dtype,
      dims,
      source: z.string(),
      bound: z.string(),
      differs: z.boolean().default(false),
      difference: comparison.optional(),
      explanation: explanation.optional(),
      steps: z.array(promptStep).default([]),
      reach: lengthReach.optional(),
      places: z.array(place).default([]),
    }),
  ),
  inputStage,
  weights: z.strictObject({
    matched: z.number(),
    of: z.number(),
    differing: z.array(
      z.strictObject({
        initializer: z.string(),
        parameter: z.string(),
        nodes: z.array(z.string()),
        detail: z.string(),
      }),
    ),
    note: z.string().optional(),
  }),
  tensors: z.array(tensor),
  outputs: z.array(
    z.strictObject({
      name: z.string(),
      entry: z.string().optional(),
      maxAbs: number.optional(),
      relativeL2: number.optional(),
      outside: number.optional(),
      atol: z.number(),
      rtol: z.number(),
      withinTolerance: z.boolean().optional(),
    }),
  ),
  paths: z.array(
    z.strictObject({
      site: z.string(),
      output: z.string(),
      steps: z.array(z.strictObject({ tensor: z.string(), relativeL2: number, gain: number.optional() })),
    }),
  ),
  outputStage,
  amplifiers: z.array(z.strictObject({ tensor: z.string(), node: z.string(), gain: number })),
  growth: z
    .strictObject({
      output: z.string(),
      steps: z.number().int(),
      relative: number,
      absolute: number,
      values: number,
    })
    .optional(),
  findings: z.array(
    z.strictObject({
      kind: z.string(),
      severity: z.enum(['info', 'warning', 'fault']),
      subject: z.string(),
      text: z.string(),
    }),
  ),
  samples: z.array(
    z.strictObject({
      index: z.number().int(),
      inputs: z.array(z.strictObject({ name: z.string(), dims })),
      kind,
      detail: z.string(),
      sites: z.array(z.string()),
      worstOutput: z.strictObject({ name: z.string(), relativeL2: number }).optional(),
    }),
  ),
  observer: z.strictObject({
    level: z.string(),
    equal: z.boolean().optional(),
    maxAbs: number.optional(),
    relativeL2: number.optional(),
    reason: z.string().optional(),
    repeat: z.strictObject({ equal: z.boolean(), maxAbs: number, relativeL2: number }).optional(),
    passes: z.array(z.string()).optional(),
    levels: z
      .strictObject({
        level: z.string(),
        compared: z.number().int(),
        changed: z.number().int(),
        first: z.array(z.strictObject({ tensor: z.string(), node: z.string(), relativeL2: number })),
      })
      .optional(),
    deployed: z.strictObject({ reproduced: z.boolean(), relativeL2: number, text: z.string() }).optional(),
  }),
  environment: z.strictObject({
    tool: z.string(),
    command: z.string(),
    candidate: z.strictObject({
      ...stamp,
      opsets: z.array(z.strictObject({ domain: z.string(), version: z.number() })),
      irVersion: z.number(),
      producer: z.string(),
    }),
    reference: z.strictObject({
      ...stamp,
      format: z.string(),
      torch: z.string().optional(),
      device: z.string().optional(),
      precision: z.string().optional(),
    }),
    runtime: z.strictObject({
      onnxruntime: z.string(),
      provider: z.string(),
      level: z.string(),
      threads: z.number(),
    }),
    cpu: z.string(),
    node: z.string(),
    notes: z.array(z.string()),
    sides: z.array(sideFact).default([]),
  }),
  timings: z.record(z.string(), z.number()),
});

/** JSON Schema (draft 2020-12) of the report file. */
export function reportJsonSchema(): unknown {
  return z.toJSONSchema(reportSchema, { io: 'input' });
}
