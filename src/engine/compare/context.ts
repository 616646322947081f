import type { PromptRow } from '../../shared/prompt.ts';
import type { CompareOptions, EngineEvent, Stage } from '../../shared/progress.ts';
import type { Dump } from '../dump/index.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import type { MapFile } from '../match/index.ts';
import type { Comparer } from '../metric/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import type { Arena, Plan, SessionSettings } from '../run/index.ts';
import type { KnownValues } from './known-values.ts';
import type { SideThread } from './side-thread.ts';

/** What stays the same over all samples of one comparison. */
export interface CompareContext {
  readonly options: CompareOptions;
  /** The graph that is taken apart: the candidate, or what the runtime made of it at a higher level. */
  readonly model: OnnxModel;
  readonly graph: Graph;
  /** The candidate as it was given: the same two objects at level disabled. Names and weights are those of the export here. */
  readonly original: { readonly model: OnnxModel; readonly graph: Graph };
  /** A file of the original for sessions of the whole model: the candidate, or a copy with PyTorch's prompts in it. */
  readonly wholeFile: string;
  /** Prompts of the candidate that are not PyTorch's. Those that could be are replaced in `model` and `original`. */
  readonly prompts: readonly PromptRow[];
  readonly dump: Dump;
  readonly map: MapFile | undefined;
  /** Level disabled: what is fetched must not be fused away. */
  readonly settings: SessionSettings;
  readonly comparer: Comparer;
  readonly arena: Arena;
  /** Bytes of carried values that a run keeps in memory. */
  readonly carryLimit: number;
  /** Undefined where the work is not worth a thread, or the machine has no room for one. */
  readonly side: SideThread | undefined;
  /** Statistics of an initializer. */
  readonly weight: KnownValues;
  /** Types and plan per set of input shapes. */
  readonly plans: Map<string, { readonly facts: ReadonlyMap<string, TensorFacts>; readonly plan: Plan }>;
  /** ε of arithmetic that is coarser than the dtypes tell: the reference was recorded under TF32. */
  readonly coarsest: number;
  /** Milliseconds by stage, added up. */
  readonly timings: Record<string, number>;
  readonly emit: (event: EngineEvent) => void;
  /** By `--include` and `--exclude`, against `scope/node/tensor`. */
  readonly selects: (scope: string, node: string, tensor: string) => boolean;
}

export async function timed<T>(
  { timings }: Pick<CompareContext, 'timings'>,
  name: string,
  work: () => T | Promise<T>,
): Promise<T> {
  const from = performance.now();
  try {
    return await work();
  } finally {
    timings[name] = (timings[name] ?? 0) + performance.now() - from;
  }
}

export function stage(context: CompareContext, name: Stage, done: number, total: number, node = ''): void {
  context.emit({ type: 'stage', stage: name, done, total, node });
}
