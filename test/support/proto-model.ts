import { onnx } from '../../src/engine/onnx/proto.ts';

/** Pieces of a model, put together by the generated protobuf writer: tests may encode, the product never does. */
export type Graph = onnx.GraphProto.$Properties;
export type Node = onnx.NodeProto.$Properties;
export type Value = onnx.ValueInfoProto.$Properties;
export type Weight = onnx.TensorProto.$Properties;
export type Attribute = onnx.AttributeProto.$Properties;

/** TensorProto.DataType numbers (proto/onnx.proto). */
export const TYPE = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint64: 13,
  bfloat16: 16,
  int4: 22,
} as const;

export function value(name: string, elemType: number, dims: readonly (number | string)[] | undefined): Value {
  const dim = dims?.map((one) => (typeof one === 'number' ? { dimValue: one } : { dimParam: one }));
  return { name, type: { tensorType: { elemType, ...(dim === undefined ? {} : { shape: { dim } }) } } };
}

export function sequence(name: string, elemType: number): Value {
  return { name, type: { sequenceType: { elemType: { tensorType: { elemType } } } } };
}

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: readonly Attribute[] = [],
  more: Node = {},
): Node {
  return { opType, input: [...input], output: [...output], attribute: [...attribute], ...more };
}

export function int(name: string, i: number): Attribute {
  return { name, type: 2, i };
}

export function ints(name: string, values: readonly number[]): Attribute {
  return { name, type: 7, ints: [...values] };
}

export function body(name: string, g: Graph): Attribute {
  return { name, type: 5, g: { name, ...g } };
}

export function floats(name: string, dims: readonly number[], values: readonly number[]): Weight {
  return { name, dims: [...dims], dataType: TYPE.float32, rawData: rawOf(Float32Array.from(values)) };
}

export function int64s(name: string, dims: readonly number[], values: readonly number[]): Weight {
  return { name, dims: [...dims], dataType: TYPE.int64, rawData: rawOf(BigInt64Array.from(values, BigInt)) };
}

export function bools(name: string, dims: readonly number[], values: readonly number[]): Weight {
  return { name, dims: [...dims], dataType: TYPE.bool, rawData: Uint8Array.from(values) };
}

export function rawOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer.slice(array.byteOffset, array.byteOffset + array.byteLength));
}

export function modelBytes(graph: Graph, more: onnx.ModelProto.$Properties = {}): Uint8Array {
  return onnx.ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: { name: 'test', ...graph },
    ...more,
  }).finish();
}
