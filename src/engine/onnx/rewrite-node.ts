/**
 * Nodes written anew for experiments: with another attribute, other inputs, another operator. What is not changed is
 * copied byte by byte.
 */
import { GRAPH } from './layout.ts';
import type { OnnxModel } from './model.ts';
import { onnx } from './proto.ts';
import { embed, isMessage, joinBytes, wireFields } from './wire.ts';

export type AttributeValue =
  | { readonly kind: 'int' | 'float'; readonly value: number }
  | { readonly kind: 'ints' | 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string };

export interface NodeChange {
  readonly opType?: string;
  /** All of them, in order. */
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  /** undefined takes the attribute away. */
  readonly attributes?: ReadonlyMap<string, AttributeValue | undefined>;
}

/** Field numbers of NodeProto and AttributeProto (proto/onnx.proto). */
const NODE = { input: 1, output: 2, opType: 4, attribute: 5 };
const ATTRIBUTE_NAME = 1;

/** The NodeProto field, tag included, with the change. @param fileIndex index into `model.graph.nodes`. */
export function rewrittenNode(model: OnnxModel, fileIndex: number, change: NodeChange): Uint8Array {
  const range = model.layout.nodes[fileIndex];
  const [field] = range === undefined ? [] : [...wireFields(model.bytes, range)];
  if (field === undefined) return new Uint8Array();
  const kept: Uint8Array[] = [];
  for (const inner of wireFields(model.bytes, field.value)) {
    const isAttribute = inner.number === NODE.attribute && isMessage(inner);
    const name = isAttribute ? attributeName(model.bytes.subarray(inner.value.start, inner.value.end)) : '';
    const isReplaced =
      (inner.number === NODE.opType && change.opType !== undefined) ||
      (inner.number === NODE.input && change.inputs !== undefined) ||
      (inner.number === NODE.output && change.outputs !== undefined) ||
      (isAttribute && change.attributes?.has(name) === true);
    if (!isReplaced) kept.push(model.bytes.subarray(inner.field.start, inner.field.end));
  }
  return joinBytes(embed(GRAPH.node, [...kept, encoded(change)]));
}

/** A NodeProto field of its own, domain ai.onnx. */
export function newNode(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: ReadonlyMap<string, AttributeValue> = new Map(),
): Uint8Array {
  return joinBytes(embed(GRAPH.node, [encoded({ opType, inputs, outputs, attributes })]));
}

/** A Constant node that holds float32 numbers, of the shape given (a scalar by default). */
export function floatConstant(
  output: string,
  values: readonly number[],
  dims: readonly number[] = [],
): Uint8Array {
  const t = { dataType: FLOAT32, dims: [...dims], floatData: [...values] };
  const node = {
    opType: 'Constant',
    output: [output],
    attribute: [{ name: 'value', type: TYPE.TENSOR, t }],
  };
  return joinBytes(embed(GRAPH.node, [onnx.NodeProto.encode(node).finish()]));
}

const FLOAT32 = 1;

const TYPE = onnx.AttributeProto.AttributeType;

function encoded({ opType, inputs, outputs, attributes }: NodeChange): Uint8Array {
  const attribute = [...(attributes ?? [])].flatMap(([name, value]) =>
    value === undefined ? [] : [attributeProto(name, value)],
  );
  const node = {
    ...(opType === undefined ? {} : { opType }),
    input: [...(inputs ?? [])],
    output: [...(outputs ?? [])],
    attribute,
  };
  return onnx.NodeProto.encode(node).finish();
}

function attributeProto(name: string, value: AttributeValue): onnx.AttributeProto.$Properties {
  switch (value.kind) {
    case 'int':
      return { name, type: TYPE.INT, i: value.value };
    case 'float':
      return { name, type: TYPE.FLOAT, f: value.value };
    case 'string':
      return { name, type: TYPE.STRING, s: new TextEncoder().encode(value.value) };
    case 'ints':
      return { name, type: TYPE.INTS, ints: [...value.value] };
    case 'floats':
      return { name, type: TYPE.FLOATS, floats: [...value.value] };
  }
}

function attributeName(bytes: Uint8Array): string {
  for (const inner of wireFields(bytes, { start: 0, end: bytes.byteLength }))
    if (inner.number === ATTRIBUTE_NAME && isMessage(inner))
      return new TextDecoder().decode(bytes.subarray(inner.value.start, inner.value.end));
  return '';
}
