import { isComparableDtype } from '../../shared/dtype.ts';
import { isLayerdiffError, printable } from '../../shared/errors.ts';
import type { Observer } from '../../shared/report.ts';
import type { DumpSample } from '../dump/index.ts';
import { openDump } from '../dump/index.ts';
import type { OptimizationLevel, SessionSettings } from '../run/index.ts';
import { createSession } from '../run/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { inputsOf, readEntry } from './inputs.ts';
import { threadsOfEach } from './side-thread.ts';

export type Outputs = ReadonlyMap<string, Tensor>;

/** The untouched model on the inputs of a sample, on the second thread where there is one; in words why it did not run. */
export async function untouchedRun(
  context: CompareContext,
  sample: DumpSample,
  level: OptimizationLevel,
): Promise<Outputs | string> {
  const { fed, missing } = inputsOf(context, sample);
  if (missing.length > 0) return 'no inputs';
  const inputs = new Map(fed.map((input): [string, Tensor] => [input.name, input.tensor]));
  const { path } = context.original.model;
  const { side, options } = context;
  if (side === undefined) return untouchedOutputs(path, inputs, { ...context.settings, level });
  return side.untouched(path, inputs, { ...context.settings, level, threads: threadsOfEach(options) });
}

/**
 * Outputs of the model as it was given, no value exposed, at the level at which it is deployed: whether looking
 * inside has changed what there is to see.
 */
export async function untouchedOutputs(
  path: string,
  inputs: Outputs,
  settings: SessionSettings,
): Promise<Outputs | string> {
  try {
    // By its path, beside which the runtime finds external data.
    const session = await createSession(path, settings);
    try {
      const fetches = new Map(
        session.outputs
          .filter((output) => output.dtype !== undefined)
          .map((output) => [output.name, undefined]),
      );
      return await session.run(inputs, fetches);
    } finally {
      await session.release();
    }
  } catch (error) {
    if (isLayerdiffError(error)) return error.message;
    throw error;
  }
}

/** @param ours outputs of the instrumented run. */
export function observerOf(
  context: CompareContext,
  level: string,
  untouched: Outputs | string,
  ours: Outputs,
): Observer {
  const deployed =
    context.options.deployed === undefined
      ? undefined
      : deployedComparison(
          context,
          context.options.deployed,
          typeof untouched === 'string' ? ours : untouched,
        );
  if (typeof untouched === 'string')
    return { level, equal: undefined, maxAbs: undefined, reason: untouched, deployed };
  let equal = true;
  let maxAbs = 0;
  for (const [name, tensor] of ours) {
    const other = untouched.get(name);
    if (other === undefined || !isComparableDtype(tensor.dtype) || !isComparableDtype(other.dtype)) continue;
    const comparison = compareTensors(context, tensor, other);
    equal &&= comparison.unequal === 0;
    maxAbs = Math.max(maxAbs, comparison.maxAbs);
  }
  return { level, equal, maxAbs, reason: undefined, deployed };
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
