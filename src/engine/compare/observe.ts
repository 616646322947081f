import { isComparableDtype } from '../../shared/dtype.ts';
import { isLayerdiffError, printable } from '../../shared/errors.ts';
import type { Observer } from '../../shared/report.ts';
import type { DumpSample } from '../dump/index.ts';
import { openDump } from '../dump/index.ts';
import { randomNodes } from '../graph/index.ts';
import type { OptimizationLevel, SessionSettings } from '../run/index.ts';
import { createSession } from '../run/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { inputsOf } from './inputs.ts';
import { readEntry } from './read-entry.ts';
import { threadsOfEach } from './side-thread.ts';

export type Outputs = ReadonlyMap<string, Tensor>;

/** What the model gives as it is. */
export interface Untouched {
  readonly outputs: Outputs;
  /** A second run of the same session on the same inputs; undefined where there was none. */
  readonly again: Outputs | undefined;
}

/** The untouched model on the inputs of a sample, on the second thread where there is one; in words why it did not run. */
export async function untouchedRun(
  context: CompareContext,
  sample: DumpSample,
  level: OptimizationLevel,
): Promise<Untouched | string> {
  const { fed, missing } = inputsOf(context, sample);
  if (missing.length > 0) return 'no inputs';
  const inputs = new Map(fed.map((input): [string, Tensor] => [input.name, input.tensor]));
  const { side, options, wholeFile: path } = context;
  const twice = isRunTwice(context);
  if (side === undefined) return untouchedOutputs(path, inputs, { ...context.settings, level }, twice);
  return side.untouched(path, inputs, { ...context.settings, level, threads: threadsOfEach(options) }, twice);
}

/** Models up to this size are run twice whatever is in them. */
const SMALL_MODEL = 16 * 2 ** 20;

/**
 * Two runs in one session tell what is not deterministic. The CPU provider computes every operator of ai.onnx the same
 * way each time unless it draws random numbers, so that a large model need not take twice as long for it.
 */
function isRunTwice({ original, options }: CompareContext): boolean {
  const { model, graph } = original;
  return (
    model.bytes.byteLength <= SMALL_MODEL ||
    options.provider !== 'cpu' ||
    randomNodes(graph).size > 0 ||
    graph.nodes.some((node) => node.domain !== '' || node.bodyNodes > 0)
  );
}

/**
 * Outputs of the model as it was given, no value exposed, at the level at which it is deployed: whether looking
 * inside has changed what there is to see.
 */
export async function untouchedOutputs(
  path: string,
  inputs: Outputs,
  settings: SessionSettings,
  twice = false,
): Promise<Untouched | string> {
  try {
    // By its path, beside which the runtime finds external data.
    const session = await createSession(path, settings);
    try {
      const fetches = new Map(
        session.outputs
          .filter((output) => output.dtype !== undefined)
          .map((output) => [output.name, undefined]),
      );
      const outputs = await session.run(inputs, fetches);
      return { outputs, again: twice ? await session.run(inputs, fetches) : undefined };
    } finally {
      await session.release();
    }
  } catch (error) {
    if (isLayerdiffError(error)) return error.message;
    throw error;
  }
}

/**
 * @param ours outputs of the instrumented run.
 * @param asDeployed outputs of the candidate on what is deployed, where that is something else.
 */
export function observerOf(
  context: CompareContext,
  level: string,
  untouched: Untouched | string,
  ours: Outputs,
  asDeployed: Outputs | string | undefined,
): Observer {
  const deployed =
    context.options.deployed === undefined
      ? undefined
      : deployedComparison(
          context,
          context.options.deployed,
          typeof asDeployed === 'object'
            ? asDeployed
            : typeof untouched === 'string'
              ? ours
              : untouched.outputs,
        );
  if (typeof untouched === 'string') return { level, ...NOT_RUN, reason: untouched, deployed };
  const { outputs, again } = untouched;
  return {
    level,
    ...differenceBetween(context, ours, outputs),
    reason: undefined,
    repeat: again === undefined ? undefined : differenceBetween(context, outputs, again),
    passes: undefined,
    levels: undefined,
    deployed,
  };
}

const NOT_RUN = {
  equal: undefined,
  maxAbs: undefined,
  relativeL2: undefined,
  repeat: undefined,
  passes: undefined,
  levels: undefined,
};

/** Over all outputs that both have. */
export function differenceBetween(
  context: CompareContext,
  some: Outputs,
  others: Outputs,
): { equal: boolean; maxAbs: number; relativeL2: number } {
  let equal = true;
  let maxAbs = 0;
  let relativeL2 = 0;
  for (const [name, tensor] of some) {
    const other = others.get(name);
    if (other === undefined || !isComparableDtype(tensor.dtype) || !isComparableDtype(other.dtype)) continue;
    const comparison = compareTensors(context, tensor, other);
    const isLost = comparison.nonFiniteMismatch > 0;
    equal &&= comparison.unequal === 0;
    maxAbs = Math.max(maxAbs, isLost ? Infinity : comparison.maxAbs);
    relativeL2 = Math.max(relativeL2, isLost ? Infinity : comparison.relativeL2);
  }
  return { equal, maxAbs, relativeL2 };
}

/** What the user's own runtime gave may differ from ours by rounding; more is an error that this run does not show. */
const REPRODUCED = 1e-4;

function deployedComparison(context: CompareContext, path: string, ours: Outputs): Observer['deployed'] {
  const dump = openDump(path);
  try {
    let worst = 0;
    let seen = 0;
    for (const [name, tensor] of ours) {
      const entry = dump.samples[0]?.entries.find((one) => one.path === name && one.role === 'output');
      if (
        entry === undefined ||
        !isComparableDtype(entry.dtype) ||
        elementCount(entry.dims) !== elementCount(tensor.dims)
      )
        continue;
      seen++;
      const { relativeL2, nonFiniteMismatch } = compareTensors(context, readEntry(dump, entry), tensor);
      worst = Math.max(worst, nonFiniteMismatch > 0 ? Infinity : relativeL2);
    }
    if (seen === 0)
      return {
        reproduced: false,
        relativeL2: NaN,
        text: printable(`${dump.name} holds no output of the model`),
      };
    const reproduced = worst <= REPRODUCED;
    const text = reproduced
      ? `this run reproduces the deployed outputs to ${worst.toExponential(1)}`
      : `this run does not show the deployed error (relative L2 ${worst.toExponential(1)}): it is in the runtime, provider or precision, not in the graph`;
    return { reproduced, relativeL2: worst, text };
  } finally {
    dump.close();
  }
}

function compareTensors(
  context: CompareContext,
  candidate: Tensor,
  reference: Tensor,
): ReturnType<CompareContext['comparer']['compare']>['comparison'] {
  const side = (tensor: Tensor): { dtype: 'float32'; bytes: Uint8Array } => ({
    dtype: tensor.dtype as 'float32',
    bytes: tensor.bytes,
  });
  return context.comparer.compare(side(candidate), side(reference), {
    dims: candidate.dims,
    atol: 0,
    rtol: 0,
  }).comparison;
}
