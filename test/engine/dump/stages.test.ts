import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDump } from '../../../src/engine/dump/index.ts';
import type { Dump, StageRecord } from '../../../src/engine/dump/index.ts';
import { refusalOf, scratchFile, scratchFolder, valuesOf } from './support.ts';
import { npyBytes, safetensorsBytes, storedZip } from './writers.ts';

type Json = Record<string, unknown>;

const BOXES = { name: 'boxes', dtype: 'float32', dims: [1, 4], shard: 0, key: 'stage1/t0' };

test('settings and tensors of both stages', () => {
  const dump = openDump(
    dumpWith({
      pre: { settings: { order: 'resize-pad', pad: [140, 140, 0, 0], fill: null, swap: true }, tensors: [] },
      post: { settings: { iou: 0.7 }, tensors: [BOXES] },
    }),
  );
  const [sample] = dump.samples;
  expect(sample?.pre).toEqual({
    settings: { order: 'resize-pad', pad: [140, 140, 0, 0], fill: null, swap: true },
    tensors: [],
  });
  expect(sample?.post?.settings).toEqual({ iou: 0.7 });
  expect(described(sample?.post)).toEqual([['post.boxes', 'boxes', 'output', 'float32', [1, 4], false]]);
  expect(stored(dump, sample?.post)).toEqual([[1, 2, 3, 4]]);
  expect(sample?.entries).toEqual([]);
  expect(sample?.inputs).toEqual([]);
});

test('a dump without stages, settings, export and versions', () => {
  const dump = openDump(dumpWith({}));
  expect([dump.samples[0]?.pre, dump.samples[0]?.post]).toEqual([undefined, undefined]);
  expect(dump.recording?.settings).toEqual({});
  expect(dump.recording?.exported).toBeUndefined();
  expect(dump.recording?.environment.versions).toEqual({});
});

test('settings, export and versions of the recording', () => {
  const { recording } = openDump(
    dumpWith(
      {},
      {
        settings: { add_padding: true },
        export: { exporter: 'dynamo', opset: 18, flags: { optimize: true, dynamic_shapes: false } },
        environment: { versions: { torch: '2.13.0', cv2: '4.6.0' } },
      },
    ),
  );
  expect(recording?.settings).toEqual({ add_padding: true });
  expect(recording?.exported).toEqual({
    exporter: 'dynamo',
    opset: 18,
    flags: { optimize: true, dynamic_shapes: false },
  });
  expect(recording?.environment.versions).toEqual({ torch: '2.13.0', cv2: '4.6.0' });
});

test('an opset that was left to the exporter is not known', () => {
  const dump = openDump(dumpWith({}, { export: { exporter: 'torchscript', opset: null, flags: {} } }));
  expect(dump.recording?.exported).toEqual({ exporter: 'torchscript', opset: undefined, flags: {} });
});

test('names of settings are names, whatever they are in JavaScript', () => {
  const folder = dumpWith({ post: JSON.parse('{"settings": {"__proto__": 1, "iou": 2}}') as Json });
  const settings = openDump(folder).samples[0]?.post?.settings ?? {};
  expect(Object.entries(settings)).toEqual([
    ['__proto__', 1],
    ['iou', 2],
  ]);
  expect(settings['constructor']).toBeUndefined();
});

test('a detection of a type that is not compared is left out and said', () => {
  const dump = openDump(dumpWith({ post: { settings: {}, tensors: [{ ...BOXES, dtype: 'complex64' }] } }));
  expect(dump.samples[0]?.post?.tensors).toEqual([]);
  expect(dump.skipped).toEqual([{ name: 'post.boxes', reason: 'the type complex64 is not compared' }]);
});

test.each<[string, Json, string]>([
  ['a nested setting', { settings: { a: { b: 1 } } }, 'samples.0.post.settings.0.1'],
  ['a list of texts', { settings: { a: ['b'] } }, 'samples.0.post.settings.0.1'],
  ['settings that are a list', { settings: [1] }, 'samples.0.post.settings'],
  ['a text without end', { settings: { a: 'x'.repeat(4097) } }, 'samples.0.post.settings.0.1'],
  ['a name without end', { settings: { ['x'.repeat(257)]: 1 } }, 'samples.0.post.settings.0.0'],
  ['a list without end', { settings: { a: Array(1025).fill(0) } }, 'samples.0.post.settings.0.1'],
  [
    'settings without end',
    { settings: Object.fromEntries(Array.from({ length: 1025 }, (_, index) => [index, 0])) },
    'samples.0.post.settings',
  ],
  ['tensors without end', { tensors: Array(257).fill(BOXES) }, 'samples.0.post.tensors'],
  ['a tensor that is not there', { tensors: [{ ...BOXES, key: 't9' }] }, 't9: the manifest promises'],
  ['a shard that is not there', { tensors: [{ ...BOXES, shard: 1 }] }, 'post.boxes: names shard 1 of 1'],
  ['another shape', { tensors: [{ ...BOXES, dims: [4] }] }, 'the manifest says float32 [4]'],
])('%s is refused', (_, post, words) => {
  expect(refusalOf(dumpWith({ post }))).toContain(words);
});

const FLOATS = "{'descr': '<f4', 'fortran_order': False, 'shape': (4,)}".padEnd(117) + '\n';
const NAMES = [
  'conv',
  'pre.image',
  'post/boxes',
  'post_scores',
  'post.labels',
  'post',
  'post.weight',
  'pre.boxes',
];
const ACTIVATIONS = ['conv', 'post', 'post.weight', 'pre.boxes'];

test.each<[string, () => string]>([
  [
    '.npz',
    () => scratchFile('a.npz', storedZip(Object.fromEntries(NAMES.map((name) => [`${name}.npy`, array()])))),
  ],
  [
    '.safetensors',
    () => scratchFile('a.safetensors', safetensorsBytes(JSON.stringify(header()), 16 * NAMES.length)),
  ],
  ['a folder of .npy', () => folderOf(NAMES)],
])('stages of a bare dump by name: %s', (_, path) => {
  const dump = openDump(path());
  const [sample] = dump.samples;
  expect(sample?.entries.map(({ key }) => key).sort()).toEqual([...ACTIVATIONS].sort());
  expect(described(sample?.pre)).toEqual([['pre.image', 'image', 'input', 'float32', [4], false]]);
  expect(sample?.post?.tensors.map(({ key, path: name }) => [key, name]).sort()).toEqual([
    ['post.labels', 'labels'],
    ['post/boxes', 'boxes'],
    ['post_scores', 'scores'],
  ]);
  expect(sample?.post?.settings).toEqual({});
  expect(stored(dump, sample?.pre)).toEqual([[0, 0, 0, 0]]);
});

function described(stage: StageRecord | undefined): unknown[] {
  return (stage?.tensors ?? []).map(({ key, path, role, dtype, dims, isModulePath }) => [
    key,
    path,
    role,
    dtype,
    dims,
    isModulePath,
  ]);
}

function stored(dump: Dump, stage: StageRecord | undefined): unknown[] {
  return (stage?.tensors ?? []).map((tensor) => valuesOf(tensor, dump));
}

function array(): Uint8Array {
  return npyBytes(FLOATS, 16);
}

function header(): Json {
  return Object.fromEntries(
    NAMES.map((name, index) => [
      name,
      { dtype: 'F32', shape: [4], data_offsets: [16 * index, 16 * index + 16] },
    ]),
  );
}

function folderOf(names: readonly string[]): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'post'));
  for (const name of names) writeFileSync(join(folder, `${name}.npy`), array());
  return folder;
}

/** A dump of one sample without activations; its shard holds one tensor, the boxes [[1, 2, 3, 4]]. */
function dumpWith(sample: Json, more: Json = {}): string {
  const folder = scratchFolder();
  const shard = safetensorsBytes(
    JSON.stringify({ [BOXES.key]: { dtype: 'F32', shape: [1, 4], data_offsets: [0, 16] } }),
    0,
  );
  writeFileSync(
    join(folder, 'tensors-00000.safetensors'),
    Buffer.concat([shard, Buffer.from(new Float32Array([1, 2, 3, 4]).buffer)]),
  );
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({
      schema: 'layerdiff.dump/1',
      granularity: 'module',
      environment: {},
      shards: ['tensors-00000.safetensors'],
      samples: [{ inputs: [], outputs: [], entries: [], ...sample }],
      ...more,
    }),
  );
  return folder;
}
