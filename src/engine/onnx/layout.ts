import type { ModelLayout } from './model.ts';
import type { ByteRange } from './wire.ts';
import { wireFields } from './wire.ts';

/** Field numbers of ModelProto and GraphProto (proto/onnx.proto). */
export const MODEL_GRAPH = 7;
export const GRAPH = {
  node: 1,
  name: 2,
  initializer: 5,
  input: 11,
  output: 12,
  valueInfo: 13,
  sparseInitializer: 15,
} as const;

/**
 * Finds the parts of a model that are copied verbatim. A graph field may occur several times (a spliced model):
 * protobuf merges them, repeated fields in file order, and so does this.
 * @throws LayerdiffError `bad-file` where the bytes stop being protobuf.
 */
export function layoutOf(bytes: Uint8Array): ModelLayout {
  const layout = {
    header: [] as ByteRange[],
    nodes: [] as ByteRange[],
    initializers: [] as ByteRange[],
    sparseInitializers: [] as ByteRange[],
    valueInfo: [] as ByteRange[],
    inputs: [] as ByteRange[],
    outputs: [] as ByteRange[],
    graphRest: [] as ByteRange[],
  };
  for (const top of wireFields(bytes, { start: 0, end: bytes.byteLength })) {
    if (top.number !== MODEL_GRAPH) {
      layout.header.push(top.field);
      continue;
    }
    for (const { number, field } of wireFields(bytes, top.value)) {
      const list =
        number === GRAPH.node
          ? layout.nodes
          : number === GRAPH.initializer
            ? layout.initializers
            : number === GRAPH.sparseInitializer
              ? layout.sparseInitializers
              : number === GRAPH.valueInfo
                ? layout.valueInfo
                : number === GRAPH.input
                  ? layout.inputs
                  : number === GRAPH.output
                    ? layout.outputs
                    : layout.graphRest;
      list.push(field);
    }
  }
  return layout;
}
