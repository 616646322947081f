import { onnx } from './proto.ts';

/**
 * The model with more graph outputs, its own bytes untouched: protobuf merges repeated embedded messages, so
 * `original + ModelProto{graph{output[{name}]}}` is the model with those outputs. The runtime infers their types.
 * Names must be made by top-level nodes and must not be outputs yet, or the runtime refuses the whole model.
 */
export function spliceOutputs(original: Uint8Array, names: readonly string[]): Uint8Array {
  const extra = outputBytes(names);
  const spliced = new Uint8Array(original.byteLength + extra.byteLength);
  spliced.set(original);
  spliced.set(extra, original.byteLength);
  return spliced;
}

/** Only the bytes to append: for files, which then need not be read whole. */
export function outputBytes(names: readonly string[]): Uint8Array {
  return onnx.ModelProto.encode({ graph: { output: names.map((name) => ({ name })) } }).finish();
}
