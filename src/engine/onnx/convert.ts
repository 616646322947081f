/** Generated protobuf messages → the engine's own readonly model. The only file that reads the generated types. */
import { onnx } from './proto.ts';
import { dtypeOfOnnx } from '../../shared/dtype.ts';
import { LayerdiffError } from '../../shared/errors.ts';
import type {
  Attribute,
  LocalFunction,
  OnnxGraph,
  OnnxNode,
  OnnxTensor,
  OnnxValue,
  TensorData,
} from './model.ts';

type Nullable<T> = T | null | undefined;
type Entries = Nullable<readonly { key?: Nullable<string>; value?: Nullable<string> }[]>;

export function graphFrom(proto: Nullable<onnx.GraphProto.$Properties>): OnnxGraph {
  return {
    name: proto?.name ?? '',
    nodes: (proto?.node ?? []).map(nodeFrom),
    initializers: (proto?.initializer ?? []).map(tensorFrom),
    sparseInitializers: (proto?.sparseInitializer ?? []).map((sparse) => sparse.values?.name ?? ''),
    inputs: (proto?.input ?? []).map(valueFrom),
    outputs: (proto?.output ?? []).map(valueFrom),
    valueInfo: (proto?.valueInfo ?? []).map(valueFrom),
  };
}

export function functionFrom(proto: onnx.FunctionProto.$Properties): LocalFunction {
  return {
    domain: proto.domain ?? '',
    name: proto.name ?? '',
    overload: proto.overload ?? '',
    inputs: proto.input ?? [],
    outputs: proto.output ?? [],
    nodes: (proto.node ?? []).map(nodeFrom),
  };
}

export function entriesFrom(entries: Entries): ReadonlyMap<string, string> {
  return new Map((entries ?? []).map((entry) => [entry.key ?? '', entry.value ?? '']));
}

function nodeFrom(proto: onnx.NodeProto.$Properties): OnnxNode {
  return {
    name: proto.name ?? '',
    opType: proto.opType ?? '',
    domain: proto.domain === 'ai.onnx' ? '' : (proto.domain ?? ''),
    overload: proto.overload ?? '',
    inputs: proto.input ?? [],
    outputs: proto.output ?? [],
    attributes: new Map(
      (proto.attribute ?? []).map((attribute) => [attribute.name ?? '', attributeFrom(attribute)]),
    ),
    metadata: entriesFrom(proto.metadataProps),
    docString: proto.docString ?? '',
  };
}

type AttributeType = onnx.AttributeProto.AttributeType;
const ATTRIBUTE = onnx.AttributeProto.AttributeType;

function attributeFrom(proto: onnx.AttributeProto.$Properties): Attribute {
  if (proto.refAttrName) return { kind: 'other', value: `reference to ${proto.refAttrName}` };
  switch (
    proto.type === undefined || proto.type === null || proto.type === ATTRIBUTE.UNDEFINED
      ? guessType(proto)
      : proto.type
  ) {
    case ATTRIBUTE.FLOAT:
      return { kind: 'float', value: proto.f ?? 0 };
    case ATTRIBUTE.INT:
      return { kind: 'int', value: proto.i ?? 0 };
    case ATTRIBUTE.STRING:
      return { kind: 'string', value: textFrom(proto.s) };
    case ATTRIBUTE.TENSOR:
      return { kind: 'tensor', value: tensorFrom(proto.t ?? {}) };
    case ATTRIBUTE.GRAPH:
      return { kind: 'graph', value: graphFrom(proto.g) };
    case ATTRIBUTE.FLOATS:
      return { kind: 'floats', value: proto.floats ?? [] };
    case ATTRIBUTE.INTS:
      return { kind: 'ints', value: proto.ints ?? [] };
    case ATTRIBUTE.STRINGS:
      return { kind: 'strings', value: (proto.strings ?? []).map(textFrom) };
    case ATTRIBUTE.TENSORS:
      return { kind: 'tensors', value: (proto.tensors ?? []).map(tensorFrom) };
    case ATTRIBUTE.GRAPHS:
      return { kind: 'graphs', value: (proto.graphs ?? []).map(graphFrom) };
    default:
      return { kind: 'other', value: `attribute type ${String(proto.type)}` };
  }
}

/** Files older than IR version 2 leave `type` out; the field that is set tells. */
function guessType(proto: onnx.AttributeProto.$Properties): AttributeType {
  if (proto.t) return ATTRIBUTE.TENSOR;
  if (proto.g) return ATTRIBUTE.GRAPH;
  if (proto.ints?.length) return ATTRIBUTE.INTS;
  if (proto.floats?.length) return ATTRIBUTE.FLOATS;
  if (proto.strings?.length) return ATTRIBUTE.STRINGS;
  if (proto.s?.length) return ATTRIBUTE.STRING;
  if (proto.f) return ATTRIBUTE.FLOAT;
  return ATTRIBUTE.INT;
}

function textFrom(bytes: Nullable<Uint8Array>): string {
  return new TextDecoder().decode(bytes ?? new Uint8Array());
}

export function tensorFrom(proto: onnx.TensorProto.$Properties): OnnxTensor {
  const dtypeCode = proto.dataType ?? 0;
  return {
    name: proto.name ?? '',
    dtype: dtypeOfOnnx(dtypeCode),
    dtypeCode,
    dims: (proto.dims ?? []).map(Number),
    data: dataFrom(proto),
  };
}

const EXTERNAL_KEYS = new Set(['location', 'offset', 'length', 'checksum', 'basepath']);

function dataFrom(proto: onnx.TensorProto.$Properties): TensorData {
  if (proto.dataLocation === onnx.TensorProto.DataLocation.EXTERNAL) return externalFrom(proto);
  if (proto.floatData?.length) return { kind: 'numbers', field: 'float', values: proto.floatData };
  if (proto.int32Data?.length) return { kind: 'numbers', field: 'int32', values: proto.int32Data };
  if (proto.int64Data?.length)
    return { kind: 'numbers', field: 'int64', values: proto.int64Data.map(Number) };
  if (proto.doubleData?.length) return { kind: 'numbers', field: 'double', values: proto.doubleData };
  if (proto.uint64Data?.length)
    return { kind: 'numbers', field: 'uint64', values: proto.uint64Data.map(Number) };
  if (proto.stringData?.length) return { kind: 'strings', values: proto.stringData };
  return { kind: 'raw', bytes: proto.rawData ?? new Uint8Array() };
}

function externalFrom(proto: onnx.TensorProto.$Properties): TensorData {
  const fields = new Map<string, string>();
  for (const { key, value } of proto.externalData ?? []) {
    if (!EXTERNAL_KEYS.has(key ?? '') || fields.has(key ?? '')) {
      throw new LayerdiffError('bad-file', `external data has an unknown or repeated key "${key ?? ''}"`, {
        place: `tensor ${proto.name ?? ''}`,
        wayOut: 'save the model again with onnx.save',
      });
    }
    fields.set(key ?? '', value ?? '');
  }
  const number = (key: string): number | undefined => {
    const text = fields.get(key);
    if (text === undefined) return undefined;
    const parsed = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(parsed)) {
      throw new LayerdiffError('bad-file', `external data has the ${key} "${text}"`, {
        place: `tensor ${proto.name ?? ''}`,
        wayOut: 'save the model again with onnx.save',
      });
    }
    return parsed;
  };
  return {
    kind: 'external',
    location: fields.get('location') ?? '',
    offset: number('offset') ?? 0,
    length: number('length'),
  };
}

export function valueFrom(proto: onnx.ValueInfoProto.$Properties): OnnxValue {
  const type = proto.type;
  const tensor = type?.tensorType ?? type?.sparseTensorType;
  const kind = type?.tensorType
    ? 'tensor'
    : type?.sparseTensorType
      ? 'sparse-tensor'
      : type?.sequenceType
        ? 'sequence'
        : type?.mapType
          ? 'map'
          : type?.optionalType
            ? 'optional'
            : 'untyped';
  const dtypeCode = tensor?.elemType ?? 0;
  return {
    name: proto.name ?? '',
    kind,
    dtype: dtypeOfOnnx(dtypeCode),
    dtypeCode,
    dims: tensor?.shape ? (tensor.shape.dim ?? []).map(dimFrom) : undefined,
    metadata: entriesFrom(proto.metadataProps),
  };
}

function dimFrom(dim: onnx.TensorShapeProto.Dimension.$Properties): number | string | undefined {
  if (dim.dimParam) return dim.dimParam;
  return dim.dimValue === undefined || dim.dimValue === null ? undefined : dim.dimValue;
}
