import { isComparableDtype } from '../../shared/dtype.ts';
import type { Dump, DumpEntry } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import type { NameMatch, Pair, PairedTensor, Transform } from '../match/index.ts';
import { callKey } from '../match/index.ts';
import type { FedValue } from '../run/index.ts';
import { isRuntimeDtype } from '../run/index.ts';
import { castTensor, permuteTensor } from '../tensor/index.ts';
import type { TensorType } from '../tensor/index.ts';
import { byteLength, elementCount } from '../tensor/index.ts';

/** A recorded value that a consumer reads. Plain data: it crosses to another thread. */
export interface FedEdge {
  /** Equal for consumers that read the same value. */
  readonly key: string;
  readonly entry: string;
  readonly transform: Transform;
  /** Of the candidate's tensor. */
  readonly type: TensorType;
}

/** Node → input name → the exact value it reads. */
export type FedEdges = ReadonlyMap<number, ReadonlyMap<string, FedEdge>>;

/**
 * The fed run replaces edges, not tensors: a consumer reads the entry recorded as input of its own module if there is
 * one, else the producer's output entry.
 * @param types actual types of candidate tensors, from the free run.
 */
export function fedEdges(
  graph: Graph,
  match: NameMatch,
  paired: ReadonlyMap<string, PairedTensor>,
  types: ReadonlyMap<string, TensorType>,
): FedEdges {
  const edges = new Map<number, Map<string, FedEdge>>();
  const ownCalls = callsOfNodes(match);
  for (const [name, tensor] of paired) {
    const info = graph.tensors.get(name);
    const type = types.get(name);
    if (info?.producer === undefined || type === undefined || !canFeed(type, tensor.primary)) continue;
    for (const consumer of info.consumers) {
      const { entry, transform } =
        tensor.others.length === 0
          ? tensor.primary
          : (ownInput(tensor, ownCalls.get(consumer)) ?? tensor.primary);
      const list = edges.get(consumer) ?? new Map<string, FedEdge>();
      list.set(name, { key: fedKey(entry, name, transform), entry: entry.key, transform, type });
      edges.set(consumer, list);
    }
  }
  return edges;
}

/** Equal for the same recorded value of one candidate tensor. */
export function fedKey(entry: DumpEntry, tensor: string, transform: Transform): string {
  const axes = transform.kind === 'permutation' ? transform.axes.join() : '';
  return `${entry.storage} ${axes} ${tensor}`;
}

function canFeed(type: TensorType, pair: Pair): boolean {
  return (
    isRuntimeDtype(type.dtype) &&
    isComparableDtype(pair.entry.dtype) &&
    elementCount(type.dims) === elementCount(pair.entry.dims)
  );
}

/** Calls a node belongs to, the innermost (longest path) first. */
function callsOfNodes(match: NameMatch): Map<number, readonly string[]> {
  const calls = new Map<number, string[]>();
  const keys = [...match.callNodes.keys()].sort((a, b) => b.length - a.length);
  for (const key of keys) {
    for (const node of match.callNodes.get(key) ?? []) calls.set(node, [...(calls.get(node) ?? []), key]);
  }
  return calls;
}

function ownInput(tensor: PairedTensor, calls: readonly string[] | undefined): Pair | undefined {
  const inputs = tensor.all.filter((pair) => pair.entry.role === 'input');
  for (const call of calls ?? []) {
    const own = inputs.find((pair) => callKey(pair.entry.path, pair.entry.call) === call);
    if (own !== undefined) return own;
  }
  return undefined;
}

/**
 * The edges with the values that the runtime reads.
 * @param onUnholdable called for each fed value that the candidate's dtype cannot hold.
 */
export function fedValues(
  edges: FedEdges,
  dump: Dump,
  entries: ReadonlyMap<string, DumpEntry>,
  onUnholdable: (entry: string, count: number) => void,
): Map<number, ReadonlyMap<string, FedValue>> {
  const values = new Map<number, ReadonlyMap<string, FedValue>>();
  for (const [node, list] of edges) {
    const loaded = new Map<string, FedValue>();
    for (const [name, edge] of list) {
      const entry = entries.get(edge.entry);
      if (entry !== undefined) loaded.set(name, fedValue(edge, entry, dump, onUnholdable));
    }
    values.set(node, loaded);
  }
  return values;
}

function fedValue(
  { key, type, transform }: FedEdge,
  entry: DumpEntry,
  dump: Dump,
  onUnholdable: (entry: string, count: number) => void,
): FedValue {
  const count = elementCount(entry.dims);
  return {
    key,
    type,
    load: (target) => {
      if (entry.dtype === type.dtype && transform.kind !== 'permutation') {
        dump.read(entry, 0, count, target);
        return;
      }
      const bytes = new Uint8Array(byteLength(entry));
      dump.read(entry, 0, count, bytes);
      const whole = { dtype: entry.dtype, dims: entry.dims, bytes };
      const moved = transform.kind === 'permutation' ? permuteTensor(whole, transform.axes) : whole;
      const cast = castTensor(moved, type.dtype);
      if (cast.unholdable > 0) onUnholdable(entry.key, cast.unholdable);
      target.set(cast.tensor.bytes);
    },
  };
}
