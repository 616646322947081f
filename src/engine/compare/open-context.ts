import { readFileSync } from 'node:fs';
import { LayerdiffError } from '../../shared/errors.ts';
import type { CompareOptions, EngineEvent } from '../../shared/progress.ts';
import type { Dump } from '../dump/index.ts';
import { indexGraph } from '../graph/index.ts';
import type { MapFile } from '../match/index.ts';
import { parseMapFile } from '../match/index.ts';
import { createComparer } from '../metric/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { Arena } from '../run/index.ts';
import type { CompareContext } from './context.ts';
import { knownValues, weightOf } from './known-values.ts';
import { optimizedModel } from './optimized-model.ts';
import { arenaBytesFor, segmentBudget } from './plan-for.ts';
import type { PromptStage } from './prompt-stage.ts';
import { selection } from './selection.ts';
import type { SideThread } from './side-thread.ts';

/** TF32 keeps ten bits of a float32's mantissa (NVIDIA Ampere architecture white paper); ε as in design section 4. */
const TF32_EPSILON = 2 ** -11;

interface Opened {
  readonly original: OnnxModel;
  readonly dump: Dump;
  readonly side: SideThread | undefined;
  readonly timings: Record<string, number>;
  readonly emit: (event: EngineEvent) => void;
}

/** What a comparison works with, of the candidate as it was given. */
export function contextOf(
  options: CompareOptions,
  { original, dump, side, timings, emit }: Opened,
): CompareContext {
  const comparer = createComparer(arenaBytesFor(segmentBudget(options.memoryBytes)));
  const graph = indexGraph(original);
  return {
    options,
    model: original,
    graph,
    original: { model: original, graph },
    wholeFile: options.candidate,
    prompts: [],
    dump,
    map: options.map === undefined ? undefined : readMapFile(options.map),
    settings: { level: 'disabled', provider: options.provider, threads: options.threads },
    comparer,
    arena: new Arena(comparer.room),
    carryLimit: options.memoryBytes * 0.2,
    side,
    coarsest: dump.recording?.environment.tf32 === true ? TF32_EPSILON : 0,
    weight: knownValues(comparer, (name) => weightOf(original, graph, name)),
    plans: new Map(),
    timings,
    emit,
    selects: selection(options.include, options.exclude),
  };
}

/** The same with the graph that is taken apart: with PyTorch's prompts in it, and at the level that was asked for. */
export async function withModel(
  context: CompareContext,
  { rows, edited }: PromptStage,
): Promise<CompareContext> {
  const { options, comparer, settings } = context;
  const original = edited ?? context.original;
  const wholeFile = edited?.file ?? context.wholeFile;
  const isSame = options.optimization === 'disabled';
  const model = isSame
    ? original.model
    : await optimizedModel(original.model, wholeFile, { ...settings, level: options.optimization });
  const graph = isSame ? original.graph : indexGraph(model);
  return {
    ...context,
    model,
    graph,
    original,
    wholeFile,
    prompts: rows,
    plans: new Map(),
    weight: knownValues(comparer, (name) => weightOf(model, graph, name)),
  };
}

function readMapFile(path: string): MapFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new LayerdiffError('bad-request', 'cannot be read', { file: path, wayOut: 'check --map' });
  }
  return parseMapFile(text, path);
}
