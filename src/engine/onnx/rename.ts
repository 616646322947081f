import type { ByteRange } from './wire.ts';
import { embed, isMessage, stringField, wireFields } from './wire.ts';

/** Field numbers of NodeProto, AttributeProto and GraphProto (proto/onnx.proto). */
const NODE = { input: 1, output: 2, attribute: 5 };
const ATTRIBUTE = { graph: 6, graphs: 11 };
const BODY = { node: 1, initializer: 5, input: 11, sparseInitializer: 15 };
const SPARSE_VALUES = 1;
const TENSOR_NAME = 8;
const VALUE_NAME = 1;

/**
 * A NodeProto field (tag included) whose inputs read other names; every other byte is copied. Bodies of control-flow
 * nodes are followed; names that a body defines itself (its inputs, weights and what its nodes make) are left alone.
 */
export function renameInputs(
  bytes: Uint8Array,
  node: ByteRange,
  renames: ReadonlyMap<string, string>,
): Uint8Array[] {
  const [field] = [...wireFields(bytes, node)];
  return field === undefined ? [] : embed(field.number, renamedNode(bytes, field.value, renames));
}

function renamedNode(bytes: Uint8Array, node: ByteRange, renames: ReadonlyMap<string, string>): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (const inner of wireFields(bytes, node)) {
    const { number, field, value } = inner;
    const renamed = number === NODE.input && isMessage(inner) ? renames.get(text(bytes, value)) : undefined;
    if (renamed !== undefined) parts.push(...stringField(NODE.input, renamed));
    else if (number === NODE.attribute && isMessage(inner))
      parts.push(...embed(NODE.attribute, renamedAttribute(bytes, value, renames)));
    else parts.push(bytes.subarray(field.start, field.end));
  }
  return parts;
}

function renamedAttribute(
  bytes: Uint8Array,
  attribute: ByteRange,
  renames: ReadonlyMap<string, string>,
): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (const inner of wireFields(bytes, attribute)) {
    const { number, field, value } = inner;
    if ((number === ATTRIBUTE.graph || number === ATTRIBUTE.graphs) && isMessage(inner))
      parts.push(...embed(number, renamedBody(bytes, value, renames)));
    else parts.push(bytes.subarray(field.start, field.end));
  }
  return parts;
}

function renamedBody(bytes: Uint8Array, body: ByteRange, renames: ReadonlyMap<string, string>): Uint8Array[] {
  const visible = new Map(renames);
  for (const name of definedNames(bytes, body)) visible.delete(name);
  const parts: Uint8Array[] = [];
  for (const inner of wireFields(bytes, body)) {
    const { number, field, value } = inner;
    if (number === BODY.node && isMessage(inner))
      parts.push(...embed(BODY.node, renamedNode(bytes, value, visible)));
    else parts.push(bytes.subarray(field.start, field.end));
  }
  return parts;
}

function* definedNames(bytes: Uint8Array, body: ByteRange): Generator<string> {
  for (const inner of wireFields(bytes, body)) {
    if (!isMessage(inner)) continue;
    if (inner.number === BODY.input) yield* texts(bytes, inner.value, VALUE_NAME);
    if (inner.number === BODY.initializer) yield* texts(bytes, inner.value, TENSOR_NAME);
    if (inner.number === BODY.node) yield* texts(bytes, inner.value, NODE.output);
    if (inner.number !== BODY.sparseInitializer) continue;
    for (const values of wireFields(bytes, inner.value))
      if (values.number === SPARSE_VALUES && isMessage(values))
        yield* texts(bytes, values.value, TENSOR_NAME);
  }
}

function* texts(bytes: Uint8Array, message: ByteRange, number: number): Generator<string> {
  for (const inner of wireFields(bytes, message))
    if (inner.number === number && isMessage(inner)) yield text(bytes, inner.value);
}

function text(bytes: Uint8Array, range: ByteRange): string {
  return new TextDecoder().decode(bytes.subarray(range.start, range.end));
}
