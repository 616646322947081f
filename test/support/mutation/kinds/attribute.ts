import { attribute } from '../../attributes.ts';
import { oneOf, shuffled, signedSize } from '../choice.ts';
import type { Mutate, Place } from '../mutation.ts';
import { mutation } from '../mutation.ts';
import { nameOf, nodeNamed, nodesOf } from '../nodes.ts';
import type { Node } from '../../proto-model.ts';
import {
  CHOICES,
  DEALT,
  floatAttribute,
  PARAMETERS,
  setInts,
  setText,
  withInt,
} from './attribute-choices.ts';

interface Change {
  readonly text: string;
  readonly apply: (node: Node) => void;
}

/** A parameter scaled, a flag or mode changed, padding dealt otherwise, axes exchanged. */
export const attributeMutation: Mutate = (place, random) => {
  const able = shuffled(nodesOf(place.proto), random).filter(
    (node) => changesOf(place, node, random).length > 0,
  );
  // By operator first: there are many more of some than of others.
  const opType = oneOf([...new Set(able.map((node) => node.opType))], random);
  const node = able.find((one) => one.opType === opType);
  const change = node === undefined ? undefined : oneOf(changesOf(place, node, random), random);
  if (node === undefined || change === undefined) return undefined;
  const name = nameOf(node);
  return mutation({
    kind: 'attribute',
    label: `${node.opType ?? ''} ${name}: ${change.text}`,
    origins: [name],
    apply: (proto) => change.apply(nodeNamed(proto, name)),
  });
};

function changesOf(place: Place, node: Node, random: () => number): Change[] {
  return [
    ...parameterChanges(node, random),
    ...choiceChanges(node),
    ...dealtChanges(node, random),
    ...axisChanges(place, node, random),
  ];
}

function parameterChanges(node: Node, random: () => number): Change[] {
  return (PARAMETERS[node.opType ?? ''] ?? []).map(({ name, standard }) => {
    const before = attribute(node, name)?.f ?? standard;
    // A small epsilon shows where it is raised by orders of magnitude.
    const value =
      name === 'epsilon'
        ? before * 10 ** (random() * 5)
        : before === 0
          ? signedSize(random)
          : before * (1 + signedSize(random));
    return { text: `${name} ${before} → ${value}`, apply: (one) => floatAttribute(one, name, value) };
  });
}

function choiceChanges(node: Node): Change[] {
  return (CHOICES[node.opType ?? ''] ?? []).flatMap(({ name, standard, values }) => {
    const text = attribute(node, name)?.s;
    const number = attribute(node, name)?.i;
    const before =
      text !== undefined && text !== null && text.length > 0
        ? new TextDecoder().decode(text)
        : number === undefined || number === null
          ? standard
          : number;
    return values
      .filter((value) => value !== before)
      .map((value) => ({
        text: `${name} ${before} → ${value}`,
        apply: (one: Node) =>
          typeof value === 'string' ? setText(one, name, value) : withInt(one, name, value),
      }));
  });
}

/** The same sum over begin and end of an axis, dealt otherwise: the shape stays. */
function dealtChanges(node: Node, random: () => number): Change[] {
  if (!DEALT.has(node.opType ?? '')) return [];
  const pads = (attribute(node, 'pads')?.ints ?? []).map(Number);
  const half = pads.length / 2;
  return pads.flatMap((before, index) => {
    const other = (index + half) % pads.length;
    if (before === 0 || random() < 0.5) return [];
    const moved = pads.map((pad, at) => (at === index ? pad - 1 : at === other ? pad + 1 : pad));
    return [
      { text: `pads ${pads.join()} → ${moved.join()}`, apply: (one: Node) => setInts(one, 'pads', moved) },
    ];
  });
}

function axisChanges({ dims }: Place, node: Node, random: () => number): Change[] {
  const shape = dims.get(node.input?.[0] ?? '') ?? [];
  const rank = shape.length;
  if (node.opType === 'Transpose') {
    const before = (attribute(node, 'perm')?.ints ?? []).map(Number);
    const [a, b] = shuffled(
      before.map((_, index) => index),
      random,
    );
    if (a === undefined || b === undefined) return [];
    const perm = before.map((axis, index) =>
      index === a ? (before[b] ?? 0) : index === b ? (before[a] ?? 0) : axis,
    );
    const isSame = perm.every((axis, index) => shape[axis] === shape[before[index] ?? 0]);
    return isSame
      ? [{ text: `perm ${before.join()} → ${perm.join()}`, apply: (one) => setInts(one, 'perm', perm) }]
      : [];
  }
  const name = ['ReduceMean', 'ReduceL2', 'ReduceMax'].includes(node.opType ?? '') ? 'axes' : 'axis';
  const current = attribute(node, name);
  if (current === undefined || rank < 2 || !['axis', 'axes'].includes(current.name ?? '')) return [];
  const axis = Math.floor(random() * rank);
  return name === 'axes'
    ? [{ text: `axes → ${axis}`, apply: (one) => setInts(one, name, [axis]) }]
    : Number(current.i) === axis || Number(current.i) + rank === axis
      ? []
      : [{ text: `axis ${String(current.i)} → ${axis}`, apply: (one) => withInt(one, name, axis) }];
}
