import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { isFloatDtype } from '../../shared/dtype.ts';
import { isLayerdiffError, LayerdiffError } from '../../shared/errors.ts';
import type { ErrorPlace } from '../../shared/input-stage.ts';
import type { OutputEffect, PromptStep } from '../../shared/prompt.ts';
import type { InputRow, InputStage } from '../../shared/report.ts';
import type { Picture } from '../input-stage/index.ts';
import { explainInput, readPicture, whereErrorLies } from '../input-stage/index.ts';
import { relateMasks, relateRows, relateSequences } from '../prompt/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { castTensor } from '../tensor/index.ts';
import { effectsOf, isDifferent } from './as-deployed.ts';
import type { CompareContext } from './context.ts';
import type { FedInput } from './inputs.ts';
import { differenceOf } from './inputs.ts';
import { lengthReaches } from './length-reach.ts';
import { numbersOf } from './numbers-of.ts';
import type { Outputs } from './observe.ts';
import { referenceValue } from './reference-value.ts';
import type { SampleRun } from './sample-run.ts';

export interface ExplainedInputs {
  readonly rows: readonly InputRow[];
  readonly stage: InputStage;
}

/**
 * What is otherwise before the first node, explained input by input, and what comes of it at the outputs.
 * @param deployed outputs of the candidate as it is deployed; undefined where that is what was run anyway.
 * @throws LayerdiffError `bad-file` for a picture that cannot be read.
 */
export async function explainInputs(
  context: CompareContext,
  run: SampleRun,
  deployed: Outputs | string | undefined,
): Promise<ExplainedInputs> {
  const picture = context.options.image === undefined ? undefined : pictureAt(context.options.image);
  const masks = masksOf(run.inputs);
  const reaches = await lengthReaches(context, run.inputs);
  const effects = effectsOf(context, deployed, run);
  const inputs = isReadAllTheSame(context, run, effects.effects) ? asWhole(context, run.inputs) : run.inputs;
  const rows = inputs.map((input) => ({ ...rowOf(input, picture, masks), reach: reaches.get(input.name) }));
  return {
    rows,
    stage: {
      sample: run.sample.index,
      picture:
        picture === undefined
          ? undefined
          : { name: basename(picture.name), width: picture.width, height: picture.height },
      prompts: context.prompts,
      ...effects,
      places: context.options.ignoreWhere === undefined ? outputPlaces(context, run, masks) : [],
      ignored: ignoredOf(context, inputs, run.ignored),
    },
  };
}

/** The picture that `--image` names. */
export function pictureAt(path: string): Picture {
  const refused = (message: string): LayerdiffError =>
    new LayerdiffError('bad-file', message, { file: path, wayOut: 'check --image' });
  let bytes: Uint8Array;
  try {
    const stats = statSync(path);
    // A pipe or a device may never end.
    if (!stats.isFile()) throw refused('is not a regular file');
    if (stats.size > LARGEST_PICTURE) throw refused('is larger than any picture');
    bytes = readFileSync(path);
  } catch (error) {
    throw isLayerdiffError(error) ? error : refused('cannot be read');
  }
  return readPicture(bytes, path);
}

/** Bytes of an uncompressed picture of the most pixels that are read, of four channels of 16 bits. */
const LARGEST_PICTURE = 2 ** 29;

interface Mask {
  readonly name: string;
  readonly tensor: Tensor;
}

/** What looks like a mask: two values over at least two axes, of floats 0 and 1. */
function masksOf(inputs: readonly FedInput[]): Mask[] {
  return inputs.flatMap(({ name, tensor }) => {
    if (tensor.dims.length < 2) return [];
    const values = fewValues(tensor);
    const isMask = values.size === 2 && (!isFloatDtype(tensor.dtype) || (values.has(0) && values.has(1)));
    return isMask ? [{ name, tensor: castTensor(tensor, 'int64').tensor }] : [];
  });
}

/** The different values, up to three of them. */
function fewValues(tensor: Tensor): ReadonlySet<number> {
  const numbers = numbersOf(tensor) ?? [];
  const values = new Set<number>();
  for (let at = 0; at < numbers.length && values.size < 3; at++) values.add(numbers[at] ?? NaN);
  return values;
}

function rowOf(
  input: FedInput,
  picture: Picture | undefined,
  masks: readonly Mask[],
): Omit<InputRow, 'reach'> {
  const { name, tensor, source, how, difference, compared: deployed } = input;
  const differs = isDifferent(input);
  const common = { name, dtype: tensor.dtype, dims: tensor.dims, source, bound: how, differs, difference };
  if (!differs || deployed === undefined) return { ...common, explanation: undefined, steps: [], places: [] };
  const steps = textSteps(deployed, tensor);
  return {
    ...common,
    explanation: steps.length > 0 ? undefined : explainInput(deployed, tensor, picture),
    steps,
    places: deployed.dims.join() === tensor.dims.join() ? whereErrorLies(deployed, tensor, masks) : [],
  };
}

/** Token ids and embeddings have rows, not pixels. Empty for anything else. */
function textSteps(deployed: Tensor, recorded: Tensor): readonly PromptStep[] {
  const [own, theirs] = [numbersOf(deployed), numbersOf(recorded)];
  if (own === undefined || theirs === undefined) return [];
  const width = recorded.dims.at(-1) ?? 0;
  if (!isFloatDtype(recorded.dtype)) {
    if (recorded.dims.length > 2 || deployed.dims.length !== recorded.dims.length) return [];
    const masks = relateMasks(own, theirs);
    return masks.length > 0
      ? masks
      : relateSequences(own, theirs, [deployed.dims.at(-1) ?? 0, recorded.dims.at(-1) ?? 0]);
  }
  const isText =
    recorded.dims.length <= TEXT_AXES && deployed.dims.at(-1) === width && width > PICTURE_CHANNELS;
  if (!isText || isPictureLike(recorded)) return [];
  return relateRows(
    { count: own.length / width, width, values: Float64Array.from(own) },
    { count: theirs.length / width, width, values: Float64Array.from(theirs) },
  );
}

const TEXT_AXES = 3;
const PICTURE_CHANNELS = 4;

/** [channels, height, width] without a batch. */
function isPictureLike({ dims }: Tensor): boolean {
  const [channels = 0, height = 0, width = 0] = dims;
  return dims.length === TEXT_AXES && (channels === 1 || channels === 3) && Math.min(height, width) > 16;
}

/** Share of an output's error from which on a place is worth telling. */
const TELLING = 0.9;

/** Masks under which most of an output's error lies: positions that nobody reads. */
function outputPlaces(
  context: CompareContext,
  run: SampleRun,
  masks: readonly Mask[],
): (ErrorPlace & { readonly output: string })[] {
  return context.graph.outputs.flatMap((output) => {
    const total = run.free.get(output)?.comparison;
    const own = run.outputs.get(output);
    if (own === undefined || total === undefined || total.unequal === 0) return [];
    const reference = referenceValue(context, run, output, own.dims);
    if (reference === undefined) return [];
    return whereErrorLies(own, reference, masks)
      .filter(({ share, elements }) => share > TELLING && share > elements + (1 - TELLING))
      .map((place) => ({ ...place, output }));
  });
}

function ignoredOf(
  { options: { ignoreWhere } }: CompareContext,
  inputs: readonly FedInput[],
  ignored: SampleRun['ignored'],
): InputStage['ignored'] {
  if (ignored === undefined || ignoreWhere === undefined) return undefined;
  const positions = ignored.positions.reduce((sum, one) => sum + one, 0);
  const only = inputs.filter((input) => input.leftOut > 0 && !isDifferent(input));
  return {
    where: ignoreWhere,
    positions,
    of: ignored.positions.length,
    inputs: only.map(({ name }) => name),
  };
}

/** Relative L2 from which on what is left of an output is moved by more than another order of sums. */
const MOVED = 1e-4;

/** The inputs differ at positions that are left out alone, and yet what is compared of the outputs is moved by it. */
function isReadAllTheSame(
  context: CompareContext,
  { inputs }: SampleRun,
  effects: readonly OutputEffect[],
): boolean {
  if (inputs.some(isDifferent) || context.prompts.length > 0) return false;
  return effects.some(({ relativeL2 = Infinity, reached }) => reached && relativeL2 > MOVED);
}

/** Nothing left out of them. */
function asWhole(context: CompareContext, inputs: readonly FedInput[]): readonly FedInput[] {
  return inputs.map((input) => {
    const { deployed, tensor, leftOut } = input;
    if (leftOut === 0 || deployed === undefined) return input;
    const difference = differenceOf(context, deployed, tensor);
    return { ...input, compared: deployed, difference, leftOut: 0 };
  });
}
