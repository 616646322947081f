import { formatShape, plural } from '../../shared/format.ts';
import type { PromptStep } from '../../shared/prompt.ts';
import type { Dump, DumpSample } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import { bindInputs } from '../match/index.ts';
import type { OnnxModel, OnnxValue } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import type { Rows } from '../prompt/index.ts';
import { relateRows } from '../prompt/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { castTensor, elementCount, permuteTensor, typedArrayOf } from '../tensor/index.ts';
import type { PromptConstant, PromptPlace } from './prompt-constants.ts';
import { promptConstants } from './prompt-constants.ts';
import { promptEntries } from './prompt-entries.ts';
import { readEntry } from './read-entry.ts';

/** A prompt that the candidate holds, and what PyTorch was given in its place. */
export interface FoundPrompt {
  readonly name: string;
  readonly place: PromptPlace;
  readonly deployedDims: readonly number[];
  readonly recordedDims: readonly number[];
  readonly entry: string;
  readonly found: string;
  readonly steps: readonly PromptStep[];
  /** What PyTorch was given, in the layout and dtype of the candidate's. */
  readonly recorded: Tensor;
}

interface Holder {
  readonly model: OnnxModel;
  readonly graph: Graph;
  readonly dump: Dump;
}

/**
 * Prompts baked into the graph with another content than PyTorch's, and model inputs declared with another length than
 * was recorded. A constant and a recorded value belong together when they have rows in common, or the same name, and
 * their shapes differ in the number of rows at most.
 */
export function findPrompts({ model, graph, dump }: Holder, sample: DumpSample): FoundPrompt[] {
  const { bound } = bindInputs(graph, sample);
  const entries = promptEntries(sample, new Set(bound.map(({ entry }) => entry.key)));
  const constants = entries.length === 0 ? [] : promptConstants(model, graph);
  const found = new Map<string, FoundPrompt>();
  for (const { entry, how } of entries) {
    if (elementCount(entry.dims) > 2 ** 22) continue;
    const fitting = constants.filter(
      ({ name, tensor }) => !found.has(name) && orientation(tensor.dims, entry.dims) !== undefined,
    );
    if (fitting.length === 0) continue;
    const recorded = readEntry(dump, entry);
    for (const constant of fitting) {
      const prompt = asPrompt(model, constant, recorded, lastName(entry.path));
      if (prompt !== undefined && prompt.steps.length > 0)
        found.set(constant.name, { ...prompt, entry: entry.key, found: how });
    }
  }
  return [...found.values(), ...lengthened(graph, dump, sample)];
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

type Orientation = 'rows' | 'columns';

/** Rows along the last axis, or turned: the last two axes of the constant swapped. */
function orientation(dims: readonly number[], recorded: readonly number[]): Orientation | undefined {
  const width = recorded.at(-1) ?? 0;
  if (width < 2) return undefined;
  if (dims.at(-1) === width && isOneAxis(dims.slice(0, -1), recorded.slice(0, -1))) return 'rows';
  const turned = [...dims.slice(0, -2), dims.at(-1) ?? 0];
  return dims.at(-2) === width && isOneAxis(turned, recorded.slice(0, -1)) ? 'columns' : undefined;
}

/** Besides axes of length 1, at most one axis on each side: the rows. */
function isOneAxis(dims: readonly number[], recorded: readonly number[]): boolean {
  const [some, others] = [dims.filter((dim) => dim !== 1), recorded.filter((dim) => dim !== 1)];
  return some.length <= 1 && others.length <= 1 && !dims.includes(0) && !recorded.includes(0);
}

function asPrompt(
  model: OnnxModel,
  { name, place, tensor }: PromptConstant,
  recorded: Tensor,
  path: string,
): Omit<FoundPrompt, 'entry' | 'found'> | undefined {
  const { dtype } = tensor;
  if (dtype === undefined) return undefined;
  const turn = orientation(tensor.dims, recorded.dims) === 'columns';
  const held = tensorOf(model, tensor);
  const deployed = rowsOf(turn ? swapped(held) : held);
  const rows = rowsOf(recorded);
  const steps = relateRows(deployed, rows);
  const kept = deployed.count - steps.filter(isForeign).reduce((sum, step) => sum + step.deployed.length, 0);
  if (kept <= 0 && name !== path) return undefined;
  const axes = tensor.dims.length;
  const shaped = { ...recorded, dims: [...new Array<number>(axes - 2).fill(1), rows.count, rows.width] };
  const cast = castTensor(turn ? swapped(shaped) : shaped, dtype).tensor;
  return {
    name,
    place,
    deployedDims: tensor.dims,
    recordedDims: recorded.dims,
    steps,
    recorded: cast,
  };
}

/** Deployed rows that are none of PyTorch's. */
function isForeign({ kind }: PromptStep): boolean {
  return kind === 'replaced' || kind === 'padded';
}

function rowsOf(tensor: Tensor): Rows {
  const width = tensor.dims.at(-1) ?? 1;
  const values = typedArrayOf('float64', castTensor(tensor, 'float64').tensor.bytes) as Float64Array;
  return { count: values.length / width, width, values };
}

function swapped(tensor: Tensor): Tensor {
  const rank = tensor.dims.length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return permuteTensor(tensor, [...axes.slice(0, -2), rank - 1, rank - 2]);
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
