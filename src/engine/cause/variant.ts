import type { GraphNode } from '../graph/index.ts';
import type { Attribute, AttributeValue, NodeChange } from '../onnx/index.ts';
import type { CauseKind } from '../../shared/cause.ts';

/** What stands in a node's place: itself with a change, or nodes of ai.onnx that were not there. */
export type NodePart =
  | { readonly kind: 'changed'; readonly change: NodeChange }
  | {
      readonly kind: 'new';
      readonly opType: string;
      readonly inputs: readonly string[];
      readonly outputs: readonly string[];
      readonly attributes?: ReadonlyMap<string, AttributeValue>;
    }
  | {
      readonly kind: 'constant';
      readonly output: string;
      readonly values: readonly number[];
      readonly dims: readonly number[];
    };

/** Another setting of a node, to be tried on exact inputs. Plain data. */
export interface Variant {
  readonly cause: CauseKind;
  /** Index of the node whose setting it is. */
  readonly node: number;
  /** What was set, as a person would write it: `transB=1`. */
  readonly setting: string;
  /** Index of a node → what stands in its place. */
  readonly parts: ReadonlyMap<number, readonly NodePart[]>;
  /** Domain → version under which the nodes are read instead. */
  readonly opsets?: ReadonlyMap<string, number>;
}

/** What is known of a node that is to be tried with other settings. */
export interface Trial {
  readonly node: GraphNode;
  /** Version of ai.onnx. */
  readonly opset: number;
  readonly dims: (tensor: string) => readonly number[] | undefined;
  /** Values of a small float weight or Constant (up to 16 elements). */
  readonly constant: (tensor: string) => readonly number[] | undefined;
  /** The recorded module's `extra_repr()`; '' where it is not known. */
  readonly repr: string;
  /** Extremes of the recorded tensor that the stretch should give. */
  readonly reference: { readonly min: number; readonly max: number };
  /** A name that no value of the graph bears; another one each time. */
  readonly fresh: () => string;
}

export function intOf(node: GraphNode, name: string, fallback: number): number {
  return numberOf(node.attributes.get(name), 'int') ?? fallback;
}

export function floatOf(node: GraphNode, name: string, fallback: number): number {
  return numberOf(node.attributes.get(name), 'float') ?? fallback;
}

export function textOf(node: GraphNode, name: string, fallback: string): string {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'string' ? attribute.value : fallback;
}

export function intsOf(node: GraphNode, name: string): readonly number[] | undefined {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'ints' ? attribute.value : undefined;
}

function numberOf(attribute: Attribute | undefined, kind: 'int' | 'float'): number | undefined {
  return attribute?.kind === kind ? attribute.value : undefined;
}

/** A variant that changes the node itself. */
export function changed(cause: CauseKind, node: GraphNode, setting: string, change: NodeChange): Variant {
  return { cause, node: node.index, setting, parts: new Map([[node.index, [{ kind: 'changed', change }]]]) };
}

/** A variant that sets attributes; they are also how it is written down. */
export function set(
  cause: CauseKind,
  node: GraphNode,
  attributes: Readonly<Record<string, number | string | readonly number[]>>,
): Variant {
  const entries = Object.entries(attributes);
  const setting = entries.map(([name, value]) => `${name}=${written(value)}`).join(', ');
  return changed(cause, node, setting, {
    attributes: new Map(entries.map(([name, value]) => [name, attributeValue(node, name, value)])),
  });
}

function written(value: number | string | readonly number[]): string {
  if (typeof value === 'object') return `[${value.join(', ')}]`;
  const isSmall = typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3;
  return isSmall ? value.toExponential() : String(value);
}

/** Whole numbers are ints unless the node has the attribute as a float. */
function attributeValue(
  node: GraphNode,
  name: string,
  value: number | string | readonly number[],
): AttributeValue {
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value === 'object') return { kind: 'ints', value };
  const isFloat = FLOATS.has(name) || node.attributes.get(name)?.kind === 'float' || !Number.isInteger(value);
  return { kind: isFloat ? 'float' : 'int', value };
}

const FLOATS = new Set([
  'alpha',
  'beta',
  'gamma',
  'epsilon',
  'bias',
  'lambd',
  'ratio',
  'cubic_coeff_a',
  'extrapolation_value',
  'spatial_scale',
  'min',
  'max',
  'value',
]);
