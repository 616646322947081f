import type { onnx } from '../../src/engine/onnx/proto.ts';

type Node = onnx.NodeProto.$Properties;
type Attribute = onnx.AttributeProto.$Properties;

/** AttributeProto.AttributeType numbers (proto/onnx.proto). */
export const FLOAT = 1;
export const INT = 2;
export const STRING = 3;
export const INTS = 7;

export function attribute(node: Node, name: string): Attribute | undefined {
  return node.attribute?.find((one) => one.name === name);
}

export function setAttribute(node: Node, value: Attribute): void {
  node.attribute = [...(node.attribute ?? []).filter((one) => one.name !== value.name), value];
}
