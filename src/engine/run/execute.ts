import { LayerdiffError } from '../../shared/errors.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import type { OnnxModel, SubmodelChanges } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import type { Tensor, TensorType } from '../tensor/index.ts';
import { byteLength } from '../tensor/index.ts';
import type { Arena } from './arena.ts';
import { arenaBytes } from './arena.ts';
import { Carried } from './carry.ts';
import { freshName } from './fresh-name.ts';
import type { Lane, ValueKind } from './lanes.ts';
import { LaneState } from './lanes.ts';
import type { SessionSettings } from './ort.ts';
import { isRuntimeDtype } from './ort.ts';
import { neededReads } from './pieces.ts';
import type { Plan, Segment } from './plan.ts';
import { bytesOfFacts } from './plan.ts';
import { openSegment, placeOf } from './segment-session.ts';

/** An exact reference value that a consumer reads instead of what its producer computed (the fed run). */
export interface FedValue {
  /** Equal for consumers that read the same value; part of no model name. */
  readonly key: string;
  readonly type: TensorType;
  /** Fills `target` (`byteLength(type)` bytes). */
  readonly load: (target: Uint8Array) => void;
}

/** Fed values of the segment at work, by key; valid as long as its tensors. */
export type LoadedValues = ReadonlyMap<string, Tensor>;

export interface ExecuteRequest {
  readonly model: OnnxModel;
  readonly graph: Graph;
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly plan: Plan;
  readonly settings: SessionSettings;
  readonly arena: Arena;
  /** Bytes of carried values kept in memory, those of all lanes together; the rest is spilled. */
  readonly carryLimit: number;
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** Node → input name → value read instead. Empty for a free run. */
  readonly fed: ReadonlyMap<number, ReadonlyMap<string, FedValue>>;
  /** Which of a segment's values are asked for, besides those that later segments need. */
  readonly wants: (name: string) => boolean;
  /** Called in execution order. The tensor's bytes are reused once it has returned. */
  readonly onTensor: (name: string, tensor: Tensor, fed: LoadedValues) => void;
  /** Before each segment: the node it begins with and how many are done. */
  readonly onSegment: (firstNode: number, segment: number) => void;
  readonly lanes?: readonly Lane[] | undefined;
  /** Called, after `onTensor` for all of a segment, for what a lane makes where it differs in what it reads. */
  readonly onLane?: ((lane: number, name: string, tensor: Tensor, own: Tensor) => void) | undefined;
  /** Weights that lanes may replace: handed to the runtime as inputs. */
  readonly isOpenWeight?: ((name: string) => boolean) | undefined;
  /** Nodes written anew, other opsets. */
  readonly changes?: SubmodelChanges | undefined;
}

/**
 * Runs every node once, segment by segment.
 * @throws LayerdiffError `runtime` naming the first node of the segment that failed.
 */
export async function execute(request: ExecuteRequest): Promise<void> {
  const limit = request.carryLimit / (1 + (request.lanes?.length ?? 0));
  const carried = new Carried(limit);
  const lanes = (request.lanes ?? []).map((lane) => new LaneState(lane, limit));
  const lastReader = lastReaders(request.plan);
  try {
    for (const [index, segment] of request.plan.segments.entries()) {
      request.onSegment(segment.nodes[0] ?? 0, index);
      await runSegment(request, segment, carried, lanes);
      for (const name of segment.reads) {
        if (lastReader.get(name) !== index) continue;
        carried.drop(name);
        for (const lane of lanes) lane.drop(name);
      }
    }
    passThroughs(request);
  } finally {
    carried.close();
    for (const lane of lanes) lane.close();
  }
}

/** Graph outputs that no node makes: a model input or a weight, read from where it lies. */
function passThroughs(request: ExecuteRequest): void {
  const { model, graph } = request;
  for (const name of graph.outputs) {
    if (graph.tensors.get(name)?.producer !== undefined || !request.wants(name)) continue;
    const initializer = graph.initializers.get(name)?.tensor;
    const holdsNumbers = initializer?.dtype !== undefined && isRuntimeDtype(initializer.dtype);
    const value = request.inputs.get(name) ?? (holdsNumbers ? tensorOf(model, initializer) : undefined);
    if (value === undefined) continue;
    request.onTensor(name, value, new Map());
  }
}

function lastReaders(plan: Plan): Map<string, number> {
  const last = new Map<string, number>();
  plan.segments.forEach((segment, index) => segment.reads.forEach((name) => last.set(name, index)));
  return last;
}

/** A value that a segment reads from outside. */
interface Read {
  readonly kind: ValueKind;
  /** What lanes know it by. */
  readonly key: string;
  readonly tensor: Tensor;
}

async function runSegment(
  request: ExecuteRequest,
  segment: Segment,
  carried: Carried,
  lanes: readonly LaneState[],
): Promise<void> {
  const { graph, arena } = request;
  const edges = fedEdges(graph, request.fed, segment);
  const isReplaced = (node: number, name: string): boolean => request.fed.get(node)?.has(name) === true;
  const needed = neededReads(graph, segment, isReplaced);
  const outputs = segmentOutputs(request, segment);
  const weights = weightsOf(request, segment);
  const made = sum(outputs.map((name) => arenaBytes(bytesOfFacts(request.facts.get(name)))));
  arena.reset(
    sum([...edges.values.values()].map((value) => arenaBytes(byteLength(value.type)))) +
      sum(needed.map((name) => arenaBytes(carried.bytesToLoad(name)))) +
      made +
      submodelRoom(request, weights.held) +
      sum(weights.open.map((name) => openWeightBytes(request, name))) +
      Math.max(
        0,
        ...lanes.map((lane) => made + sum(needed.map((name) => arenaBytes(lane.bytesToLoad(name))))),
      ),
  );
  const { reads, loaded } = readsOf(request, segment, needed, carried, edges.values);
  for (const name of weights.open) reads.set(name, openWeight(request, name));
  if (outputs.length === 0) return;
  const feeds = new Map([...reads].map(([name, read]) => [name, read.tensor]));
  const session = await openSegment(request, {
    segment,
    feeds,
    renames: edges.renames,
    initializers: weights.held,
    outputs,
  });
  try {
    const results = await session.run(feeds);
    const carriedOut = new Set(segment.carriedOut);
    for (const name of outputs) {
      const tensor = results.get(name);
      if (tensor === undefined) continue;
      if (request.wants(name)) request.onTensor(name, tensor, loaded);
      if (carriedOut.has(name)) carried.put(name, tensor);
    }
    const mark = arena.mark;
    for (const [index, lane] of lanes.entries()) {
      arena.rewind(mark);
      const laneFeeds = lane.feedsOf(reads, arena);
      const others = laneFeeds === undefined ? undefined : await session.run(laneFeeds);
      for (const [name, own] of results) {
        const tensor = others?.get(name);
        if (tensor !== undefined && request.wants(name)) request.onLane?.(index, name, tensor, own);
        if (carriedOut.has(name)) lane.carry(name, tensor ?? own, tensor !== undefined);
      }
    }
  } finally {
    await session.release();
  }
}

function readsOf(
  request: ExecuteRequest,
  segment: Segment,
  needed: readonly string[],
  carried: Carried,
  fed: ReadonlyMap<string, FedValue>,
): { reads: Map<string, Read>; loaded: Map<string, Tensor> } {
  const reads = new Map<string, Read>();
  for (const name of needed) {
    const input = request.inputs.get(name);
    const tensor = input ?? carried.get(name, request.arena);
    if (tensor === undefined) {
      throw new LayerdiffError('runtime', `the value ${name} is not available`, {
        file: request.model.path,
        place: placeOf(request, segment),
      });
    }
    reads.set(name, { kind: input === undefined ? 'carried' : 'input', key: name, tensor });
  }
  const loaded = new Map<string, Tensor>();
  for (const [name, value] of fed) {
    const bytes = request.arena.take(byteLength(value.type));
    value.load(bytes);
    const tensor = { ...value.type, bytes };
    reads.set(name, { kind: 'fed', key: value.key, tensor });
    loaded.set(value.key, tensor);
  }
  return { reads, loaded };
}

/** Weights make up a sub-model; nodes, names and inputs are small beside them. */
function submodelRoom(request: ExecuteRequest, initializers: readonly number[]): number {
  const ranges = initializers.map((index) => request.model.layout.initializers[index]);
  return sum(ranges.map((range) => (range === undefined ? 0 : range.end - range.start))) + SUBMODEL_REST;
}

const SUBMODEL_REST = 2 ** 20;

/** Weights that the segment reads: indices of those that the sub-model holds, names of those that it is fed. */
function weightsOf(request: ExecuteRequest, segment: Segment): { held: number[]; open: string[] } {
  const { graph } = request;
  const held = new Set<number>();
  const open = new Set<string>();
  for (const index of segment.nodes) {
    const node = graph.nodes[index];
    for (const name of [...(node?.inputs ?? []), ...(node?.captured ?? [])]) {
      const initializer = graph.initializers.get(name);
      if (initializer === undefined) continue;
      if (request.isOpenWeight?.(name) === true) open.add(name);
      else held.add(initializer.index);
    }
  }
  return { held: [...held], open: [...open] };
}

function openWeightBytes({ graph }: ExecuteRequest, name: string): number {
  const tensor = graph.initializers.get(name)?.tensor;
  return tensor?.dtype === undefined ? 0 : arenaBytes(byteLength({ dtype: tensor.dtype, dims: tensor.dims }));
}

/** A copy: the file's bytes are shared memory, which the runtime does not take. */
function openWeight({ model, graph, arena }: ExecuteRequest, name: string): Read {
  const initializer = graph.initializers.get(name);
  if (initializer === undefined) throw new LayerdiffError('runtime', `no weight is called ${name}`);
  const stored = tensorOf(model, initializer.tensor);
  const bytes = arena.take(stored.bytes.byteLength);
  bytes.set(stored.bytes);
  return { kind: 'weight', key: name, tensor: { ...stored, bytes } };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function fedEdges(
  graph: Graph,
  fed: ReadonlyMap<number, ReadonlyMap<string, FedValue>>,
  segment: Segment,
): { renames: Map<number, ReadonlyMap<string, string>>; values: Map<string, FedValue> } {
  const names = new Map<string, string>();
  const values = new Map<string, FedValue>();
  const renames = new Map<number, ReadonlyMap<string, string>>();
  for (const index of segment.nodes) {
    const edges = fed.get(index);
    if (edges === undefined || edges.size === 0) continue;
    const renamed = new Map<string, string>();
    for (const [input, value] of edges) {
      let name = names.get(value.key);
      if (name === undefined) {
        name = freshName(graph, `layerdiff.fed.${names.size}`);
        names.set(value.key, name);
        values.set(name, value);
      }
      renamed.set(input, name);
    }
    renames.set(graph.nodes[index]?.fileIndex ?? -1, renamed);
  }
  return { renames, values };
}

function segmentOutputs(request: ExecuteRequest, segment: Segment): string[] {
  const carriedOut = new Set(segment.carriedOut);
  return segment.nodes
    .flatMap((index) => request.graph.nodes[index]?.outputs ?? [])
    .filter((name) => name !== '' && request.facts.get(name)?.unfetchable === undefined)
    .filter((name) => carriedOut.has(name) || request.wants(name));
}
