import { formatShape, plural } from '../../shared/format.ts';
import type { PromptStep } from '../../shared/prompt.ts';
import type { Dump, DumpSample, RecordedParameter } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import { bindInputs } from '../match/index.ts';
import type { OnnxModel, OnnxValue } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import { MOST_ROWS, relateRows } from '../prompt/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { elementCount } from '../tensor/index.ts';
import { sharedRows } from './prompt-alike.ts';
import type { PromptConstant, PromptPlace } from './prompt-constants.ts';
import { promptConstants } from './prompt-constants.ts';
import type { DerivedConstant } from './prompt-derived.ts';
import { derivedConstants, orphansOf } from './prompt-derived.ts';
import type { PromptEntry } from './prompt-entries.ts';
import { promptEntries } from './prompt-entries.ts';
import { heldAs, promptFit, recordedRows, rowsIn } from './prompt-fit.ts';
import { readEntry } from './read-entry.ts';

/** A prompt that the candidate holds, and what PyTorch was given in its place. */
export interface FoundPrompt {
  readonly name: string;
  readonly place: PromptPlace;
  /** Along which the prompts lie. */
  readonly axis: number;
  readonly deployedDims: readonly number[];
  readonly recordedDims: readonly number[];
  readonly entry: string;
  readonly found: string;
  readonly steps: readonly PromptStep[];
  /** What PyTorch was given, in the layout and dtype of the candidate's. */
  readonly recorded: Tensor;
  /** Constants that were computed from it. */
  readonly derived: readonly DerivedConstant[];
  /** Constants that may be made of it, and cannot be replaced. */
  readonly orphans: readonly string[];
}

interface Holder {
  readonly model: OnnxModel;
  readonly graph: Graph;
  readonly dump: Dump;
}

/**
 * Prompts baked into the graph with another content than PyTorch's, and model inputs declared with another length than
 * was recorded. A constant and a recorded value belong together when they have rows in common, the same name, or, of a
 * forward argument that the graph does not have, when no other constant could be it.
 */
export function findPrompts({ model, graph, dump }: Holder, sample: DumpSample): FoundPrompt[] {
  const { bound } = bindInputs(graph, sample);
  const entries = promptEntries(sample, new Set(bound.map(({ entry }) => entry.key)));
  const constants =
    entries.length === 0
      ? []
      : promptConstants(model, graph).filter(
          ({ name, tensor }) => parameterNamed(dump, name)?.dims.join() !== tensor.dims.join(),
        );
  const isAlike = sharedRows(model, dump);
  const found = new Map<string, FoundPrompt>();
  // A constant that holds just what one entry holds is not another one's.
  const right = new Set<string>();
  for (const entry of entries) {
    if (rowsOf(entry.entry.dims, entry.entry.dims.at(-1)) > MOST_ROWS) continue;
    const fitting = constants.filter(
      ({ name, tensor }) =>
        !found.has(name) && !right.has(name) && promptFit(tensor.dims, entry.entry.dims) !== undefined,
    );
    const isOnly = entry.isArgument && fitting.length === 1;
    const alike = fitting.filter((constant) => {
      const fit = promptFit(constant.tensor.dims, entry.entry.dims);
      if (fit === undefined || rowsOf(constant.tensor.dims, entry.entry.dims.at(-1)) > MOST_ROWS)
        return false;
      return isOnly || isNamed(constant, entry) || isAlike(constant, fit, entry.entry);
    });
    if (alike.length === 0) continue;
    const recorded = readEntry(dump, entry.entry);
    for (const constant of alike) {
      const prompt = asPrompt(model, constants, constant, recorded, entry, isOnly);
      if (prompt === 'equal') right.add(constant.name);
      else if (prompt !== undefined) found.set(constant.name, prompt);
    }
  }
  const known = new Set([
    ...right,
    ...[...found.values()].flatMap(({ name, derived }) => [name, ...derived.map((one) => one.name)]),
  ]);
  const unknown = constants.filter(({ name }) => parameterNamed(dump, name) === undefined);
  const held = [...found.values()].map((prompt) => ({
    ...prompt,
    orphans: orphansOf(graph, unknown, prompt.deployedDims[prompt.axis] ?? 0, known),
  }));
  return [...held, ...lengthened(graph, dump, sample)];
}

/** Weights are checked as such. An export wrapper may have put segments in front of the recorded name. */
function parameterNamed({ recording }: Dump, name: string): RecordedParameter | undefined {
  return recording?.parameters.find(
    (parameter) => name === parameter.name || name.endsWith(`.${parameter.name}`),
  );
}

function rowsOf(dims: readonly number[], width = 1): number {
  return elementCount(dims) / width;
}

function isNamed({ name }: PromptConstant, { name: own }: PromptEntry): boolean {
  return name === own || name.endsWith(`.${own}`);
}

function asPrompt(
  model: OnnxModel,
  constants: readonly PromptConstant[],
  constant: PromptConstant,
  recorded: Tensor,
  prompt: PromptEntry,
  isOnly: boolean,
): FoundPrompt | 'equal' | undefined {
  const { name, place, tensor } = constant;
  const { dtype } = tensor;
  const fit = promptFit(tensor.dims, recorded.dims);
  if (dtype === undefined || fit === undefined) return undefined;
  const rows = recordedRows(recorded);
  const held = rowsIn(tensorOf(model, tensor), fit, rows.width);
  const steps = relateRows(held, rows);
  if (steps.length === 0) return 'equal';
  const kept = held.count - steps.filter(isForeign).reduce((sum, step) => sum + step.deployed.length, 0);
  if (kept <= 0 && !isOnly && !isNamed(constant, prompt)) return undefined;
  return {
    name,
    place,
    axis: fit.axis,
    deployedDims: tensor.dims,
    recordedDims: recorded.dims,
    entry: prompt.entry.key,
    found: prompt.how,
    steps,
    recorded: heldAs(rows, fit, dtype),
    derived: derivedConstants(
      model,
      constants.filter((other) => other.name !== name),
      held,
      rows,
    ),
    orphans: [],
  };
}

/** Deployed rows that are none of PyTorch's. */
function isForeign({ kind }: PromptStep): boolean {
  return kind === 'replaced' || kind === 'padded';
}

/** Inputs of text: what a picture is fed to keeps its declared size. */
const TEXT_AXES = 3;

/** Model inputs whose declared length is another than the recorded one. */
function lengthened(graph: Graph, dump: Dump, sample: DumpSample): FoundPrompt[] {
  const byName = new Map(sample.inputs.map(({ name, entry }) => [name, entry]));
  return graph.inputs.flatMap((input): FoundPrompt[] => {
    const entry = byName.get(input.name);
    const declared = declaredDims(input);
    if (entry === undefined || declared === undefined || declared.length !== entry.dims.length) return [];
    const apart = declared.flatMap((dim, axis) => (dim === entry.dims[axis] ? [] : [axis]));
    const [axis] = apart;
    if (axis === undefined || apart.length > 1 || axis === 0 || declared.length > TEXT_AXES) return [];
    const steps: PromptStep[] = [
      {
        kind: (declared[axis] ?? 0) < (entry.dims[axis] ?? 0) ? 'shortened' : 'padded',
        text: `exported for ${plural(declared[axis] ?? 0, 'row')} where PyTorch was fed ${entry.dims[axis] ?? 0}`,
        fix: 'export with the length that you deploy, or with a dynamic axis',
        deployed: [],
        recorded: [],
      },
    ];
    return [
      {
        name: input.name,
        place: { kind: 'input' },
        axis,
        derived: [],
        orphans: [],
        deployedDims: declared,
        recordedDims: entry.dims,
        entry: entry.key,
        found: `declared ${formatShape(declared)}`,
        steps,
        recorded: readEntry(dump, entry),
      },
    ];
  });
}

function declaredDims({ dims }: OnnxValue): number[] | undefined {
  const numbers = dims?.filter((dim) => typeof dim === 'number');
  return numbers?.length === dims?.length ? numbers : undefined;
}
