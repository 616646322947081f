import { LayerdiffError, isLayerdiffError } from '../../shared/errors.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import type { OnnxModel, SubmodelInput } from '../onnx/index.ts';
import { joinBytes, lengthOf, submodelParts, tensorOf } from '../onnx/index.ts';
import type { Tensor, TensorType } from '../tensor/index.ts';
import { byteLength } from '../tensor/index.ts';
import type { Arena } from './arena.ts';
import { arenaBytes } from './arena.ts';
import { Carried } from './carry.ts';
import type { Session, SessionSettings } from './ort.ts';
import { createSession, isRuntimeDtype } from './ort.ts';
import { neededReads } from './pieces.ts';
import type { Plan, Segment } from './plan.ts';
import { bytesOfFacts } from './plan.ts';

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
  /** Bytes of carried values kept in memory; the rest is spilled. */
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
}

/**
 * Runs every node once, segment by segment.
 * @throws LayerdiffError `runtime` naming the first node of the segment that failed.
 */
export async function execute(request: ExecuteRequest): Promise<void> {
  const carried = new Carried(request.carryLimit);
  const lastReader = lastReaders(request.plan);
  try {
    for (const [index, segment] of request.plan.segments.entries()) {
      request.onSegment(segment.nodes[0] ?? 0, index);
      await runSegment(request, segment, carried);
      for (const name of segment.reads) if (lastReader.get(name) === index) carried.drop(name);
    }
    passThroughs(request);
  } finally {
    carried.close();
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

async function runSegment(request: ExecuteRequest, segment: Segment, carried: Carried): Promise<void> {
  const { model, graph, arena } = request;
  const edges = fedEdges(graph, request.fed, segment);
  const isReplaced = (node: number, name: string): boolean => request.fed.get(node)?.has(name) === true;
  const reads = neededReads(graph, segment, isReplaced);
  const outputs = segmentOutputs(request, segment);
  arena.reset(
    sum([...edges.values.values()].map((value) => arenaBytes(byteLength(value.type)))) +
      sum(reads.map((name) => arenaBytes(carried.bytesToLoad(name)))) +
      sum(outputs.map((name) => arenaBytes(bytesOfFacts(request.facts.get(name))))) +
      submodelRoom(request, segment),
  );
  const feeds = new Map<string, Tensor>();
  for (const name of reads) {
    const value = request.inputs.get(name) ?? carried.get(name, arena);
    if (value === undefined) {
      throw new LayerdiffError('runtime', `the value ${name} is not available`, {
        file: model.path,
        place: placeOf(request, segment),
      });
    }
    feeds.set(name, value);
  }
  const loaded = new Map<string, Tensor>();
  for (const [name, value] of edges.values) {
    const bytes = arena.take(byteLength(value.type));
    value.load(bytes);
    const tensor = { ...value.type, bytes };
    feeds.set(name, tensor);
    loaded.set(value.key, tensor);
  }
  if (outputs.length === 0) return;
  const results = await runSession(request, segment, feeds, edges.renames, outputs);
  const carriedOut = new Set(segment.carriedOut);
  for (const name of outputs) {
    const tensor = results.get(name);
    if (tensor === undefined) continue;
    if (request.wants(name)) request.onTensor(name, tensor, loaded);
    if (carriedOut.has(name)) carried.put(name, tensor);
  }
}

/** Weights make up a sub-model; nodes, names and inputs are small beside them. */
function submodelRoom(request: ExecuteRequest, segment: Segment): number {
  const weights = initializersOf(request, segment).map((index) => request.model.layout.initializers[index]);
  return sum(weights.map((range) => (range === undefined ? 0 : range.end - range.start))) + SUBMODEL_REST;
}

const SUBMODEL_REST = 2 ** 20;

/** Opset of ai.onnx that brought `SequenceEmpty`. */
const SEQUENCES_SINCE = 11;

function initializersOf({ graph }: ExecuteRequest, segment: Segment): number[] {
  const initializers = new Set<number>();
  for (const index of segment.nodes) {
    const node = graph.nodes[index];
    for (const name of [...(node?.inputs ?? []), ...(node?.captured ?? [])]) {
      const initializer = graph.initializers.get(name);
      if (initializer !== undefined) initializers.add(initializer.index);
    }
  }
  return [...initializers];
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

function freshName(graph: Graph, base: string): string {
  let name = base;
  while (graph.tensors.has(name)) name += '_';
  return name;
}

function segmentOutputs(request: ExecuteRequest, segment: Segment): string[] {
  const carriedOut = new Set(segment.carriedOut);
  return segment.nodes
    .flatMap((index) => request.graph.nodes[index]?.outputs ?? [])
    .filter((name) => name !== '' && request.facts.get(name)?.unfetchable === undefined)
    .filter((name) => carriedOut.has(name) || request.wants(name));
}

async function runSession(
  request: ExecuteRequest,
  segment: Segment,
  feeds: ReadonlyMap<string, Tensor>,
  renames: ReadonlyMap<number, ReadonlyMap<string, string>>,
  outputs: readonly string[],
): Promise<Map<string, Tensor>> {
  const { model, graph, facts, arena } = request;
  const inputs: SubmodelInput[] = [...feeds].map(([name, tensor]) => ({
    name,
    dtype: tensor.dtype,
    dims: tensor.dims,
  }));
  const fileNodes = segment.nodes.map((index) => graph.nodes[index]?.fileIndex ?? -1);
  const emptySequence =
    (model.opsets.get('') ?? 0) >= SEQUENCES_SINCE ? freshName(graph, 'layerdiff.none') : undefined;
  try {
    const parts = submodelParts(model, {
      nodes: fileNodes,
      initializers: initializersOf(request, segment),
      inputs,
      outputs,
      renames,
      emptySequence,
    });
    const session = await createSession(joinBytes(parts, arena.take(lengthOf(parts))), request.settings);
    try {
      const inferred = new Map(session.outputs.map((value) => [value.name, value]));
      const fetches = new Map<string, Tensor | undefined>();
      for (const name of outputs) {
        const dtype = inferred.get(name)?.dtype ?? facts.get(name)?.dtype;
        const dims = inferred.get(name)?.dims ?? facts.get(name)?.dims;
        const known = dtype !== undefined && dims !== undefined && isRuntimeDtype(dtype);
        fetches.set(
          name,
          known ? { dtype, dims, bytes: arena.take(byteLength({ dtype, dims })) } : undefined,
        );
      }
      return await runWithBuffers(session, feeds, fetches, emptySequence);
    } finally {
      await session.release();
    }
  } catch (error) {
    if (!isLayerdiffError(error)) throw error;
    throw new LayerdiffError(error.tag, error.message, {
      file: model.path,
      place: error.place ?? placeOf(request, segment),
    });
  }
}

/**
 * Into our buffers; where a shape declared in the file is not the one that comes out, the runtime refuses the buffer
 * and gets to allocate for itself.
 */
async function runWithBuffers(
  session: Session,
  feeds: ReadonlyMap<string, Tensor>,
  fetches: ReadonlyMap<string, Tensor | undefined>,
  emptySequence: string | undefined,
): Promise<Map<string, Tensor>> {
  try {
    return await session.run(feeds, fetches, emptySequence);
  } catch (error) {
    if (!isLayerdiffError(error) || !error.message.includes('computed output shape')) throw error;
    return session.run(feeds, new Map([...fetches.keys()].map((name) => [name, undefined])));
  }
}

function placeOf(request: ExecuteRequest, segment: Segment): string {
  const first = request.graph.nodes[segment.nodes[0] ?? -1]?.name ?? '';
  return segment.nodes.length === 1
    ? `node ${first}`
    : `nodes ${first} and the ${segment.nodes.length - 1} after it`;
}
