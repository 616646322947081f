import { readFileSync } from 'node:fs';
import ort from 'onnxruntime-node';
import type { Proto } from './edit-model.ts';

interface Manifest {
  readonly samples: readonly {
    readonly inputs: readonly { readonly name: string; readonly key: string }[];
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
 * The recorded model inputs of sample 0 by graph input name, read by hand from the dump's single shard: the tests'
 * own way to the numbers, apart from the readers under test. Arguments and graph inputs are in the same order.
 */
export function recordedFeeds(proto: Proto, dump: string): Record<string, ort.Tensor> {
  const manifest = JSON.parse(readFileSync(`${dump}/manifest.json`, 'utf8')) as Manifest;
  const shard = readFileSync(`${dump}/tensors-00000.safetensors`);
  const headerLength = Number(shard.readBigUInt64LE(0));
  const header = JSON.parse(shard.subarray(8, 8 + headerLength).toString('utf8')) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  const [sample] = manifest.samples;
  const initializers = new Set((proto.graph?.initializer ?? []).map((tensor) => tensor.name));
  const inputs = (proto.graph?.input ?? []).filter((input) => !initializers.has(input.name));
  const feeds: Record<string, ort.Tensor> = {};
  inputs.forEach((input, position) => {
    const argument = sample?.inputs.find((one) => one.name === input.name) ?? sample?.inputs[position];
    const entry = sample?.entries.find(
      (one) => `${one.path}#${one.call}:${one.role}.${one.index}` === argument?.key,
    );
    const range = header[entry?.name ?? '']?.data_offsets;
    if (entry === undefined || range === undefined)
      throw new Error(`no recorded input for ${input.name ?? ''}`);
    const bytes = new Uint8Array(shard.subarray(8 + headerLength + range[0], 8 + headerLength + range[1]));
    const data = entry.dtype === 'int64' ? new BigInt64Array(bytes.buffer) : new Float32Array(bytes.buffer);
    feeds[input.name ?? ''] = new ort.Tensor(entry.dtype as 'float32', data as Float32Array, entry.dims);
  });
  return feeds;
}
