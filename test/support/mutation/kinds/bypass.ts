import type { Proto } from '../../edit-model.ts';
import { oneOf } from '../choice.ts';
import type { Mutate, Place } from '../mutation.ts';
import { mutation } from '../mutation.ts';
import {
  nameOf,
  nodeNamed,
  nodesOf,
  outputOf,
  producerOf,
  readersOf,
  removeNode,
  replaceInput,
} from '../nodes.ts';
import type { Node } from '../../proto-model.ts';

/** These change nothing when they are gone, or nothing but a shape. */
const NO_COMPUTATION = new Set([
  'Identity',
  'Dropout',
  'Cast',
  'Reshape',
  'Constant',
  'Shape',
  'Expand',
  'Squeeze',
  'Unsqueeze',
]);

/** A node is gone and what it read is handed on, where the shape is the same. */
export const bypassMutation: Mutate = (place, random) => {
  const able = nodesOf(place.proto).filter((node) => passableInputs(place, node).length > 0);
  const opType = oneOf([...new Set(able.map((node) => node.opType ?? ''))], random);
  const node = oneOf(
    able.filter((one) => one.opType === opType),
    random,
  );
  const input = node === undefined ? undefined : oneOf(passableInputs(place, node), random);
  if (node === undefined || input === undefined) return undefined;
  const { proto } = place;
  const name = nameOf(node);
  const tensor = outputOf(node);
  const isOutput = proto.graph?.output?.some((one) => one.name === tensor) === true;
  const applyInPlace = (copy: Proto): void => {
    const one = nodeNamed(copy, name);
    Object.assign(one, { opType: 'Identity', input: [input], attribute: [] });
  };
  // The name of a graph output has to stay: something must make it.
  const remove = (copy: Proto): void => {
    for (const reader of readersOf(copy, tensor)) replaceInput(reader, tensor, input);
    removeNode(copy, name);
  };
  return mutation({
    kind: 'bypass',
    label: `${node.opType ?? ''} ${name}: gone, ${input} handed on`,
    origins: [name],
    accused: new Set(isOutput ? [name] : placeOf(proto, input, tensor)),
    handedOn: input,
    apply: isOutput ? applyInPlace : remove,
    applyInPlace,
  });
};

function passableInputs({ dims, proto }: Place, node: Node): string[] {
  if (NO_COMPUTATION.has(node.opType ?? '') || node.output?.length !== 1) return [];
  const shape = dims.get(outputOf(node))?.join();
  const weights = new Set((proto.graph?.initializer ?? []).map((tensor) => tensor.name));
  return (node.input ?? []).filter(
    (name) =>
      shape !== undefined &&
      dims.get(name)?.join() === shape &&
      !weights.has(name) &&
      producerOf(proto, name)?.opType !== 'Constant',
  );
}

/** The nodes on both sides of the gap. */
function placeOf(proto: Proto, input: string, output: string): string[] {
  const before = producerOf(proto, input);
  return [...(before === undefined ? [] : [nameOf(before)]), ...readersOf(proto, output).map(nameOf)];
}
