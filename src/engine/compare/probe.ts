import { isComparableDtype } from '../../shared/dtype.ts';
import { LayerdiffError } from '../../shared/errors.ts';
import type { ProbeRequest, TensorProbe } from '../../shared/probe.ts';
import type { Graph } from '../graph/index.ts';
import { fitDims } from '../match/index.ts';
import { tensorOf } from '../onnx/index.ts';
import { tensorProbe } from '../probe/index.ts';
import { execute, planSegments } from '../run/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { permuteTensor } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import type { IsFed } from './fed-run.ts';
import { fedValues } from './fed-edges.ts';
import { readEntry } from './inputs.ts';
import { segmentBudget } from './plan-for.ts';
import type { SampleRun } from './sample-run.ts';

/**
 * Looks inside one tensor of a finished comparison. Values are not kept by the runs: the nodes that lead to the tensor
 * are run again, for its own error only those between it and the fed values.
 * @throws LayerdiffError `bad-request` for a tensor or a run that there is not.
 */
export async function probe(
  context: CompareContext,
  run: SampleRun,
  request: ProbeRequest,
): Promise<TensorProbe> {
  const candidate = await valueOf(context, run, request);
  if (!isComparableDtype(candidate.dtype))
    throw new LayerdiffError('bad-request', `values of dtype ${candidate.dtype} cannot be shown`, {
      place: request.tensor,
    });
  return tensorProbe(candidate, referenceOf(context, run, request.tensor, candidate), request);
}

function referenceOf(
  context: CompareContext,
  run: SampleRun,
  name: string,
  candidate: Tensor,
): Tensor | undefined {
  const pair = run.paired.get(name)?.primary;
  if (pair === undefined || !isComparableDtype(pair.entry.dtype)) return undefined;
  if (fitDims(candidate.dims, pair.entry.dims) === undefined) return undefined;
  const entry = readEntry(context.dump, pair.entry);
  const moved = pair.transform.kind === 'permutation' ? permuteTensor(entry, pair.transform.axes) : entry;
  return { ...moved, dims: candidate.dims };
}

async function valueOf(context: CompareContext, run: SampleRun, request: ProbeRequest): Promise<Tensor> {
  const { tensor: name } = request;
  const { graph } = context;
  const unknown = new LayerdiffError('bad-request', 'no such tensor', { place: name });
  const input = run.inputs.find((one) => one.name === name);
  if (input !== undefined) return input.tensor;
  const weight = graph.initializers.get(name)?.tensor;
  if (weight !== undefined) return tensorOf(context.model, weight);
  if (graph.tensors.get(name)?.producer === undefined) throw unknown;
  if (request.run === 'free' && run.ownErrorsOnly)
    throw new LayerdiffError('bad-request', 'there was no run from the inputs: only own errors are known', {
      place: name,
    });
  const isFed: IsFed = request.run === 'fed' ? run.isFed : () => false;
  const needed = nodesLeadingTo(graph, name, isFed);
  const entries = new Map(run.sample.entries.map((entry) => [entry.key, entry]));
  let value: Tensor | undefined;
  await execute({
    model: context.model,
    graph,
    facts: run.facts,
    plan: planSegments(graph, run.facts, segmentBudget(context.options.memoryBytes), (node) =>
      needed.has(node),
    ),
    settings: context.settings,
    arena: context.arena,
    carryLimit: context.carryLimit,
    inputs: new Map(run.inputs.map((one) => [one.name, one.tensor])),
    fed: request.run === 'fed' ? fedValues(run.edges, context.dump, entries, () => undefined) : new Map(),
    wants: (made) => made === name,
    onTensor: (made, tensor) => {
      if (made === name) value = { ...tensor, bytes: tensor.bytes.slice() };
    },
    onSegment: () => undefined,
  });
  if (value === undefined) throw unknown;
  return value;
}

/** Nodes from which the tensor is computed, without those behind values that are fed. */
function nodesLeadingTo(graph: Graph, name: string, isFed: IsFed): ReadonlySet<number> {
  const nodes = new Set<number>();
  const open = [graph.tensors.get(name)?.producer];
  while (open.length > 0) {
    const index = open.pop();
    if (index === undefined || nodes.has(index)) continue;
    nodes.add(index);
    const node = graph.nodes[index];
    for (const read of [...(node?.inputs ?? []), ...(node?.captured ?? [])])
      if (!isFed(index, read)) open.push(graph.tensors.get(read)?.producer);
  }
  return nodes;
}
