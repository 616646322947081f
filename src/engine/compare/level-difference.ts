import { isComparableDtype, isFloatDtype } from '../../shared/dtype.ts';
import type { LevelDifference } from '../../shared/report.ts';
import { indexGraph } from '../graph/index.ts';
import { execute, planSegments } from '../run/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { elementCount, sameDims } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { optimizedModel } from './optimized-model.ts';
import { factsOf, segmentBudget } from './plan-for.ts';
import { replayed } from './replay.ts';
import type { SampleRun } from './sample-run.ts';

/** At level all the runtime's graph uses layouts of its own, whose values cannot be laid over the others. */
const LEVEL = 'extended';

/** Share of the memory allowed that values of one graph may take while they wait for those of the other. */
const ROOM = 0.2;

/** Most tensors that are told, in execution order. */
const TOLD = 10;

/**
 * Node by node what the optimizer changes: tensors that both graphs have, of the run at level disabled and of the
 * optimised graph run as it is, taken in as long as they fit the memory.
 * @param bound relative L2 above which a tensor counts as changed.
 */
export async function levelDifference(
  context: CompareContext,
  run: SampleRun,
  bound: number,
): Promise<LevelDifference> {
  const model = await optimizedModel(context.original.model, context.wholeFile, {
    ...context.settings,
    level: LEVEL,
  });
  const graph = indexGraph(model);
  const names = new Set<string>();
  let left = ROOM * context.options.memoryBytes;
  for (const { outputs } of context.graph.nodes) {
    for (const name of outputs) {
      const type = run.free.get(name)?.type;
      if (type === undefined || !isFloatDtype(type.dtype) || graph.tensors.get(name)?.producer === undefined)
        continue;
      left -= 8 * elementCount(type.dims);
      if (left > 0) names.add(name);
    }
  }
  const plain = await replayed(context, run, { mode: 'free', tensors: names });
  const changed: { tensor: string; node: string; relativeL2: number }[] = [];
  let compared = 0;
  const onTensor = (name: string, tensor: Tensor): void => {
    const own = plain.get(name);
    const { dtype, dims } = tensor;
    if (own?.dtype !== dtype || !isComparableDtype(dtype) || !sameDims(own.dims, dims)) return;
    compared++;
    const { comparison } = context.comparer.compare(
      { dtype, bytes: tensor.bytes },
      { dtype, bytes: own.bytes },
      { dims, atol: 0, rtol: 0 },
    );
    const relativeL2 = comparison.nonFiniteMismatch > 0 ? Infinity : comparison.relativeL2;
    const node = graph.nodes[graph.tensors.get(name)?.producer ?? -1]?.name ?? '';
    if (relativeL2 > bound) changed.push({ tensor: name, node, relativeL2 });
  };
  const facts = await factsOf(model, graph, context.settings, run.inputs, []);
  await execute({
    model,
    graph,
    facts,
    plan: planSegments(graph, facts, segmentBudget(context.options.memoryBytes)),
    settings: context.settings,
    arena: context.arena,
    carryLimit: context.carryLimit,
    inputs: new Map(run.inputs.map((one) => [one.name, one.tensor])),
    fed: new Map(),
    wants: (name) => names.has(name),
    onTensor,
    onSegment: () => undefined,
  });
  return { level: LEVEL, compared, changed: changed.length, first: changed.slice(0, TOLD) };
}
