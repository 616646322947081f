import type { Proto } from '../edit-model.ts';
import type { Node, Weight } from '../proto-model.ts';

export function nodesOf(proto: Proto): readonly Node[] {
  return proto.graph?.node ?? [];
}

export const nameOf = (node: Node): string => node.name ?? '';
export const outputOf = (node: Node): string => node.output?.[0] ?? '';

/** @throws Error where no node is called so. */
export function nodeNamed(proto: Proto, name: string): Node {
  const node = nodesOf(proto).find((one) => one.name === name);
  if (node === undefined) throw new Error(`no node ${name}`);
  return node;
}

export function producerOf(proto: Proto, tensor: string): Node | undefined {
  return nodesOf(proto).find((node) => node.output?.includes(tensor) === true);
}

export function readersOf(proto: Proto, tensor: string): readonly Node[] {
  return nodesOf(proto).filter((node) => node.input?.includes(tensor) === true);
}

/** @throws Error where no initializer is called so. */
export function initializerNamed(proto: Proto, name: string): Weight {
  const tensor = proto.graph?.initializer?.find((one) => one.name === name);
  if (tensor === undefined) throw new Error(`no initializer ${name}`);
  return tensor;
}

export function replaceInput(node: Node, from: string, to: string): void {
  node.input = (node.input ?? []).map((name) => (name === from ? to : name));
}

/** Puts nodes before or after the named one, which the order of execution may need. */
export function insertNodes(proto: Proto, beside: string, nodes: readonly Node[], after: boolean): void {
  const list = [...nodesOf(proto)];
  const index = list.findIndex((node) => node.name === beside);
  list.splice(index + (after ? 1 : 0), 0, ...nodes);
  if (proto.graph !== undefined && proto.graph !== null) proto.graph.node = list;
}

/** Takes nodes out, and Constants that nothing reads any more. */
export function removeNode(proto: Proto, name: string): void {
  const rest = nodesOf(proto).filter((node) => node.name !== name);
  const read = new Set(rest.flatMap((node) => node.input ?? []));
  if (proto.graph !== undefined && proto.graph !== null)
    proto.graph.node = rest.filter((node) => node.opType !== 'Constant' || read.has(outputOf(node)));
}
