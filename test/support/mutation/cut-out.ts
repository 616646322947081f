import type ort from 'onnxruntime-node';
import type { Proto } from '../edit-model.ts';
import { cloneProto } from '../edit-model.ts';
import { TYPE, value } from '../proto-model.ts';
import { nodesOf } from './nodes.ts';

/** Name under which a cut-out reads a recorded tensor. */
export function recordedName(tensor: string): string {
  return `${tensor}/recorded`;
}

const ELEMENT: Readonly<Record<string, number>> = {
  float32: TYPE.float32,
  int64: TYPE.int64,
  bool: TYPE.bool,
};

/**
 * The nodes between recorded tensors and some of them, as a model of its own that reads the recorded values: what the
 * stretches of these tensors compute from exact inputs. Shapes that the file states are left out, an edit may have
 * changed them.
 */
export function cutOut(
  proto: Proto,
  recorded: ReadonlyMap<string, ort.Tensor>,
  targets: readonly string[],
): Proto {
  const copy = cloneProto(proto);
  const nodes = nodesOf(copy);
  for (const node of nodes) {
    if (node.attribute?.some((one) => one.g !== undefined && one.g !== null) === true)
      throw new Error(`${node.name ?? ''} has a body: not supported here`);
    node.input = (node.input ?? []).map((name) => (recorded.has(name) ? recordedName(name) : name));
  }
  const needed = new Set(targets);
  const kept = [...nodes]
    .reverse()
    .filter((node) => {
      if (node.output?.some((name) => needed.has(name)) !== true) return false;
      for (const name of node.input ?? []) needed.add(name);
      return true;
    })
    .reverse();
  const fed = [...recorded]
    .filter(([name]) => needed.has(recordedName(name)))
    .map(([name, tensor]) => value(recordedName(name), ELEMENT[tensor.type] ?? 0, tensor.dims));
  const { graph } = copy;
  if (graph === undefined || graph === null) return copy;
  graph.node = kept;
  graph.input = [...(graph.input ?? []).filter((input) => needed.has(input.name ?? '')), ...fed];
  graph.initializer = (graph.initializer ?? []).filter((tensor) => needed.has(tensor.name ?? ''));
  graph.output = targets.map((name) => ({ name }));
  graph.valueInfo = [];
  return copy;
}
