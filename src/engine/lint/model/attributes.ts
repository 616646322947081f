import type { LintedNode } from './linted-model.ts';

type Attributed = Pick<LintedNode, 'attributes'>;

/** A number of the node, or what the operator's definition says where the file is silent. */
export function numberOf(node: Attributed, name: string, silent: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'int' || attribute?.kind === 'float' ? attribute.value : silent;
}

export function numbersOf(node: Attributed, name: string): readonly number[] | undefined {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'ints' || attribute?.kind === 'floats' ? attribute.value : undefined;
}

export function textOf(node: Attributed, name: string, silent: string): string {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'string' ? attribute.value : silent;
}
