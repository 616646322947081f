import { isFloatDtype } from '../../shared/dtype.ts';
import { formatShape } from '../../shared/format.ts';
import { isLayerdiffError } from '../../shared/errors.ts';
import type { OutputEffect } from '../../shared/prompt.ts';
import { indexGraph } from '../graph/index.ts';
import { openModel } from '../onnx/index.ts';
import type { CompareContext } from './context.ts';
import type { FedInput } from './inputs.ts';
import { fitInput } from './inputs.ts';
import { whileIgnoring } from './ignored.ts';
import type { Tensor } from '../tensor/index.ts';
import { numbersOf } from './numbers-of.ts';
import type { Outputs } from './observe.ts';
import { differenceBetween, untouchedOutputs } from './observe.ts';
import type { SampleRun } from './sample-run.ts';

/**
 * The candidate as it is deployed: with its own prompts, on the inputs that `--inputs` gives. Undefined where that is
 * what was run anyway; in words why it could not be run.
 */
export async function asDeployed(
  context: CompareContext,
  inputs: readonly FedInput[],
): Promise<Outputs | string | undefined> {
  const isOther = inputs.some((input) => isDifferent(input) || input.leftOut > 0);
  const hasOwnPrompts = context.wholeFile !== context.options.candidate;
  if (!isOther && !hasOwnPrompts) return undefined;
  const { graph } = hasOwnPrompts
    ? { graph: indexGraph(openModel(context.options.candidate)) }
    : context.original;
  try {
    const feeds = new Map(
      inputs.map(({ name, tensor, deployed }) => {
        const declared = graph.inputs.find((input) => input.name === name);
        const value = deployed ?? tensor;
        return [
          name,
          declared === undefined ? value : fitInput(context, declared, value, '--inputs'),
        ] as const;
      }),
    );
    const run = await untouchedOutputs(context.options.candidate, feeds, {
      ...context.settings,
      level: 'all',
    });
    return typeof run === 'string' ? run : run.outputs;
  } catch (error) {
    if (isLayerdiffError(error)) return error.message;
    throw error;
  }
}

/** Of the largest recorded value: what two ways of computing the same in float32 are apart. */
const ROUNDING = 2 ** -21;

/** `--inputs` gives another value than the recorded one, and not just another rounding of it. */
export function isDifferent({ deployed, difference, tensor }: FedInput): boolean {
  if (deployed === undefined || difference?.unequal === 0) return false;
  if (difference === undefined || difference.nonFiniteMismatch > 0 || !isFloatDtype(tensor.dtype))
    return true;
  return !(difference.maxAbs <= ROUNDING * largestOf(tensor));
}

function largestOf(tensor: Tensor): number {
  let largest = 0;
  for (const value of numbersOf(tensor) ?? []) {
    const size = Math.abs(value);
    if (size > largest && size !== Infinity) largest = size;
  }
  return largest;
}

/** Per graph output: as deployed against the run on what PyTorch was given, without positions that are left out. */
export function effectsOf(
  context: CompareContext,
  deployed: Outputs | string | undefined,
  { outputs: judged, ignored }: Pick<SampleRun, 'outputs' | 'ignored'>,
): { readonly effects: readonly OutputEffect[]; readonly note: string | undefined } {
  if (deployed === undefined) return { effects: [], note: undefined };
  if (typeof deployed === 'string')
    return { effects: [], note: `the candidate does not run on the deployed inputs: ${deployed}` };
  const effects = context.graph.outputs.flatMap((output): OutputEffect[] => {
    const [own, other] = [deployed.get(output), judged.get(output)];
    if (own === undefined || other === undefined) return [];
    if (formatShape(own.dims) !== formatShape(other.dims))
      return [
        {
          output,
          reached: true,
          relativeL2: undefined,
          maxAbs: undefined,
          dims: { deployed: own.dims, recorded: other.dims },
        },
      ];
    const compared = (): ReturnType<typeof differenceBetween> =>
      differenceBetween(context, new Map([[output, own]]), new Map([[output, other]]));
    const { relativeL2, maxAbs, equal } =
      ignored === undefined ? compared() : whileIgnoring(own, other, ignored, compared);
    return [{ output, reached: !equal, relativeL2, maxAbs, dims: undefined }];
  });
  return { effects, note: undefined };
}
