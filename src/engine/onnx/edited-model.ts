import { DTYPES } from '../../shared/dtype.ts';
import type { Tensor } from '../tensor/index.ts';
import { GRAPH, MODEL_GRAPH } from './layout.ts';
import type { OnnxModel } from './model.ts';
import { onnx } from './proto.ts';
import { initializerParts } from './submodel.ts';
import type { ByteRange } from './wire.ts';
import { embed, joinBytes, lengthOf } from './wire.ts';

/** What is written anew; all else is copied byte by byte. */
export interface ModelEdits {
  /** Index into `graph.initializers` → its values. */
  readonly initializers: ReadonlyMap<number, Tensor>;
  /** Index into `graph.nodes` of a Constant → its value. */
  readonly constants: ReadonlyMap<number, Tensor>;
  /** Name of a model input → its dims. */
  readonly inputs: ReadonlyMap<string, readonly number[]>;
}

/**
 * The whole model with other values in it. Shapes that the file declares for values and outputs are left out: they may
 * not hold any more, and the runtime infers them. External data is put in.
 */
export function editedModel(model: OnnxModel, edits: ModelEdits): Uint8Array {
  const { bytes, layout, graph } = model;
  const view = (range: ByteRange): Uint8Array => bytes.subarray(range.start, range.end);
  const parts = [
    ...layout.graphRest.map(view),
    ...layout.nodes.flatMap((range, index) => {
      const value = edits.constants.get(index);
      const node = graph.nodes[index];
      return value === undefined || node === undefined
        ? [view(range)]
        : embed(GRAPH.node, [
            onnx.NodeProto.encode({
              name: node.name,
              opType: 'Constant',
              output: [...node.outputs],
              attribute: [
                { name: 'value', type: onnx.AttributeProto.AttributeType.TENSOR, t: proto('', value) },
              ],
            }).finish(),
          ]);
    }),
    ...layout.initializers.flatMap((_, index) => {
      const value = edits.initializers.get(index);
      return value === undefined
        ? initializerParts(model, index)
        : embed(GRAPH.initializer, [
            onnx.TensorProto.encode(proto(graph.initializers[index]?.name ?? '', value)).finish(),
          ]);
    }),
    ...layout.sparseInitializers.map(view),
    ...layout.inputs.flatMap((range, index) => {
      const input = graph.inputs[index];
      const dims = edits.inputs.get(input?.name ?? '');
      return dims === undefined || input === undefined
        ? [view(range)]
        : embed(GRAPH.input, [
            onnx.ValueInfoProto.encode({
              name: input.name,
              type: {
                tensorType: {
                  elemType: input.dtypeCode,
                  shape: { dim: dims.map((dimValue) => ({ dimValue })) },
                },
              },
            }).finish(),
          ]);
    }),
    ...graph.outputs.flatMap(({ name }) =>
      embed(GRAPH.output, [onnx.ValueInfoProto.encode({ name }).finish()]),
    ),
  ];
  const all = [...layout.header.map(view), ...embed(MODEL_GRAPH, parts)];
  // Shared: threads that run parts of the model see the same bytes.
  return joinBytes(all, new Uint8Array(new SharedArrayBuffer(lengthOf(all))));
}

function proto(name: string, { dtype, dims, bytes }: Tensor): onnx.TensorProto.$Properties {
  return { name, dataType: DTYPES[dtype].onnx, dims: [...dims], rawData: bytes };
}
