import type { ByteRange } from './wire.ts';
import { embed, stringField, wireFields } from './wire.ts';

/** Field numbers of NodeProto, AttributeProto and GraphProto (proto/onnx.proto). */
const NODE = { input: 1, attribute: 5 };
const ATTRIBUTE = { graph: 6, graphs: 11 };
const BODY = { node: 1, initializer: 5, input: 11 };
const INITIALIZER_NAME = 8;
const VALUE_NAME = 1;

/**
 * A NodeProto field (tag included) whose inputs read other names; every other byte is copied. Bodies of control-flow
 * nodes are followed, names that a body defines itself (its inputs and initializers) are left alone.
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
  for (const { number, field, value } of wireFields(bytes, node)) {
    const renamed = number === NODE.input ? renames.get(text(bytes, value)) : undefined;
    if (renamed !== undefined) parts.push(...stringField(NODE.input, renamed));
    else if (number === NODE.attribute)
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
  for (const { number, wireType, field, value } of wireFields(bytes, attribute)) {
    const isGraph = (number === ATTRIBUTE.graph || number === ATTRIBUTE.graphs) && wireType === 2;
    if (isGraph) parts.push(...embed(number, renamedBody(bytes, value, renames)));
    else parts.push(bytes.subarray(field.start, field.end));
  }
  return parts;
}

function renamedBody(bytes: Uint8Array, body: ByteRange, renames: ReadonlyMap<string, string>): Uint8Array[] {
  const visible = new Map(renames);
  for (const { number, value } of wireFields(bytes, body)) {
    const nameField =
      number === BODY.input ? VALUE_NAME : number === BODY.initializer ? INITIALIZER_NAME : undefined;
    if (nameField === undefined) continue;
    for (const inner of wireFields(bytes, value))
      if (inner.number === nameField) visible.delete(text(bytes, inner.value));
  }
  const parts: Uint8Array[] = [];
  for (const { number, field, value } of wireFields(bytes, body)) {
    if (number === BODY.node) parts.push(...embed(BODY.node, renamedNode(bytes, value, visible)));
    else parts.push(bytes.subarray(field.start, field.end));
  }
  return parts;
}

function text(bytes: Uint8Array, range: ByteRange): string {
  return new TextDecoder().decode(bytes.subarray(range.start, range.end));
}
