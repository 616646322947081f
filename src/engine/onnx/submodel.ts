/**
 * Sub-models by copying bytes. Nodes, weights, functions, opset imports and whatever this code does not know are
 * copied verbatim from the original file; only graph inputs, outputs and, for the fed run, the names of consumers'
 * inputs are written anew. Nothing is decoded and encoded again.
 */
import type { Dtype } from '../../shared/dtype.ts';
import { DTYPES } from '../../shared/dtype.ts';
import { onnx } from './proto.ts';
import { GRAPH, MODEL_GRAPH } from './layout.ts';
import { readExternalData } from './external-data.ts';
import type { OnnxModel } from './model.ts';
import { renameInputs } from './rename.ts';
import type { ByteRange } from './wire.ts';
import { embed, joinBytes, wireFields } from './wire.ts';

export interface SubmodelInput {
  readonly name: string;
  readonly dtype: Dtype;
  /** Concrete dims let the runtime infer every shape; undefined leaves the shape open. */
  readonly dims: readonly number[] | undefined;
}

/** How a sub-model departs from the file besides what is fed to it. */
export interface SubmodelChanges {
  /** Index of a node → NodeProto fields, tags included, that stand in its place. */
  readonly nodes?: ReadonlyMap<number, readonly Uint8Array[]>;
  /** Domain → version that is imported instead. */
  readonly opsets?: ReadonlyMap<string, number>;
}

export interface SubmodelRequest {
  /** Indices into `model.graph.nodes`, in execution order. */
  readonly nodes: readonly number[];
  /** Indices into `model.graph.initializers`. */
  readonly initializers: readonly number[];
  readonly inputs: readonly SubmodelInput[];
  readonly outputs: readonly string[];
  /** Name of one more output, the first: an empty sequence (`SequenceEmpty`, ai.onnx 11). */
  readonly emptySequence?: string | undefined;
  /** Per node index: old input name → new input name, also where a body of If, Loop or Scan reads it. */
  readonly renames?: ReadonlyMap<number, ReadonlyMap<string, string>>;
  readonly changes?: SubmodelChanges | undefined;
}

/** A complete ModelProto. */
export function submodelBytes(model: OnnxModel, request: SubmodelRequest): Uint8Array {
  return joinBytes(submodelParts(model, request));
}

/** The same in pieces, most of them views of the original file: for callers that have memory to put them in. */
export function submodelParts(model: OnnxModel, request: SubmodelRequest): Uint8Array[] {
  const { bytes, layout } = model;
  const view = (range: ByteRange | undefined): Uint8Array =>
    range === undefined ? new Uint8Array() : bytes.subarray(range.start, range.end);

  const wanted = new Set([
    ...request.outputs,
    ...request.nodes.flatMap((node) => model.graph.nodes[node]?.outputs ?? []),
  ]);
  const nodes = request.nodes.flatMap((node) => {
    const renames = request.renames?.get(node);
    const isRenamed = renames !== undefined && renames.size > 0;
    const fields = request.changes?.nodes?.get(node) ?? [view(layout.nodes[node])];
    return isRenamed
      ? fields.flatMap((field) => renameInputs(field, { start: 0, end: field.byteLength }, renames))
      : fields;
  });
  const sequences = request.emptySequence === undefined ? [] : [request.emptySequence];
  const graph = [
    ...layout.graphRest.map(view),
    ...nodes,
    ...sequences.flatMap((name) =>
      embed(GRAPH.node, [onnx.NodeProto.encode({ opType: 'SequenceEmpty', output: [name] }).finish()]),
    ),
    ...request.initializers.flatMap((index) => initializerParts(model, index)),
    ...layout.sparseInitializers.map(view),
    ...layout.valueInfo.filter((_, index) => wanted.has(model.graph.valueInfo[index]?.name ?? '')).map(view),
    ...request.inputs.flatMap((input) => embed(GRAPH.input, [inputBytes(input)])),
    ...[...sequences, ...request.outputs].flatMap((name) =>
      embed(GRAPH.output, [onnx.ValueInfoProto.encode({ name }).finish()]),
    ),
  ];
  return [...headerParts(layout.header.map(view), request.changes?.opsets), ...embed(MODEL_GRAPH, graph)];
}

const OPSET_IMPORT = 8;

/** Top-level fields with other opset imports in place of those that are changed. */
function headerParts(
  header: readonly Uint8Array[],
  opsets: ReadonlyMap<string, number> | undefined,
): readonly Uint8Array[] {
  if (opsets === undefined) return header;
  const domainOf = (field: Uint8Array): string | undefined => {
    const [one] = [...wireFields(field, { start: 0, end: field.byteLength })];
    return one?.number === OPSET_IMPORT
      ? onnx.OperatorSetIdProto.decode(field.subarray(one.value.start, one.value.end)).domain
      : undefined;
  };
  const kept = header.filter((field) => {
    const domain = domainOf(field);
    return domain === undefined || !opsets.has(domain);
  });
  return [
    ...kept,
    ...[...opsets].flatMap(([domain, version]) =>
      embed(OPSET_IMPORT, [onnx.OperatorSetIdProto.encode({ domain, version }).finish()]),
    ),
  ];
}

/** Field numbers of TensorProto (proto/onnx.proto). */
const TENSOR = { rawData: 9, externalData: 13, dataLocation: 14 };

/**
 * An initializer field, copied verbatim; where its data lie in another file they are put in: the runtime cannot
 * resolve external data of a model that it is given as bytes once it optimises (onnxruntime 1.30, "model_path must not
 * be empty").
 */
export function initializerParts(model: OnnxModel, index: number): Uint8Array[] {
  const range = model.layout.initializers[index];
  const tensor = model.graph.initializers[index];
  if (range === undefined || tensor === undefined) return [];
  if (tensor.data.kind !== 'external') return [model.bytes.subarray(range.start, range.end)];
  const parts: Uint8Array[] = [];
  for (const outer of wireFields(model.bytes, range)) {
    for (const { number, field } of wireFields(model.bytes, outer.value)) {
      const isReference = number === TENSOR.externalData || number === TENSOR.dataLocation;
      if (!isReference) parts.push(model.bytes.subarray(field.start, field.end));
    }
  }
  return embed(GRAPH.initializer, [
    ...parts,
    ...embed(TENSOR.rawData, [readExternalData(model, tensor, tensor.data)]),
  ]);
}

function inputBytes(input: SubmodelInput): Uint8Array {
  const shape =
    input.dims === undefined ? {} : { shape: { dim: input.dims.map((dimValue) => ({ dimValue })) } };
  const type = { tensorType: { elemType: DTYPES[input.dtype].onnx, ...shape } };
  return onnx.ValueInfoProto.encode({ name: input.name, type }).finish();
}
