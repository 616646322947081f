import type { Proto } from '../edit-model.ts';
import { nameOf, nodesOf } from './nodes.ts';

/** Names of the nodes that make a tensor from recorded ones: the walk back ends where a recorded tensor is read. */
export function stretchNodes(
  proto: Proto,
  recorded: ReadonlySet<string>,
  target: string,
): ReadonlySet<string> {
  const makers = new Map(
    nodesOf(proto).flatMap((node) => (node.output ?? []).map((name) => [name, node] as const)),
  );
  const nodes = new Set<string>();
  const open = [target];
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    const maker = makers.get(tensor);
    if (maker === undefined || nodes.has(nameOf(maker))) continue;
    nodes.add(nameOf(maker));
    open.push(...(maker.input ?? []).filter((name) => !recorded.has(name)));
  }
  return nodes;
}
