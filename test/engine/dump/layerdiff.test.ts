import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDump } from '../../../src/engine/dump/index.ts';
import type { Dump, DumpEntry } from '../../../src/engine/dump/index.ts';
import { fixture, refusalOf, scratchFolder, valuesOf } from './support.ts';

type Json = Record<string, unknown>;

test('entries, their order, and what they stand for', () => {
  const dump = openDump(fixture('dump'));
  const [sample] = dump.samples;
  expect(sample?.entries.map((entry) => entry.key)).toEqual([
    '#0:input.0',
    'fc#0:input.0',
    'fc#0:aten.mm.default/1.0',
    'fc#0:output.0',
    '#0:output.0',
  ]);
  expect(sample?.entries.map((entry) => [entry.path, entry.role, entry.op, entry.isModulePath])).toEqual([
    ['', 'input', undefined, true],
    ['fc', 'input', undefined, true],
    ['fc', 'output', 'aten.mm.default', true],
    ['fc', 'output', undefined, true],
    ['', 'output', undefined, true],
  ]);
  expect(sample?.inputs.map(({ name, entry }) => [name, entry.key])).toEqual([['x', '#0:input.0']]);
  expect(sample?.outputs.map(({ name, entry }) => [name, entry.key])).toEqual([['logits', '#0:output.0']]);
});

test('one stored tensor under several keys is one storage', () => {
  const storages = openDump(fixture('dump')).samples[0]?.entries.map((entry) => entry.storage) ?? [];
  expect(new Set(storages).size).toBe(3);
  expect(storages[0]).toBe(storages[1]);
  expect(storages[3]).toBe(storages[4]);
});

test('the referee is float64 under the same key', () => {
  const dump = openDump(fixture('dump'));
  const [referee] = dump.samples[0]?.referee ?? [];
  expect([referee?.key, referee?.dtype, referee?.dims]).toEqual(['fc#0:output.0', 'float64', [1, 3]]);
  expect(valuesOf(must(referee), dump)).toEqual(valuesOf(entryOf(dump, 'fc#0:output.0'), dump));
});

test('what the recorder knows besides tensors', () => {
  const dump = openDump(fixture('dump'));
  expect(dump.recording?.granularity).toBe('op');
  expect(dump.recording?.environment).toMatchObject({
    modelDtype: 'float32',
    changed: ['cudnn.benchmark was on'],
  });
  expect(dump.recording?.modules[1]).toEqual({
    path: 'fc',
    aliases: ['head'],
    className: 'torch.nn.modules.linear.Linear',
    extraRepr: 'in_features=2',
    training: false,
    file: undefined,
    line: undefined,
    parameters: ['fc.weight'],
  });
  expect(dump.recording?.modules[0]).toMatchObject({ aliases: [], file: 'net.py', line: 12 });
  const weight = must(dump.recording?.parameters[0]);
  expect(weight.stats).toEqual({ min: -1, max: NaN, mean: 0, std: 1 });
  expect(weight.digests).toMatchObject({ stored: '00ff', float16Transposed: '11', bfloat16: undefined });
  expect(weight.values?.dims).toEqual([3, 2]);
  expect(valuesOf(must(weight.values), dump)).toHaveLength(6);
});

test('entries of a session go by the name of their tensor and are no module paths', () => {
  const dump = openDump(fixture('session'));
  const [sample] = dump.samples;
  expect(sample?.entries.map((entry) => [entry.key, entry.path, entry.isModulePath])).toEqual([
    ['x', 'x', false],
    ['fc/Gemm_output_0', 'fc/Gemm_output_0', false],
  ]);
  expect(sample?.inputs[0]?.entry.key).toBe('x');
});

test('the manifest itself stands for its folder', () => {
  expect(openDump(join(fixture('dump'), 'manifest.json')).name).toBe('dump');
});

test('a recording that did not finish says so', () => {
  const line = refusalOf(copyOf('dump', (folder) => rmSync(join(folder, 'manifest.json'))));
  expect(line).toContain('the recording did not finish');
});

test('a shard that is missing or cut short is named', () => {
  const shard = 'tensors-00001.safetensors';
  const missing = copyOf('dump', (folder) => rmSync(join(folder, shard)));
  expect(refusalOf(missing)).toContain(`copy/${shard}: this part of the dump is missing`);
  const short = copyOf('dump', (folder) => truncateSync(join(folder, shard), 150));
  expect(refusalOf(short)).toContain(`copy/${shard}`);
});

test.each<[string, (manifest: Json) => void, string]>([
  ['another schema', (json) => (json['schema'] = 'layerdiff.dump/2'), 'schema: is not "layerdiff.dump/1"'],
  ['a shard outside', (json) => (json['shards'] = ['../dump/tensors-00000.safetensors']), 'not a shard name'],
  ['a shard number too high', (json) => (first(json, 'entries')['shard'] = 7), 'names shard 7 of 2'],
  [
    'a tensor that is not there',
    (json) => (first(json, 'entries')['name'] = 's9/t9'),
    's9/t9: the manifest promises',
  ],
  ['another shape', (json) => (first(json, 'entries')['dims'] = [2, 1]), 'the manifest says float32 [2, 1]'],
  ['another dtype', (json) => (first(json, 'entries')['dtype'] = 'int32'), 'the manifest says int32'],
  ['a negative index', (json) => (first(json, 'entries')['index'] = -1), 'samples.0.entries.0.index'],
  [
    'an input that is no entry',
    (json) => (first(json, 'inputs')['key'] = 'nowhere'),
    'x: stands for "nowhere"',
  ],
  ['one key twice', (json) => (first(json, 'entries')['path'] = 'fc'), 'is recorded twice'],
])('a manifest with %s is refused', (_, change, words) => {
  expect(refusalOf(withManifest(change))).toContain(words);
});

test('an input that the recorder skipped, and a type that is not compared, are left out', () => {
  const dump = openDump(
    withManifest((json) => {
      first(json, 'inputs')['key'] = 'lstm#0:output.1';
      first(json, 'entries')['dtype'] = 'complex64';
      (json['samples'] as Json[])[0] = { ...sampleOf(json), referee_missing: 'no kernel', outputs: [] };
    }),
  );
  expect(dump.samples[0]?.inputs).toEqual([]);
  expect(dump.skipped).toEqual([
    { name: '#0:input.0', reason: 'the type complex64 is not compared' },
    { name: 'lstm#0:output.1', reason: 'sparse tensor' },
    { name: 'float64 run of sample 0', reason: 'no kernel' },
  ]);
});

test.each(['', 'gone#0:output.extra'])(
  'an output whose tensor was skipped as %j is left out, not refused',
  (name) => {
    const dump = openDump(
      withManifest((json) => {
        first(json, 'outputs')['key'] = 'gone#0:output.2';
        first(json, 'skipped')['name'] = name;
      }),
    );
    expect(dump.samples[0]?.outputs).toEqual([]);
  },
);

function copyOf(name: string, change: (folder: string) => void): string {
  const folder = join(scratchFolder(), 'copy');
  cpSync(fixture(name), folder, { recursive: true });
  change(folder);
  return folder;
}

function withManifest(change: (manifest: Json) => void): string {
  return copyOf('dump', (folder) => {
    const path = join(folder, 'manifest.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Json;
    change(manifest);
    writeFileSync(path, JSON.stringify(manifest));
  });
}

function sampleOf(manifest: Json): Json {
  return must((manifest['samples'] as Json[])[0]);
}

function first(manifest: Json, list: string): Json {
  return must((sampleOf(manifest)[list] as Json[])[0]);
}

function entryOf(dump: Dump, key: string): DumpEntry {
  return must(dump.samples[0]?.entries.find((entry) => entry.key === key));
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('is missing');
  return value;
}
