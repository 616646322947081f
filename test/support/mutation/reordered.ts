import { attribute } from '../attributes.ts';
import type { Proto } from '../edit-model.ts';
import { cloneProto } from '../edit-model.ts';
import type { Node } from '../proto-model.ts';
import { int, int64s, node as nodeOf } from '../proto-model.ts';
import { oneOf, shuffled } from './choice.ts';
import { initializerNamed, insertNodes, nameOf, nodeNamed, nodesOf, outputOf } from './nodes.ts';

/** A product whose terms are added in another order: the same function, other roundings. */
export interface Reordered {
  readonly label: string;
  readonly proto: Proto;
}

/**
 * Both operands of a Conv, MatMul or Gemm gathered in another order along the axis that is summed over, or a Conv taken
 * as the sum of two over some of the channels each. Weights stay as they are.
 * @returns undefined where the model has no such product.
 */
export function reordered(proto: Proto, random: () => number): Reordered | undefined {
  const node = oneOf(
    nodesOf(proto).filter((one) => termsOf(proto, one) > 1),
    random,
  );
  if (node === undefined) return undefined;
  const terms = termsOf(proto, node);
  const copy = cloneProto(proto);
  const place = nodeNamed(copy, nameOf(node));
  const isSplit = node.opType === 'Conv' && random() < 0.5;
  if (isSplit) splitConv(copy, place, 1 + Math.floor(random() * (terms - 1)), terms);
  else permuteTerms(copy, place, shuffled([...Array(terms).keys()], random));
  const what = isSplit ? 'as two partial sums' : 'with its terms in another order';
  return { label: `${node.opType ?? ''} ${nameOf(node)} ${what}`, proto: copy };
}

/** Length of the axis that is summed over; 0 where it is not known or not all one sum. */
function termsOf(proto: Proto, node: Node): number {
  const [, weight = ''] = node.input ?? [];
  if (proto.graph?.initializer?.some((tensor) => tensor.name === weight) !== true) return 0;
  const dims = (initializerNamed(proto, weight).dims ?? []).map(Number);
  if (node.opType === 'Conv') return (attribute(node, 'group')?.i ?? 1) === 1 ? (dims[1] ?? 0) : 0;
  if (node.opType === 'MatMul' && dims.length === 2) return dims[0] ?? 0;
  if (node.opType === 'Gemm' && (attribute(node, 'transA')?.i ?? 0) === 0)
    return dims[attribute(node, 'transB')?.i ?? 0] ?? 0;
  return 0;
}

function axesOf(node: Node): readonly [number, number] {
  if (node.opType === 'Conv') return [1, 1];
  return node.opType === 'Gemm' ? [1, attribute(node, 'transB')?.i ?? 0] : [-1, 0];
}

function permuteTerms(proto: Proto, node: Node, order: readonly number[]): void {
  const name = nameOf(node);
  const picked = gathers(proto, node, order, 'order');
  node.input = [...picked.outputs, ...(node.input ?? []).slice(2)];
  insertNodes(proto, name, picked.nodes, false);
}

function splitConv(proto: Proto, node: Node, at: number, terms: number): void {
  const all = [...Array(terms).keys()];
  const parts = [all.slice(0, at), all.slice(at)].map((order, index) =>
    gathers(proto, node, order, `part_${index}`),
  );
  const name = nameOf(node);
  const output = outputOf(node);
  const [first, second] = parts;
  if (first === undefined || second === undefined) return;
  const like = { metadataProps: node.metadataProps ?? [] };
  const bias = (node.input ?? []).slice(2);
  node.input = [...first.outputs, ...bias];
  node.output = [`${output}/sum_0`];
  const rest = nodeOf('Conv', second.outputs, [`${output}/sum_1`], node.attribute ?? [], {
    ...like,
    name: `${name}_rest`,
  });
  const sum = nodeOf('Add', [`${output}/sum_0`, `${output}/sum_1`], [output], [], {
    ...like,
    name: `${name}_sum`,
  });
  insertNodes(proto, name, [...second.nodes, rest, sum], true);
  insertNodes(proto, name, first.nodes, false);
}

function gathers(
  proto: Proto,
  node: Node,
  order: readonly number[],
  label: string,
): { nodes: Node[]; outputs: string[] } {
  const name = nameOf(node);
  const indices = `${outputOf(node)}/${label}`;
  const axes = axesOf(node);
  proto.graph?.initializer?.push(int64s(indices, [order.length], order));
  const outputs = axes.map((_, side) => `${indices}/${side}`);
  const nodes = axes.map((axis, side) =>
    nodeOf('Gather', [node.input?.[side] ?? '', indices], [outputs[side] ?? ''], [int('axis', axis)], {
      name: `${name}_${label}_${side}`,
      metadataProps: node.metadataProps ?? [],
    }),
  );
  return { nodes, outputs };
}
