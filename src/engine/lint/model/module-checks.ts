import { epsilonOf } from '../../../shared/dtype.ts';
import { formatNumber, formatShape } from '../../../shared/format.ts';
import { numberOf, numbersOf, textOf } from './attributes.ts';
import type { ExtraRepr, ReprValue } from '../extra-repr.ts';
import type { LintedModel, LintedNode } from './linted-model.ts';

/** A node and the recorded module that it comes from. */
export interface ModuleSite {
  readonly linted: LintedModel;
  readonly node: LintedNode;
  readonly repr: ExtraRepr;
  /** All nodes of the module. */
  readonly siblings: readonly LintedNode[];
}

/** Node and module say different things: `alpha 0.01` and `negative_slope=0.1`. */
export interface Mismatch {
  readonly has: string;
  readonly says: string;
}

export type ModuleCheck = (site: ModuleSite) => Mismatch | undefined;

/** Six decimal places survive float32. */
const NEAR = 1e-6;

export function isNear(a: number, b: number, slack = NEAR): boolean {
  return a === b || Math.abs(a - b) <= slack * Math.max(Math.abs(a), Math.abs(b));
}

/** A number that the module prints, and the attribute with what ONNX takes where it is silent. */
export function number(argument: string, attribute: string, silent: number): ModuleCheck {
  return ({ node, repr }) => {
    const said = repr.named.get(argument);
    if (typeof said !== 'number') return undefined;
    return differing(attribute, numberOf(node, attribute, silent), `${argument}=${formatNumber(said)}`, said);
  };
}

/** An attribute that PyTorch's operator always has, whatever the module prints. */
export function always(attribute: string, silent: number, expected: number, says: string): ModuleCheck {
  return ({ node }) => differing(attribute, numberOf(node, attribute, silent), says, expected);
}

export function text(
  attribute: string,
  silent: string,
  expected: (repr: ExtraRepr) => { readonly value: string; readonly says: string } | undefined,
): ModuleCheck {
  return ({ node, repr }) => {
    const wanted = expected(repr);
    const has = textOf(node, attribute, silent);
    if (wanted === undefined || wanted.value === has) return undefined;
    return { has: `${attribute} ${has}`, says: wanted.says };
  };
}

/** One number an axis; one number stands for all. `absent`: what the module means when it prints nothing. */
export function sizes(argument: string, attribute: string, silent: number, absent?: number): ModuleCheck {
  return ({ node, repr }) => {
    const said = repr.named.has(argument) ? repr.named.get(argument) : absent;
    const rank = numbersOf(node, 'kernel_shape')?.length;
    const wanted = perAxis(said, rank);
    if (wanted === undefined || rank === undefined) return undefined;
    const has = numbersOf(node, attribute) ?? Array.from({ length: rank }, () => silent);
    if (has.length === wanted.length && has.every((one, axis) => one === wanted[axis])) return undefined;
    return { has: `${attribute} ${formatShape(has)}`, says: `${argument}=${spelled(said)}` };
  };
}

/** Symmetric padding. A Pad of the module's own or auto_pad does it another way. */
export function padding(absent?: number): ModuleCheck {
  return ({ node, repr, siblings }) => {
    if (textOf(node, 'auto_pad', 'NOTSET') !== 'NOTSET' || siblings.some(({ opType }) => opType === 'Pad')) {
      return undefined;
    }
    const said = repr.named.has('padding') ? repr.named.get('padding') : absent;
    const wanted = perAxis(said, numbersOf(node, 'kernel_shape')?.length);
    if (wanted === undefined || repr.named.has('padding_mode')) return undefined;
    const both = [...wanted, ...wanted];
    const has = numbersOf(node, 'pads') ?? both.map(() => 0);
    if (has.length === both.length && has.every((one, at) => one === both[at])) return undefined;
    return { has: `pads ${formatShape(has)}`, says: `padding=${spelled(said)}` };
  };
}

/** The constant under the root of a normalisation that was taken apart: √(variance + eps). */
export const epsilonUnderRoot: ModuleCheck = ({ linted, node, repr }) => {
  const said = repr.named.get('eps');
  const sum = linted.producerOf(node.inputs[0] ?? '');
  if (typeof said !== 'number' || sum?.opType !== 'Add') return undefined;
  const name = sum.inputs.find((input) => linted.constants.numbers(input, 1) !== undefined);
  const has = name === undefined ? undefined : linted.constants.numbers(name, 1)?.[0];
  const dtype = name === undefined ? undefined : linted.constants.dtype(name);
  if (has === undefined || isNear(has, said, Math.max(NEAR, epsilonOf(dtype ?? 'float32')))) return undefined;
  return { has: `epsilon ${formatNumber(has)}`, says: `eps=${formatNumber(said)}` };
};

export function differing(attribute: string, has: number, says: string, said: number): Mismatch | undefined {
  return isNear(has, said) ? undefined : { has: `${attribute} ${formatNumber(has)}`, says };
}

function perAxis(said: ReprValue, rank: number | undefined): readonly number[] | undefined {
  if (rank === undefined) return undefined;
  if (typeof said === 'number') return Array.from({ length: rank }, () => said);
  return Array.isArray(said) && said.every((one): one is number => typeof one === 'number')
    ? said
    : undefined;
}

function spelled(said: ReprValue): string {
  return Array.isArray(said) ? `(${said.join(', ')})` : String(said);
}
