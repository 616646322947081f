import { readFileSync } from 'node:fs';

interface Entry {
  readonly path: string;
  readonly call: number;
  readonly role: string;
  readonly index: number;
  readonly name: string;
}

/** The float32 values of an entry of sample 0, read by hand from a dump's single shard. */
export function recordedOutput(dump: string, key = '#0:output.0'): Float32Array {
  const manifest = JSON.parse(readFileSync(`${dump}/manifest.json`, 'utf8')) as {
    samples: readonly { entries: readonly Entry[] }[];
  };
  const entry = manifest.samples[0]?.entries.find(
    (one) => `${one.path}#${one.call}:${one.role}.${one.index}` === key,
  );
  const shard = readFileSync(`${dump}/tensors-00000.safetensors`);
  const start = 8 + Number(shard.readBigUInt64LE(0));
  const header = JSON.parse(shard.subarray(8, start).toString('utf8')) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  const range = header[entry?.name ?? '']?.data_offsets;
  if (range === undefined) throw new Error(`no ${key} in ${dump}`);
  return new Float32Array(new Uint8Array(shard.subarray(start + range[0], start + range[1])).buffer);
}
