import { writeFileSync } from 'node:fs';
import { onnx } from '../../src/engine/onnx/proto.ts';

type AttributeValue = number | string | readonly number[];

export interface NodeSpec {
  readonly op: string;
  /** `n0`, `n1` … where it is left out. */
  readonly name?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export interface ModelSpec {
  readonly nodes: readonly NodeSpec[];
  /** Inputs by name, float32 unless all are float16. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly float16Inputs?: boolean;
  readonly outputs: readonly string[];
  readonly weights?: Readonly<
    Record<
      string,
      {
        readonly dims: readonly number[];
        /** float16: the bits. */
        readonly values: ArrayLike<number>;
        readonly int64?: boolean;
        readonly float16?: boolean;
      }
    >
  >;
  readonly opset?: number;
}

/** A small ONNX model, encoded with the generated protobuf writer. */
export function buildModel(spec: ModelSpec, path: string): void {
  const value = (name: string, dims: readonly number[]): onnx.ValueInfoProto.$Properties => ({
    name,
    type: {
      tensorType: {
        elemType: spec.float16Inputs === true ? 10 : 1,
        shape: { dim: dims.map((dimValue) => ({ dimValue })) },
      },
    },
  });
  const model: onnx.ModelProto.$Properties = {
    irVersion: 9,
    opsetImport: [{ domain: '', version: spec.opset ?? 17 }],
    graph: {
      name: 'test',
      node: spec.nodes.map((node, index) => ({
        name: node.name ?? `n${index}`,
        opType: node.op,
        input: [...node.inputs],
        output: [...node.outputs],
        attribute: Object.entries(node.attributes ?? {}).map(([name, attribute]) =>
          attributeProto(name, attribute),
        ),
      })),
      input: Object.entries(spec.inputs).map(([name, dims]) => value(name, dims)),
      output: spec.outputs.map((name) => ({ name })),
      initializer: Object.entries(spec.weights ?? {}).map(([name, weight]) => ({
        name,
        dataType: weight.int64 === true ? 7 : weight.float16 === true ? 10 : 1,
        dims: [...weight.dims],
        rawData: new Uint8Array(
          weight.int64 === true
            ? BigInt64Array.from(Array.from(weight.values), BigInt).buffer
            : weight.float16 === true
              ? Uint16Array.from(weight.values).buffer
              : Float32Array.from(weight.values).buffer,
        ),
      })),
    },
  };
  writeFileSync(path, onnx.ModelProto.encode(model).finish());
}

function attributeProto(name: string, value: AttributeValue): onnx.AttributeProto.$Properties {
  if (typeof value === 'string') return { name, type: 3, s: new TextEncoder().encode(value) };
  if (typeof value !== 'number') return { name, type: 7, ints: [...value] };
  return Number.isInteger(value) ? { name, type: 2, i: value } : { name, type: 1, f: value };
}

export interface NamedTensor {
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
}

/** A bare safetensors file of float32 tensors, written by hand: u64 header length, JSON, data. */
export function writeSafetensors(tensors: Readonly<Record<string, NamedTensor>>, path: string): void {
  // Entries, not properties: a tensor may be called __proto__.
  const header: [string, unknown][] = [];
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [name, tensor] of Object.entries(tensors)) {
    const data = Buffer.from(Float32Array.from(tensor.values).buffer);
    header.push([name, { dtype: 'F32', shape: tensor.dims, data_offsets: [offset, offset + data.length] }]);
    offset += data.length;
    parts.push(data);
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(path, Buffer.concat([length, json, ...parts]));
}
