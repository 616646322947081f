import { isLayerdiffError } from '../../shared/errors.ts';
import type { Graph } from '../graph/index.ts';
import type { ExecuteRequest, Lane } from '../run/index.ts';
import { execute, planSegments } from '../run/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import type { FedEdge, FedEdges } from './fed-edges.ts';
import { fedValues } from './fed-edges.ts';
import type { IsFed } from './fed-run.ts';
import { segmentBudget } from './plan-for.ts';
import type { SampleRun } from './sample-run.ts';

export interface ReplayRequest {
  readonly mode: 'free' | 'fed';
  /** Tensors whose values are wanted. */
  readonly tensors: ReadonlySet<string>;
  readonly changes?: ExecuteRequest['changes'];
  readonly lanes?: readonly Lane[];
  readonly onLane?: ExecuteRequest['onLane'];
  readonly isOpenWeight?: (name: string) => boolean;
  /** In mode `free`: tensors whose readers are fed the recorded value all the same. */
  readonly exact?: ReadonlySet<string>;
  /** Nodes behind which a lane may replace what they make. */
  readonly cutAfter?: ReadonlySet<number>;
  /** Called with each wanted tensor; its bytes are reused once it has returned. */
  readonly onTensor: (name: string, tensor: Tensor) => void;
}

/** How many times as much may wait in memory as in a run that shares it with another. */
const ALONE = 2.5;

/** Room that lanes need beside the run itself, as a share of what a segment may make. */
const WITH_LANES = 0.45;

/** What of a sample's run is needed to run parts of it again. */
export type ReplayedRun = Pick<SampleRun, 'sample' | 'facts' | 'inputs' | 'isFed' | 'edges'>;

/**
 * Values are not kept by the runs: the nodes that lead to some tensors are run again; in mode `fed` only those between
 * them and the fed values.
 * @throws LayerdiffError `runtime` where a node fails.
 */
export async function replay(
  context: CompareContext,
  run: ReplayedRun,
  request: ReplayRequest,
): Promise<void> {
  const { graph } = context;
  const isFed: IsFed = (node, name) =>
    (request.mode === 'fed' || request.exact?.has(name) === true) && run.isFed(node, name);
  const needed = nodesLeadingTo(graph, request.tensors, isFed);
  const entries = new Map(run.sample.entries.map((entry) => [entry.key, entry]));
  const budget = segmentBudget(context.options.memoryBytes) * (request.lanes === undefined ? 1 : WITH_LANES);
  await execute({
    ...request,
    model: context.model,
    graph,
    facts: run.facts,
    plan: planSegments(graph, run.facts, budget, (node) => needed.has(node), request.cutAfter),
    settings: context.settings,
    arena: context.arena,
    // No other run is going on.
    carryLimit: ALONE * context.carryLimit,
    inputs: new Map(run.inputs.map((one) => [one.name, one.tensor])),
    fed: fedValues(edgesOf(run.edges, isFed), context.dump, entries, () => undefined),
    wants: (name) => request.tensors.has(name),
    onSegment: () => undefined,
  });
}

function edgesOf(edges: FedEdges, isFed: IsFed): FedEdges {
  const kept = new Map<number, ReadonlyMap<string, FedEdge>>();
  for (const [node, list] of edges) {
    const own = new Map([...list].filter(([name]) => isFed(node, name)));
    if (own.size > 0) kept.set(node, own);
  }
  return kept;
}

/**
 * What cannot be run again is not explained, and that is no reason to lose what is known: with fewer values asked for
 * the runtime plans its memory by shapes that the file declares, and refuses where they are wrong.
 */
export async function unlessRefused<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isLayerdiffError(error) && error.tag === 'runtime') return otherwise;
    throw error;
  }
}

/** Copies of the values of some tensors. */
export async function replayed(
  context: CompareContext,
  run: SampleRun,
  request: Omit<ReplayRequest, 'onTensor'>,
): Promise<Map<string, Tensor>> {
  const values = new Map<string, Tensor>();
  await replay(context, run, {
    ...request,
    onTensor: (name, tensor) => values.set(name, { ...tensor, bytes: tensor.bytes.slice() }),
  });
  return values;
}

/** Nodes from which the tensors are computed, without those behind values that are fed. */
function nodesLeadingTo(graph: Graph, tensors: ReadonlySet<string>, isFed: IsFed): ReadonlySet<number> {
  const nodes = new Set<number>();
  const open = [...tensors].map((name) => graph.tensors.get(name)?.producer);
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
