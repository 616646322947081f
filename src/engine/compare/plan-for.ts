import type { Graph, TensorFacts } from '../graph/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import type { InputType, Plan, SessionSettings } from '../run/index.ts';
import { planSegments, tensorFacts } from '../run/index.ts';
import type { CompareContext } from './context.ts';
import type { FedInput, SampleInputs } from './inputs.ts';

/** Larger segments gain nothing: what one makes has left the caches before it is measured. */
const LARGEST_SEGMENT = 40 * 2 ** 20;

/**
 * Bytes for what one segment makes. As much again is fed to it in the fed run; the rest of the memory allowed is for
 * carried values, the runtime's scratch and one whole tensor at a time that needs a cast or a permutation.
 */
export function segmentBudget(memoryBytes: number): number {
  return Math.min(memoryBytes * 0.3, LARGEST_SEGMENT);
}

/** Whether two segments at a time fit where one would, even those of a single large node. */
export function isRoomForTwo(context: CompareContext, facts: ReadonlyMap<string, TensorFacts>): boolean {
  const plan = planSegments(context.graph, facts, context.options.memoryBytes * 0.15);
  return plan.overBudget.length === 0;
}

/** A fed run reads about as much as it makes, and weights are copied once more. */
export function arenaBytesFor(segmentBytes: number): number {
  return 2.5 * segmentBytes;
}

/** Types of all values and the segments, once for each set of input shapes. */
export async function planFor(
  context: CompareContext,
  inputs: readonly FedInput[],
  missing: SampleInputs['missing'],
): Promise<{ facts: ReadonlyMap<string, TensorFacts>; plan: Plan }> {
  const key = inputs
    .map((input) => `${input.name} ${input.tensor.dtype} ${input.tensor.dims.join()}`)
    .join('; ');
  const known = context.plans.get(key);
  if (known !== undefined) return known;
  const facts = await factsOf(context.model, context.graph, context.settings, inputs, missing);
  const plan = planSegments(context.graph, facts, segmentBudget(context.options.memoryBytes));
  const most = plan.segments.reduce((bytes, segment) => Math.max(bytes, segment.bytes), 0);
  context.arena.reserve(Math.min(arenaBytesFor(most), 0.6 * context.options.memoryBytes));
  const made = { facts, plan };
  context.plans.set(key, made);
  return made;
}

/** Types of all values of a graph, from the inputs at hand and the declared types of those that are missing. */
export async function factsOf(
  model: OnnxModel,
  graph: Graph,
  settings: SessionSettings,
  inputs: readonly FedInput[],
  missing: SampleInputs['missing'],
): Promise<ReadonlyMap<string, TensorFacts>> {
  const types = new Map<string, InputType>(inputs.map((input) => [input.name, input.tensor]));
  for (const { input } of missing) {
    const dims = input.dims?.filter((dim) => typeof dim === 'number');
    const isStatic = dims !== undefined && dims.length === input.dims?.length;
    types.set(input.name, { dtype: input.dtype ?? 'float32', dims: isStatic ? dims : undefined });
  }
  // Constant folding turns Shape → Gather → Concat chains into numbers, which the shapes of Reshape and Expand need.
  return tensorFacts(model, graph, types, { ...settings, level: 'basic' });
}
