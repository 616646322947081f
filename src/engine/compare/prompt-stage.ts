import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLayerdiffError, printable } from '../../shared/errors.ts';
import { formatShape } from '../../shared/format.ts';
import type { OutputEffect, PromptRow, PromptStep } from '../../shared/prompt.ts';
import type { DumpSample } from '../dump/index.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import { indexGraph } from '../graph/index.ts';
import type { ModelEdits, OnnxModel } from '../onnx/index.ts';
import { editedModel, modelFromBytes, spliceOutputs } from '../onnx/index.ts';
import { createSession, tensorFacts } from '../run/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import type { FoundPrompt } from './find-prompts.ts';
import { findPrompts } from './find-prompts.ts';
import { inputsOf } from './inputs.ts';
import { differenceBetween } from './observe.ts';
import { recordedOutputs, supported } from './prompt-evidence.ts';
import { relengthened } from './prompt-lengths.ts';
import type { PromptReach } from './prompt-reach.ts';
import { promptReach } from './prompt-reach.ts';

export interface PromptStage {
  readonly rows: readonly PromptRow[];
  /**
   * The candidate with PyTorch's prompts in it, and a file of it for sessions of the whole model; undefined where no
   * prompt differs, or where it does not run.
   */
  readonly edited: { readonly model: OnnxModel; readonly graph: Graph; readonly file: string } | undefined;
  readonly close: () => void;
}

const NOTHING: PromptStage = { rows: [], edited: undefined, close: () => undefined };

/** Models above this are not copied: the bytes are in memory twice meanwhile. */
const LARGEST_MODEL = 1.5 * 2 ** 30;

/**
 * Prompts that the graph holds are inputs, wherever they stand: those that are not PyTorch's are named, followed to what
 * they reach, and replaced by the recorded ones, so that the nodes are judged on what PyTorch was given.
 */
export async function promptStage(context: CompareContext, sample: DumpSample): Promise<PromptStage> {
  const { model, graph } = context;
  const alike = findPrompts(context, sample);
  if (alike.length === 0) return NOTHING;
  if (model.bytes.byteLength > LARGEST_MODEL)
    return { ...NOTHING, rows: alike.map((prompt) => rowOf(prompt, UNKNOWN, [], 'the model is too large')) };
  const before = await factsWith(context, model, graph, sample);
  const found = await differing(context, sample, alike, before);
  if (found.length === 0) return NOTHING;
  const folder = mkdtempSync(join(tmpdir(), 'layerdiff-'));
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const bytes = bytesWith(context, found, before);
    const edited = modelFromBytes(bytes, model.path);
    const editedGraph = indexGraph(edited);
    const after = await factsWith(context, edited, editedGraph, sample);
    const reaches = found.map((prompt) => promptReach(graph, prompt.name, before, after));
    const wanted = new Set(reaches.flatMap((reach) => reach.reductions.map(({ tensor }) => tensor)));
    const theirs = await outputsOf({ ...context, model: edited, graph: editedGraph }, sample, bytes, wanted);
    const own = await outputsOf(context, sample, editedModel(model, NO_EDITS), wanted);
    const refused = typeof theirs === 'string' ? theirs : undefined;
    const rows = found.map((prompt, index) => {
      const reach = reaches[index] ?? UNKNOWN;
      return rowOf(
        prompt,
        withValues(context, reach, own, theirs),
        effectsOf(context, reach, own, theirs),
        refused,
      );
    });
    if (refused !== undefined) {
      close();
      return { ...NOTHING, rows };
    }
    const file = join(folder, 'model.onnx');
    writeFileSync(file, bytes);
    return { rows, edited: { model: edited, graph: editedGraph, file }, close };
  } catch (error) {
    close();
    if (!isLayerdiffError(error) || error.tag !== 'runtime') throw error;
    return { ...NOTHING, rows: found.map((prompt) => rowOf(prompt, UNKNOWN, [], error.message)) };
  }
}

const NO_EDITS: ModelEdits = { initializers: new Map(), constants: new Map(), inputs: new Map() };

/** Those of which PyTorch's outputs say that they are other prompts, and not just alike. */
async function differing(
  context: CompareContext,
  sample: DumpSample,
  alike: readonly FoundPrompt[],
  facts: ReadonlyMap<string, TensorFacts>,
): Promise<readonly FoundPrompt[]> {
  const recorded = recordedOutputs(context.graph, context.dump, sample);
  const own = await outputsOf(context, sample, editedModel(context.model, NO_EDITS), NO_NAMES);
  if (typeof own === 'string') return alike;
  return supported(alike, { own, recorded }, (some) => {
    const bytes = bytesWith(context, some, facts);
    const model = modelFromBytes(bytes, context.model.path);
    return outputsOf({ ...context, model, graph: indexGraph(model) }, sample, bytes, NO_NAMES);
  });
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** The candidate with PyTorch's values of some prompts. */
function bytesWith(
  { model, graph }: CompareContext,
  prompts: readonly FoundPrompt[],
  facts: ReadonlyMap<string, TensorFacts>,
): Uint8Array {
  return editedModel(model, editsOf(prompts, relengthened(model, graph, facts, prompts)));
}

const UNKNOWN: PromptReach = { firstMismatch: undefined, reductions: [], outputs: new Set() };

function editsOf(found: readonly FoundPrompt[], lengths: ReturnType<typeof relengthened>): ModelEdits {
  const initializers = new Map(lengths.initializers);
  const constants = new Map(lengths.constants);
  const inputs = new Map<string, readonly number[]>();
  for (const { name, place, recorded } of found.flatMap((prompt) => [prompt, ...prompt.derived])) {
    if (place.kind === 'initializer') initializers.set(place.index, recorded);
    else if (place.kind === 'constant') constants.set(place.index, recorded);
    else inputs.set(name, recorded.dims);
  }
  return { initializers, constants, inputs };
}

async function factsWith(
  context: CompareContext,
  model: OnnxModel,
  graph: Graph,
  sample: DumpSample,
): Promise<ReadonlyMap<string, TensorFacts>> {
  const recorded = new Map(sample.inputs.map(({ name, entry }) => [name, entry.dims]));
  const types = new Map(
    graph.inputs.map((input) => {
      const numbers = input.dims?.filter((dim) => typeof dim === 'number');
      const declared = numbers?.length === input.dims?.length ? numbers : undefined;
      return [input.name, { dtype: input.dtype ?? 'float32', dims: declared ?? recorded.get(input.name) }];
    }),
  );
  return tensorFacts(model, graph, types, { ...context.settings, level: 'basic' });
}

type Outputs = ReadonlyMap<string, Tensor>;

/** Graph outputs and the wanted tensors; in words why there are none. */
async function outputsOf(
  context: CompareContext,
  sample: DumpSample,
  bytes: Uint8Array,
  wanted: ReadonlySet<string>,
): Promise<Outputs | string> {
  try {
    const { fed, missing } = inputsOf(context, sample);
    if (missing.length > 0) return 'a model input is missing';
    const names = [...wanted].filter((name) => context.graph.tensors.get(name)?.isOutput !== true);
    const session = await createSession(spliceOutputs(bytes, names), { ...context.settings, level: 'basic' });
    try {
      const fetches = [...context.graph.outputs, ...names].map((name): [string, undefined] => [
        name,
        undefined,
      ]);
      return await session.run(new Map(fed.map(({ name, tensor }) => [name, tensor])), new Map(fetches));
    } finally {
      await session.release();
    }
  } catch (error) {
    if (isLayerdiffError(error)) return error.message;
    throw error;
  }
}

function withValues(
  context: CompareContext,
  reach: PromptReach,
  own: Outputs | string,
  theirs: Outputs | string,
): PromptReach & { readonly reductions: PromptRow['reductions'] } {
  const reductions = reach.reductions.map((reduction) => ({
    ...reduction,
    ...differenceAt(context, reduction.tensor, own, theirs),
  }));
  return { ...reach, reductions };
}

function differenceAt(
  context: CompareContext,
  name: string,
  own: Outputs | string,
  theirs: Outputs | string,
): Pick<OutputEffect, 'relativeL2' | 'maxAbs' | 'dims'> {
  const [some, other] = [valueIn(own, name), valueIn(theirs, name)];
  if (some === undefined || other === undefined) return NO_VALUE;
  if (some.dims.join() !== other.dims.join())
    return { ...NO_VALUE, dims: { deployed: some.dims, recorded: other.dims } };
  const { relativeL2, maxAbs } = differenceBetween(
    context,
    new Map([[name, some]]),
    new Map([[name, other]]),
  );
  return { relativeL2, maxAbs, dims: undefined };
}

const NO_VALUE = { relativeL2: undefined, maxAbs: undefined, dims: undefined };

function valueIn(outputs: Outputs | string, name: string): Tensor | undefined {
  return typeof outputs === 'string' ? undefined : outputs.get(name);
}

function effectsOf(
  context: CompareContext,
  reach: PromptReach,
  own: Outputs | string,
  theirs: Outputs | string,
): OutputEffect[] {
  return context.graph.outputs.map((output) => ({
    output,
    reached: reach.outputs.has(output),
    ...differenceAt(context, output, own, theirs),
  }));
}

function rowOf(
  prompt: FoundPrompt,
  reach: Pick<PromptReach, 'firstMismatch'> & {
    readonly reductions: PromptReach['reductions'] | PromptRow['reductions'];
  },
  effects: readonly OutputEffect[],
  refused: string | undefined,
): PromptRow {
  const { name, place, entry, found, steps, deployedDims, recordedDims } = prompt;
  const sizes =
    deployedDims.join() === recordedDims.join()
      ? ''
      : ` ${formatShape(deployedDims)} where PyTorch has ${formatShape(recordedDims)}:`;
  return {
    tensor: name,
    held: place.kind === 'input' ? 'input' : 'initializer',
    entry,
    deployedDims,
    recordedDims,
    found: printable(found),
    steps: steps.map((step) => withPaddingHint(step, reach.reductions)),
    text: printable(`${name}${sizes === '' ? ':' : sizes} ${steps.map(({ text }) => text).join('; ')}`),
    firstMismatch: reach.firstMismatch,
    reductions: reach.reductions.map((reduction) => ({
      relativeL2: undefined,
      maxAbs: undefined,
      ...reduction,
    })),
    effects,
    unreplaced: prompt.orphans,
    refused: refused === undefined ? undefined : printable(refused),
  };
}

/**
 * What takes the maximum over prompts is given a blank one, so that something is always the largest: guided attention
 * of YOLO-World. Queries of a decoder know no such row.
 */
function withPaddingHint(step: PromptStep, reductions: readonly { readonly opType: string }[]): PromptStep {
  const isOneRow = step.recorded.length === 1 && (step.kind === 'shortened' || step.kind === 'padded');
  const isUnderMaximum = reductions.some(({ opType }) => opType === 'ReduceMax');
  return isOneRow && isUnderMaximum
    ? { ...step, fix: 'export with the padding that PyTorch appends (in YOLO-World: --add-padding)' }
    : step;
}
