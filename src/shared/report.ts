/**
 * The report, `schema: "layerdiff.report/1"`: what `compare` finds, as plain readonly data. Numbers that JSON cannot
 * hold are NaN, ±Infinity in memory and the strings "NaN", "Infinity", "-Infinity" in the file.
 */
import type { Cause } from './cause.ts';
import type { Dtype } from './dtype.ts';
import type { ErrorPlace, InputExplanation } from './input-stage.ts';
import type { OutputStage } from './output-stage.ts';
import type { LengthReach, OutputEffect, PromptRow, PromptStep } from './prompt.ts';
import type { Structure } from './structure.ts';
import type { TensorComparison, ValueStats } from './comparison.ts';

export const REPORT_SCHEMA = 'layerdiff.report/1';

/** In order of precedence: `verdict.kind` is the first that was found. */
export const VERDICT_KINDS = [
  'not-comparable',
  'input-differs',
  'weights-differ',
  'missing-operation',
  'introduced',
  'precision-loss',
  'output-stage-differs',
  'nondeterministic',
  'no-fault',
] as const;

export type VerdictKind = (typeof VERDICT_KINDS)[number];

export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  readonly verdict: Verdict;
  readonly coverage: Coverage;
  readonly inputs: readonly InputRow[];
  readonly inputStage: InputStage;
  readonly weights: WeightsSummary;
  /** In execution order. */
  readonly tensors: readonly TensorRow[];
  readonly outputs: readonly OutputRow[];
  /** What comes after the last node; no heads where none was declared or recognised. */
  readonly outputStage: OutputStage;
  readonly paths: readonly ErrorPath[];
  /** By gain, noise left out. */
  readonly amplifiers: readonly Amplifier[];
  /** Of the output whose error is largest; undefined where the way to it is short or free of errors. */
  readonly growth: Growth | undefined;
  readonly findings: readonly Finding[];
  readonly samples: readonly SampleSummary[];
  readonly observer: Observer;
  readonly environment: Environment;
  readonly timings: Timings;
}

export interface Verdict {
  readonly kind: VerdictKind;
  readonly kinds: readonly VerdictKind[];
  /** `equal` or `noise` for no-fault, else ''. */
  readonly detail: string;
  readonly sentence: string;
  /** Ranked; the first is the one the sentence names first. */
  readonly sites: readonly Site[];
  /** Something differs outside of the graph, and no node was found at fault on what PyTorch was given. */
  readonly isInnocent: boolean;
  /** Commands to paste, at most three. */
  readonly next: readonly string[];
}

/** A stretch that introduces error. */
export interface Site {
  readonly nodes: readonly string[];
  /** Where the stretch could be narrowed to one node, else undefined. */
  readonly node: string | undefined;
  readonly narrowedBy: string | undefined;
  readonly opType: string;
  readonly tensor: string;
  readonly scope: string;
  readonly kind: 'introduced' | 'missing-operation' | 'weights-differ';
  /** Own error, relative: max|d| ÷ scale in the fed run. NaN where the two sides cannot be subtracted. */
  readonly local: number;
  readonly tolerance: number;
  /** Own error ÷ tolerance, over the worst slice. */
  readonly excess: number;
  readonly sample: number;
  /** Empty where it was not measured: just the sites that are furthest above their tolerance are. */
  readonly contribution: readonly SiteContribution[];
  /** Where and how the own error sits in the tensor, most telling first; empty where nothing stands out. */
  readonly structure: readonly Structure[];
  readonly cause: Cause | undefined;
  /** Sentences of evidence: a differing weight, a missing operation, non-finite values. */
  readonly evidence: readonly string[];
}

/**
 * Of a site, per graph output: the share of that output's error that disappears when what is added at the site is taken
 * away and inherited error stays. Shares need not add up to 1 and may be negative.
 */
export interface SiteContribution {
  readonly output: string;
  /** undefined where shapes differ or values are not finite. */
  readonly share: number | undefined;
}

export interface Coverage {
  /** Tensors that top-level nodes make. */
  readonly tensors: number;
  readonly compared: number;
  /** Entries of the reference that stand for module outputs, and how many of them are paired. */
  readonly entries: number;
  readonly pairedEntries: number;
  readonly unmatched: {
    readonly candidate: readonly string[];
    readonly reference: readonly UnmatchedEntry[];
  };
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly graphOutputs: { readonly total: number; readonly compared: number };
}

export interface UnmatchedEntry {
  readonly entry: string;
  /** `folded into layer1.bn1`: right so; else what is known of why. */
  readonly reason: string;
  /** True where the lack of a counterpart is right (folded). */
  readonly expected: boolean;
}

export interface InputRow {
  readonly name: string;
  readonly dtype: Dtype;
  readonly dims: readonly number[];
  /** Where the value came from: an entry of the dump, a file. */
  readonly source: string;
  readonly bound: string;
  /** Another value was given (`--inputs`), and it is not the recorded one. */
  readonly differs: boolean;
  /** Deployed against recorded; undefined where no other was given, or where the two cannot be subtracted. */
  readonly difference: TensorComparison | undefined;
  /** How the deployed value came about: of pictures and of any other numbers. */
  readonly explanation: InputExplanation | undefined;
  /** The same of token ids and embeddings. */
  readonly steps: readonly PromptStep[];
  /** Where another length goes; undefined where both have the same shape, or the model does not take the deployed one. */
  readonly reach: LengthReach | undefined;
  /** Where, by the masks among the inputs, the difference lies. */
  readonly places: readonly ErrorPlace[];
}

/** Before the first node: what the deployed pipeline does otherwise, and what comes of it. */
export interface InputStage {
  /** The sample that is told here: the first whose inputs differ, else the first. Counts from 0. */
  readonly sample: number;
  /** The original picture (`--image`). */
  readonly picture: { readonly name: string; readonly width: number; readonly height: number } | undefined;
  /** Prompts in the graph that are not PyTorch's. */
  readonly prompts: readonly PromptRow[];
  /** The candidate on what is deployed, prompts included, against the candidate on what PyTorch was given. */
  readonly effects: readonly OutputEffect[];
  /** Why there are no effects, else undefined. */
  readonly note: string | undefined;
  /** Where, by the masks among the inputs, the errors of graph outputs lie. */
  readonly places: readonly (ErrorPlace & { readonly output: string })[];
  /** `--ignore-where`, how many positions that leaves out, and the inputs that differ at those alone. */
  readonly ignored:
    | {
        readonly where: string;
        readonly positions: number;
        readonly of: number;
        readonly inputs: readonly string[];
      }
    | undefined;
}

export interface WeightsSummary {
  readonly matched: number;
  readonly of: number;
  readonly differing: readonly WeightDifference[];
  /** Why weights could not be checked, or what was left out. */
  readonly note: string | undefined;
}

export interface WeightDifference {
  readonly initializer: string;
  readonly parameter: string;
  /** Nodes that read it. */
  readonly nodes: readonly string[];
  readonly detail: string;
}

/** Where a noise floor comes from: a recorded float64 run, runs on values moved by one rounding, the error model. */
export const NOISE_SOURCES = ['referee', 'perturbation', 'formula'] as const;
export type NoiseSource = (typeof NOISE_SOURCES)[number];

export type TensorState = 'missing' | 'not-compared' | 'introduced' | 'equal' | 'noise' | 'inherited';

export interface TensorRow {
  readonly name: string;
  readonly node: string;
  readonly opType: string;
  readonly scope: string;
  readonly dtype: Dtype | undefined;
  readonly shape: readonly number[] | undefined;
  readonly pairs: readonly PairRow[];
  readonly state: TensorState;
  /** Why it is not compared, or how the state came about. */
  readonly reason: string | undefined;
  /** Error so far (free run) of the worst sample; undefined where it was not compared. */
  readonly total: ErrorMeasure | undefined;
  /** Own error, fed exact inputs (fed run). */
  readonly local: ErrorMeasure | undefined;
  readonly tolerance: number | undefined;
  readonly excess: number | undefined;
  readonly gain: number | undefined;
  /** Relative to the scale: what rounding alone may have summed up to here. */
  readonly noiseFloor: number | undefined;
  readonly noiseSource: NoiseSource | undefined;
  /** The sample that `total`, `local` and `state` are of. */
  readonly sample: number;
  /** `total.relativeL2` over all samples. */
  readonly overSamples:
    | {
        readonly mean: number;
        readonly min: number;
        readonly max: number;
        /** Error so far and own error ÷ tolerance of each sample; NaN where there is none. */
        readonly each: readonly SampleError[];
      }
    | undefined;
  /** Candidate values of a tensor without a partner. */
  readonly values: ValueStats | undefined;
}

export interface SampleError {
  readonly sample: number;
  readonly shape: readonly number[];
  readonly relativeL2: number;
  readonly excess: number;
}

export interface ErrorMeasure extends TensorComparison {
  /** What max|d| is divided by. */
  readonly scale: number;
  /** max|d| ÷ scale. */
  readonly relative: number;
}

export interface PairRow {
  readonly entry: string;
  readonly rule: string;
  readonly confidence: string;
  readonly transform: 'none' | 'reshape' | { readonly permutation: readonly number[] };
}

export interface OutputRow {
  readonly name: string;
  readonly entry: string | undefined;
  readonly maxAbs: number | undefined;
  readonly relativeL2: number | undefined;
  readonly outside: number | undefined;
  readonly atol: number;
  readonly rtol: number;
  readonly withinTolerance: boolean | undefined;
}

export interface ErrorPath {
  readonly site: string;
  readonly output: string;
  readonly steps: readonly {
    readonly tensor: string;
    readonly relativeL2: number;
    readonly gain: number | undefined;
  }[];
}

export interface Amplifier {
  readonly tensor: string;
  readonly node: string;
  readonly gain: number;
}

/** Geometric means, from one compared tensor to the next, on the way to a graph output along the largest errors. */
export interface Growth {
  readonly output: string;
  readonly steps: number;
  /** Of the relative L2 error. */
  readonly relative: number;
  /** Of the largest absolute error. */
  readonly absolute: number;
  /** Of the largest value of the reference. */
  readonly values: number;
}

export interface Finding {
  readonly kind: string;
  readonly severity: 'info' | 'warning' | 'fault';
  readonly subject: string;
  readonly text: string;
}

export interface SampleSummary {
  readonly index: number;
  readonly inputs: readonly { readonly name: string; readonly dims: readonly number[] }[];
  readonly kind: VerdictKind;
  readonly detail: string;
  readonly sites: readonly string[];
  readonly worstOutput: { readonly name: string; readonly relativeL2: number } | undefined;
}

export interface Observer {
  readonly level: string;
  /** Instrumented outputs against the untouched model's; undefined where the untouched model was not run. */
  readonly equal: boolean | undefined;
  readonly maxAbs: number | undefined;
  readonly relativeL2: number | undefined;
  readonly reason: string | undefined;
  /** Two runs of the untouched model in one session; undefined where it was run once. */
  readonly repeat:
    { readonly equal: boolean; readonly maxAbs: number; readonly relativeL2: number } | undefined;
  /**
   * Where the untouched model's outputs are others: the passes of the runtime's optimizer without which they are not;
   * empty where no passes explain it.
   */
  readonly passes: readonly string[] | undefined;
  /** Where they differ, node by node. */
  readonly levels: LevelDifference | undefined;
  /** Outputs of the user's own runtime (`--deployed`) against ours. */
  readonly deployed:
    { readonly reproduced: boolean; readonly relativeL2: number; readonly text: string } | undefined;
}

/** The same model at two levels of optimisation, tensor by tensor. */
export interface LevelDifference {
  /** Of the optimised graph; the other run is at level disabled. */
  readonly level: string;
  /** Tensors that both graphs have. */
  readonly compared: number;
  readonly changed: number;
  /** The first of those that changed, in execution order. */
  readonly first: readonly { readonly tensor: string; readonly node: string; readonly relativeL2: number }[];
}

export interface Environment {
  readonly tool: string;
  readonly command: string;
  readonly candidate: FileStamp & {
    readonly opsets: readonly { readonly domain: string; readonly version: number }[];
    readonly irVersion: number;
    readonly producer: string;
  };
  readonly reference: FileStamp & {
    readonly format: string;
    readonly torch: string | undefined;
    readonly device: string | undefined;
    readonly precision: string | undefined;
  };
  readonly runtime: {
    readonly onnxruntime: string;
    readonly provider: string;
    readonly level: string;
    readonly threads: number;
  };
  readonly cpu: string;
  readonly node: string;
  readonly notes: readonly string[];
  /** Libraries, export flags and settings that both sides recorded, or one of them. */
  readonly sides: readonly SideFact[];
}

/** One fact that the reference's recording and the deployed side's state of themselves. */
export interface SideFact {
  readonly group: 'version' | 'export' | 'setting' | 'pre' | 'post';
  readonly name: string;
  readonly reference: string | undefined;
  readonly deployed: string | undefined;
  /** Both state it, and not the same. */
  readonly differs: boolean;
}

export interface FileStamp {
  readonly name: string;
  readonly sha256: string;
  /** What was hashed: `file`, `size and ends` (large files), `names, sizes and manifest` (folders). */
  readonly over: string;
}

/** Milliseconds of wall time by stage. */
export type Timings = Readonly<Record<string, number>>;
