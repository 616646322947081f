import type { OnnxGraph, OnnxNode } from '../onnx/index.ts';

/** Graphs held by a node's attributes: bodies of If, Loop, Scan, SequenceMap. */
export function bodiesOf(node: Pick<OnnxNode, 'attributes'>): OnnxGraph[] {
  const bodies: OnnxGraph[] = [];
  for (const attribute of node.attributes.values()) {
    if (attribute.kind === 'graph') bodies.push(attribute.value);
    if (attribute.kind === 'graphs') bodies.push(...attribute.value);
  }
  return bodies;
}

/** Names that the node's bodies, at any depth, read from the graph around it. In order of first use. */
export function capturedNames(node: OnnxNode): string[] {
  const names = new Set<string>();
  for (const body of bodiesOf(node)) for (const name of freeNames(body)) names.add(name);
  return [...names];
}

function freeNames(body: OnnxGraph): Set<string> {
  const own = new Set([
    ...body.inputs.map((value) => value.name),
    ...body.initializers.map((tensor) => tensor.name),
    ...body.sparseInitializers,
  ]);
  for (const node of body.nodes) for (const output of node.outputs) own.add(output);
  const free = new Set<string>();
  const see = (name: string): void => {
    if (name !== '' && !own.has(name)) free.add(name);
  };
  for (const node of body.nodes) {
    node.inputs.forEach(see);
    capturedNames(node).forEach(see);
  }
  body.outputs.forEach((output) => see(output.name));
  return free;
}

/** Number of nodes in the node's bodies, at any depth. */
export function bodyNodeCount(node: OnnxNode): number {
  return bodiesOf(node).reduce(
    (sum, body) =>
      sum + body.nodes.length + body.nodes.reduce((inner, child) => inner + bodyNodeCount(child), 0),
    0,
  );
}
