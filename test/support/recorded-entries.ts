import { readFileSync } from 'node:fs';
import ort from 'onnxruntime-node';

interface Manifest {
  readonly samples: readonly {
    readonly entries: readonly {
      readonly path: string;
      readonly call: number;
      readonly role: string;
      readonly index: number;
      readonly dtype: string;
      readonly dims: readonly number[];
      readonly name: string;
    }[];
  }[];
}

/**
 * The float32, int64 and bool entries of sample 0 by key (`path#call:role.index`), read by hand from a dump's single
 * shard: the tests' own way to the numbers, apart from the readers under test.
 */
export function recordedEntries(dump: string): Map<string, ort.Tensor> {
  const manifest = JSON.parse(readFileSync(`${dump}/manifest.json`, 'utf8')) as Manifest;
  const shard = readFileSync(`${dump}/tensors-00000.safetensors`);
  const start = 8 + Number(shard.readBigUInt64LE(0));
  const header = JSON.parse(shard.subarray(8, start).toString('utf8')) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  const entries = new Map<string, ort.Tensor>();
  for (const one of manifest.samples[0]?.entries ?? []) {
    const range = header[one.name]?.data_offsets;
    if (range === undefined) continue;
    const bytes = new Uint8Array(shard.subarray(start + range[0], start + range[1]));
    const tensor = tensorOf(one.dtype, bytes, one.dims);
    if (tensor !== undefined) entries.set(`${one.path}#${one.call}:${one.role}.${one.index}`, tensor);
  }
  return entries;
}

function tensorOf(dtype: string, bytes: Uint8Array, dims: readonly number[]): ort.Tensor | undefined {
  switch (dtype) {
    case 'float32':
      return new ort.Tensor('float32', new Float32Array(bytes.buffer), dims);
    case 'int64':
      return new ort.Tensor('int64', new BigInt64Array(bytes.buffer), dims);
    case 'bool':
      return new ort.Tensor('bool', bytes, dims);
    default:
      return undefined;
  }
}
