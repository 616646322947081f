import { isFloatDtype } from '../../shared/dtype.ts';
import type { Structure } from '../../shared/structure.ts';
import type { JudgedTensor } from '../diagnose/index.ts';
import type { DumpEntry } from '../dump/index.ts';
import type { Operand } from '../structure/index.ts';
import { structuresOf } from '../structure/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { byteLength } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { readEntry } from './read-entry.ts';
import { weightOf } from './known-values.ts';
import { numbersOf } from './numbers-of.ts';
import { referenceValue } from './reference-value.ts';
import { replayed } from './replay.ts';
import type { SampleRun } from './sample-run.ts';

/** Share of the memory allowed that one tensor may take to be looked at as a whole. */
const ROOM = 0.1;

/** Where and how the own error sits in a site's tensor; empty where it cannot be looked at as a whole. */
export async function structureAt(
  context: CompareContext,
  run: SampleRun,
  tensor: JudgedTensor,
): Promise<readonly Structure[]> {
  const type = run.fed.get(tensor.name)?.type;
  if (type === undefined || byteLength(type) > ROOM * context.options.memoryBytes) return [];
  const fed = (await replayed(context, run, { mode: 'fed', tensors: new Set([tensor.name]) })).get(
    tensor.name,
  );
  const recorded = fed === undefined ? undefined : referenceValue(context, run, tensor.name, fed.dims);
  if (fed === undefined || recorded === undefined) return [];
  const candidate = numbersOf(fed);
  // As recorded: cast to a narrower dtype it would leave its range as the candidate does.
  const reference = numbersOf(recorded);
  if (candidate === undefined || reference === undefined) return [];
  const { tolerance, scale } = tensor.judgement;
  return structuresOf({
    dims: fed.dims,
    candidate,
    reference,
    isFloat: isFloatDtype(fed.dtype),
    tolerance: tolerance * scale,
    channelAxis: channelAxisOf(context, tensor.name),
    operands: operandsOf(context, run, tensor.name, fed),
  });
}

/** Of these axis 1 is the channel whatever the rank. */
const CHANNEL_FIRST = /^(Conv|ConvTranspose|BatchNormalization|InstanceNormalization|.*Pool)$/;

function channelAxisOf({ graph }: CompareContext, name: string): number | undefined {
  const node = graph.nodes[graph.tensors.get(name)?.producer ?? -1];
  return node !== undefined && CHANNEL_FIRST.test(node.opType) ? 1 : undefined;
}

/**
 * How what one module was given differs from what another had returned, where the candidate has one tensor for both;
 * empty where the two cannot be laid over each other.
 */
export function structureBetween(
  context: CompareContext,
  given: DumpEntry,
  returned: DumpEntry,
): readonly Structure[] {
  if (byteLength(given) > ROOM * context.options.memoryBytes) return [];
  const candidate = numbersOf(readEntry(context.dump, returned));
  const reference = numbersOf(readEntry(context.dump, given));
  if (candidate === undefined || reference === undefined || candidate.length !== reference.length) return [];
  const isFloat = isFloatDtype(given.dtype);
  return structuresOf({ dims: given.dims, candidate, reference, isFloat, tolerance: 0, operands: [] });
}

/** Exact inputs of the node that makes the tensor, as large as the tensor or smaller. */
function operandsOf(context: CompareContext, run: SampleRun, name: string, made: Tensor): Operand[] {
  const producer = context.graph.tensors.get(name)?.producer;
  const node = producer === undefined ? undefined : context.graph.nodes[producer];
  return [...new Set(node?.inputs ?? [])].flatMap((input): Operand[] => {
    const value = exactValue(context, run, producer ?? -1, input);
    if (value === undefined || value.dims.length > made.dims.length) return [];
    const values = numbersOf(value);
    return values === undefined ? [] : [{ name: input, dims: value.dims, values }];
  });
}

function exactValue(context: CompareContext, run: SampleRun, node: number, name: string): Tensor | undefined {
  const input = run.inputs.find((one) => one.name === name)?.tensor;
  if (input !== undefined) return input;
  const dims = run.fed.get(name)?.type.dims;
  if (dims !== undefined && run.isFed(node, name)) return referenceValue(context, run, name, dims);
  return weightOf(context.model, context.graph, name);
}
