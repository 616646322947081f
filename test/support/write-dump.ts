import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A layerdiff dump written by hand after docs/dump-format.md, without any code of the reader. */
export interface DumpTensor {
  readonly dtype?: 'float32' | 'float16' | 'int64' | 'bool';
  readonly dims: readonly number[];
  /** float16: the bits. */
  readonly values: ArrayLike<number>;
}

export interface DumpSampleSpec {
  readonly tensors: Readonly<Record<string, DumpTensor>>;
  /** `path#call:role.index` and the tensor that was recorded there, in execution order. */
  readonly entries: readonly (readonly [key: string, tensor: string])[];
  /** Forward arguments and results by name: keys of entries. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** What was recorded after the last node: settings, and tensors by the names of `tensors`. */
  readonly post?: {
    readonly settings: Readonly<Record<string, unknown>>;
    readonly tensors: readonly string[];
  };
}

export interface DumpSpec {
  readonly samples: readonly DumpSampleSpec[];
  readonly modules?: readonly {
    readonly path: string;
    readonly class: string;
    readonly repr?: string;
    readonly training?: boolean;
    readonly aliases?: readonly string[];
  }[];
  /** What the recorder says of itself, over torch 2.13.0 on a CPU. */
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly parameters?: Readonly<Record<string, DumpTensor>>;
}

const SAFETENSORS_NAMES = { float32: 'F32', float16: 'F16', int64: 'I64', bool: 'BOOL' };

export function writeDump(spec: DumpSpec, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const header: [string, unknown][] = [];
  const parts: Buffer[] = [];
  let offset = 0;
  spec.samples.forEach((sample, index) => {
    for (const [name, tensor] of Object.entries(sample.tensors)) {
      const data = bytesOf(tensor);
      header.push([
        `s${index}/${name}`,
        {
          dtype: SAFETENSORS_NAMES[tensor.dtype ?? 'float32'],
          shape: tensor.dims,
          data_offsets: [offset, offset + data.length],
        },
      ]);
      parts.push(data);
      offset += data.length;
    }
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(join(folder, 'tensors-00000.safetensors'), Buffer.concat([length, json, ...parts]));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifestOf(spec)));
}

function manifestOf(spec: DumpSpec): unknown {
  const parameters = Object.entries(spec.parameters ?? {});
  const named = (names: Readonly<Record<string, string>>): unknown[] =>
    Object.entries(names).map(([name, key]) => ({ name, key }));
  return {
    schema: 'layerdiff.dump/1',
    recorder: '0.1.0',
    granularity: 'module',
    environment: {
      torch: '2.13.0',
      device: 'cpu',
      model_dtype: 'float32',
      precision: 'exact',
      changed: [],
      ...spec.environment,
    },
    modules: (spec.modules ?? []).map((module) => ({
      repr: '',
      training: false,
      ...module,
      parameters: parameters
        .map(([name]) => name)
        .filter((name) => name.slice(0, name.lastIndexOf('.')) === module.path),
    })),
    parameters: parameters.map(([name, tensor]) => ({
      name,
      dtype: tensor.dtype ?? 'float32',
      dims: tensor.dims,
      buffer: false,
      digests: { stored: createHash('sha256').update(bytesOf(tensor)).digest('hex') },
    })),
    shards: ['tensors-00000.safetensors'],
    samples: spec.samples.map((sample, index) => ({
      inputs: named(sample.inputs),
      outputs: named(sample.outputs),
      entries: sample.entries.map(([key, name]) => ({
        ...entryOf(key, sample.tensors[name]),
        shard: 0,
        name: `s${index}/${name}`,
      })),
      ...(sample.post === undefined
        ? {}
        : {
            post: {
              settings: sample.post.settings,
              tensors: sample.post.tensors.map((name) => ({
                name,
                dtype: sample.tensors[name]?.dtype ?? 'float32',
                dims: sample.tensors[name]?.dims,
                shard: 0,
                key: `s${index}/${name}`,
              })),
            },
          }),
      skipped: [],
    })),
  };
}

function entryOf(key: string, tensor: DumpTensor | undefined): object {
  const parts = /^([^]*)#(\d+):(input|output)\.(\d+)$/.exec(key);
  if (parts === null || tensor === undefined) throw new Error(`no entry key or no tensor: ${key}`);
  return {
    path: parts[1],
    call: Number(parts[2]),
    role: parts[3],
    index: Number(parts[4]),
    dtype: tensor.dtype ?? 'float32',
    dims: tensor.dims,
  };
}

function bytesOf({ dtype = 'float32', values }: DumpTensor): Buffer {
  switch (dtype) {
    case 'int64':
      return Buffer.from(BigInt64Array.from(Array.from(values), BigInt).buffer);
    case 'float16':
      return Buffer.from(Uint16Array.from(values).buffer);
    case 'bool':
      return Buffer.from(Uint8Array.from(values).buffer);
    case 'float32':
      return Buffer.from(Float32Array.from(values).buffer);
  }
}
