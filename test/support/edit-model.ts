import { readFileSync, writeFileSync } from 'node:fs';
import { onnx } from '../../src/engine/onnx/proto.ts';

export type Proto = onnx.ModelProto.$Properties;

/** Decodes a model for editing; tests may re-encode, the product never does. */
export function readProto(path: string): Proto {
  return onnx.ModelProto.decode(readFileSync(path));
}

export function writeProto(proto: Proto, path: string): void {
  writeFileSync(path, onnx.ModelProto.encode(proto).finish());
}

export function cloneProto(proto: Proto): Proto {
  return onnx.ModelProto.decode(onnx.ModelProto.encode(proto).finish());
}

/** float32 values of an initializer or Constant stored as raw data; undefined for others. */
export function floatsOf(tensor: onnx.TensorProto.$Properties): Float32Array | undefined {
  const raw = tensor.rawData;
  if (tensor.dataType !== 1 || raw === undefined || raw === null || raw.length === 0) return undefined;
  return new Float32Array(new Uint8Array(raw).buffer);
}

export function setFloats(tensor: onnx.TensorProto.$Properties, values: Float32Array): void {
  tensor.rawData = new Uint8Array(values.buffer.slice(0));
}
