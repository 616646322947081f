import type { TensorComparison } from '../../shared/comparison.ts';
import { isComparableDtype } from '../../shared/dtype.ts';
import { LayerdiffError } from '../../shared/errors.ts';
import { formatShape } from '../../shared/format.ts';
import type { DumpEntry, DumpSample } from '../dump/index.ts';
import { openDump } from '../dump/index.ts';
import { bindInputs } from '../match/index.ts';
import type { OnnxValue } from '../onnx/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { castTensor } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { readEntry } from './read-entry.ts';

/** A model input as it is fed in both runs. */
export interface FedInput {
  readonly name: string;
  readonly tensor: Tensor;
  /** The recorded entry, where the input comes from the dump. */
  readonly entry: DumpEntry | undefined;
  readonly how: string;
  readonly source: string;
  /** What `--inputs` gives in its place, as it is: of any shape and dtype. */
  readonly deployed: Tensor | undefined;
  /** What of it is compared: `deployed` with the recorded values at positions that are left out. */
  readonly compared: Tensor | undefined;
  /** `compared` against recorded; undefined where the two cannot be subtracted. */
  readonly difference: TensorComparison | undefined;
  /** Share of the elements that differ and are left out. */
  readonly leftOut: number;
}

/** Inputs at hand, and those for which there is no value; what refuses to go on without them. */
export interface SampleInputs {
  readonly fed: readonly FedInput[];
  readonly missing: readonly { readonly input: OnnxValue; readonly refusal: LayerdiffError }[];
}

/**
 * The model inputs of a sample: recorded ones where the dump has them (the model is judged on what PyTorch was fed,
 * a difference to `--inputs` is stated), else those given by `--inputs`.
 * @throws LayerdiffError `bad-request` when a value has another shape or dtype than the model wants.
 */
export function inputsOf(context: CompareContext, sample: DumpSample): SampleInputs {
  const binding = bindInputs(context.graph, sample);
  const given = givenInputs(context, sample);
  const recorded = new Map(binding.bound.map((bound) => [bound.input, bound]));
  const fed: FedInput[] = [];
  const missing: SampleInputs['missing'][number][] = [];
  for (const input of context.graph.inputs) {
    const bound = recorded.get(input.name);
    const file = given.get(input.name);
    if (bound !== undefined) {
      const tensor = fitInput(context, input, readEntry(context.dump, bound.entry), bound.entry.key);
      const deployed = file?.belongs === true ? file.tensor : undefined;
      fed.push({
        name: input.name,
        tensor,
        entry: bound.entry,
        how: bound.how,
        source: context.dump.name,
        deployed,
        compared: deployed,
        difference: deployed === undefined ? undefined : differenceOf(context, deployed, tensor),
        leftOut: 0,
      });
    } else if (file !== undefined) {
      fed.push({
        name: input.name,
        tensor: fitInput(context, input, file.tensor, file.source),
        entry: undefined,
        how: '--inputs',
        source: file.source,
        deployed: undefined,
        compared: undefined,
        difference: undefined,
        leftOut: 0,
      });
    } else {
      missing.push({ input, refusal: missingInput(context, input, binding.fitting.get(input.name) ?? []) });
    }
  }
  return { fed, missing };
}

/** The same shape is needed to subtract: what another shape means is for the explanation to say. */
export function differenceOf(
  context: CompareContext,
  deployed: Tensor,
  recorded: Tensor,
): TensorComparison | undefined {
  const { dtype } = deployed;
  if (!isComparableDtype(dtype) || !isComparableDtype(recorded.dtype)) return undefined;
  if (deployed.dims.join() !== recorded.dims.join()) return undefined;
  return context.comparer.compare(
    { dtype, bytes: deployed.bytes },
    { dtype: recorded.dtype, bytes: recorded.bytes },
    { dims: deployed.dims, atol: 0, rtol: 0 },
  ).comparison;
}

interface Given {
  readonly tensor: Tensor;
  readonly source: string;
  /** It stands for this sample: a file with several samples has one for each, a single one stands for the first. */
  readonly belongs: boolean;
}

/** `--inputs FILE|DIR|NAME=FILE …`: named files give that input, others by the names of their entries, or the only one left. */
function givenInputs(context: CompareContext, sample: DumpSample): Map<string, Given> {
  const given = new Map<string, Given>();
  const names = new Set(context.graph.inputs.map((input) => input.name));
  for (const argument of context.options.inputs) {
    const equals = argument.indexOf('=');
    const name = equals > 0 && names.has(argument.slice(0, equals)) ? argument.slice(0, equals) : undefined;
    const path = name === undefined ? argument : argument.slice(equals + 1);
    const dump = openDump(path);
    try {
      const own = dump.samples.length > 1 ? dump.samples[sample.index] : dump.samples[0];
      const belongs =
        dump.samples.length > 1 ? own !== undefined : sample.index === (context.options.sample ?? 0);
      const from = own ?? dump.samples[0];
      const entries = from?.entries ?? [];
      const chosen =
        name !== undefined
          ? entries.slice(0, 1).map((entry): [string, DumpEntry] => [name, entry])
          : namedInputs(context, from);
      if (chosen.length === 0) {
        throw new LayerdiffError('bad-request', 'holds no tensor named like a model input', {
          file: path,
          wayOut: `name it: --inputs ${context.graph.inputs[0]?.name ?? 'NAME'}=${path}`,
        });
      }
      for (const [input, entry] of chosen)
        given.set(input, { tensor: readEntry(dump, entry), source: `${dump.name}: ${entry.key}`, belongs });
    } finally {
      dump.close();
    }
  }
  return given;
}

function namedInputs(context: CompareContext, sample: DumpSample | undefined): [string, DumpEntry][] {
  if (sample === undefined) return [];
  const bound = bindInputs(context.graph, sample).bound.map((binding): [string, DumpEntry] => [
    binding.input,
    binding.entry,
  ]);
  const [only] = context.graph.inputs;
  const [entry] = sample.entries;
  if (
    bound.length === 0 &&
    context.graph.inputs.length === 1 &&
    sample.entries.length === 1 &&
    only !== undefined &&
    entry !== undefined
  ) {
    return [[only.name, entry]];
  }
  return bound;
}

/** Casts between float widths; any other mismatch of dtype or shape is the user's to see, both sides shown. */
export function fitInput(context: CompareContext, input: OnnxValue, tensor: Tensor, source: string): Tensor {
  const declared = input.dtype ?? tensor.dtype;
  const dimsFit =
    input.dims === undefined ||
    (input.dims.length === tensor.dims.length &&
      input.dims.every((dim, axis) => typeof dim !== 'number' || dim === tensor.dims[axis]));
  const floats = ['float32', 'float16', 'float64', 'bfloat16'];
  const castable = declared === tensor.dtype || (floats.includes(declared) && floats.includes(tensor.dtype));
  if (!dimsFit || !castable) {
    throw new LayerdiffError(
      'bad-request',
      `the model wants ${declared} ${formatShape(input.dims)}, ${source} is ${tensor.dtype} ${formatShape(tensor.dims)}`,
      {
        file: context.options.candidate,
        place: `input ${input.name}`,
        wayOut: 'record with the shapes and types of the export, or export with dynamic shapes',
      },
    );
  }
  return declared === tensor.dtype ? tensor : castTensor(tensor, declared).tensor;
}

function missingInput(
  context: CompareContext,
  input: OnnxValue,
  fitting: readonly DumpEntry[],
): LayerdiffError {
  const [only] = fitting;
  const wayOut =
    fitting.length === 1 && only !== undefined
      ? `one entry fits: save "${only.key}" as a file and add --inputs ${input.name}=FILE.npy`
      : `give it: --inputs ${input.name}=FILE.npy`;
  return new LayerdiffError(
    'bad-request',
    `no value for the model input (${input.dtype ?? 'tensor'} ${formatShape(input.dims)})`,
    {
      file: context.options.reference,
      place: `input ${input.name}`,
      wayOut,
    },
  );
}
