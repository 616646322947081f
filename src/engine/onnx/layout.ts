import type { ModelLayout } from './model.ts';
import type { ByteRange } from './wire.ts';
import { isMessage, wireFields } from './wire.ts';

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
 * protobuf merges them, repeated fields in file order, and so does this. A field of the right number but another wire
 * type is unknown to the decoder, and here: nodes and weights must stay parallel to what was decoded.
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
  const lists = new Map<number, ByteRange[]>([
    [GRAPH.node, layout.nodes],
    [GRAPH.initializer, layout.initializers],
    [GRAPH.sparseInitializer, layout.sparseInitializers],
    [GRAPH.valueInfo, layout.valueInfo],
    [GRAPH.input, layout.inputs],
    [GRAPH.output, layout.outputs],
  ]);
  for (const top of wireFields(bytes, { start: 0, end: bytes.byteLength })) {
    if (top.number !== MODEL_GRAPH || !isMessage(top)) {
      layout.header.push(top.field);
      continue;
    }
    for (const inner of wireFields(bytes, top.value)) {
      const list = (isMessage(inner) ? lists.get(inner.number) : undefined) ?? layout.graphRest;
      list.push(inner.field);
    }
  }
  return layout;
}
