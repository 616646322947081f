import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelSpec } from '../support/build-model.ts';
import { buildModel, writeSafetensors } from '../support/build-model.ts';
import { readProto, writeProto } from '../support/edit-model.ts';
import { linesOf, PROGRESS, runCli } from '../support/run-cli.ts';
import { writeDump } from '../support/write-dump.ts';

/**
 * Every refusal is one line on stderr, `layerdiff: FILE: PLACE: what is wrong; the way out`, status 2, no stack trace,
 * nothing on stdout.
 */
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-bad-'));
  makeFiles();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** y = relu(x), x float32 [2, 3]. */
const NET: ModelSpec = {
  nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }],
  inputs: { x: [2, 3] },
  outputs: ['y'],
};
const SIX = { dims: [2, 3], values: [1, 2, 3, 4, 5, 6] };
const ONES = { dims: [2, 3], values: [1, 1, 1, 1, 1, 1] };
const NOTHING_RECORDED = {
  schema: 'layerdiff.dump/1',
  granularity: 'session',
  environment: {},
  shards: [],
  samples: [],
};
/** What a hostile file calls its tensors: moves the cursor, sets the title, reverses what is read. */
const ESCAPES = 'evil\u001b[2J\u001b]0;pwned\u0007\u202e\u009b31m\r\nlayerdiff: fine';

function makeFiles(): void {
  const at = (name: string): string => join(folder, name);
  buildModel(NET, at('net.onnx'));
  writeSafetensors({ x: SIX, y: SIX }, at('good.safetensors'));
  writeSafetensors({ x: ONES, y: ONES }, at('ones.safetensors'));
  mkdirSync(at('recorded-nothing'));
  writeFileSync(at('recorded-nothing/manifest.json'), JSON.stringify(NOTHING_RECORDED));
  writeFileSync(at('notes.onnx'), 'These are notes about a model, not a model.\n'.repeat(20));
  writeFileSync(at('empty.onnx'), '');
  const healthy = readFileSync(resolve('resources/demo/healthy.onnx'));
  for (const share of [0.001, 0.5, 0.999])
    writeFileSync(at(`cut-${share}.onnx`), healthy.subarray(0, Math.floor(healthy.length * share)));
  mkdirSync(at('folder.onnx'));

  writeFileSync(at('outside.bin'), new Uint8Array(24));
  mkdirSync(at('inner'));
  symlinkSync(at('outside.bin'), at('inner/link.bin'));
  writeFileSync(at('inner/short.bin'), new Uint8Array(20));
  for (const [name, location] of [
    ['gone', 'weights.bin'],
    ['parent', '../outside.bin'],
    ['absolute', at('outside.bin')],
    ['link', 'link.bin'],
    ['short', 'short.bin'],
  ] as const)
    externalModel(location, at(`inner/${name}.onnx`));

  const custom = readProto(at('net.onnx'));
  custom.opsetImport = [...(custom.opsetImport ?? []), { domain: 'com.acme', version: 1 }];
  const [relu] = custom.graph?.node ?? [];
  if (relu !== undefined) Object.assign(relu, { opType: 'Frobnicate', domain: 'com.acme' });
  writeProto(custom, at('custom.onnx'));

  const sample = {
    tensors: { x: SIX, y: SIX },
    entries: [
      ['#0:input.0', 'x'],
      ['act#0:input.0', 'x'],
      ['act#0:output.0', 'y'],
      ['#0:output.0', 'y'],
    ],
    inputs: { x: '#0:input.0' },
    outputs: { y: '#0:output.0' },
  } as const;
  writeDump({ samples: [sample] }, at('recorded'));
  cpSync(at('recorded'), at('half-written'), { recursive: true });
  rmSync(at('half-written/manifest.json'));
  cpSync(at('recorded'), at('cut-shard'), { recursive: true });
  truncateSync(
    at('cut-shard/tensors-00000.safetensors'),
    readFileSync(at('recorded/tensors-00000.safetensors')).length - 8,
  );
  // The model has an input that the recording does not: no argument has its shape.
  const five = { dims: [5], values: [1, 2, 3, 4, 5] };
  writeDump(
    { samples: [{ ...sample, tensors: { x: five, y: five }, inputs: { image: '#0:input.0' } }] },
    at('recorded-five'),
  );
  const long = { dtype: 'int64', dims: [2, 3], values: [1, 2, 3, 4, 5, 6] } as const;
  writeDump({ samples: [{ ...sample, tensors: { x: long, y: SIX } }] }, at('recorded-long'));
  writeSafetensors({ x: { dims: [3, 2], values: SIX.values }, y: SIX }, at('turned.safetensors'));
  writeSafetensors(
    {
      x: SIX,
      'other.a': { dims: [7], values: [1, 2, 3, 4, 5, 6, 7] },
      'other.b': { dims: [1], values: [1] },
    },
    at('strangers.safetensors'),
  );
  writeSafetensors({ nothing: { dims: [4], values: [1, 2, 3, 4] } }, at('no-input.safetensors'));

  writeFileSync(at('map-json.json'), '{"schema": "layerdiff.map/1", "pairs": [');
  writeFileSync(at('map-schema.json'), '{"pairs": []}');
  const map = (candidate: string, entry: string): string =>
    JSON.stringify({ schema: 'layerdiff.map/1', pairs: [{ candidate, entry }], ignore: [] });
  writeFileSync(at('map-candidate.json'), map('no_such_tensor', 'y'));
  writeFileSync(at('map-entry.json'), map('y', 'no_such_entry'));
  writeFileSync(at('map-shape.json'), map('y', 'other.a'));

  buildModel(
    { ...NET, inputs: { [ESCAPES]: [2, 3] }, nodes: [{ op: 'Relu', inputs: [ESCAPES], outputs: ['y'] }] },
    at('evil.onnx'),
  );
  writeFileSync(at('map-evil.json'), map(ESCAPES, 'y'));
}

function externalModel(location: string, path: string): void {
  buildModel(
    { ...NET, nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }], weights: { w: SIX } },
    path,
  );
  const proto = readProto(path);
  const [weight] = proto.graph?.initializer ?? [];
  if (weight !== undefined)
    Object.assign(weight, {
      rawData: new Uint8Array(0),
      dataLocation: 1,
      externalData: [
        { key: 'location', value: location },
        { key: 'length', value: '24' },
      ],
    });
  writeProto(proto, path);
}

interface Case {
  readonly what: string;
  readonly args: readonly string[];
  /** File, place, reason and way out, as far as they are told apart here. */
  readonly says: readonly string[];
}

const HOSTILE = resolve('test/fixtures/dumps/hostile.pt');
const MAP = 'write one with --write-map and edit that';
const compare = (candidate: string, reference: string, ...more: string[]): string[] => [
  'compare',
  candidate,
  reference,
  ...more,
];

const CASES: readonly Case[] = [
  {
    what: 'text that is no model',
    args: compare('notes.onnx', 'good.safetensors'),
    says: ['notes.onnx: ', 'check that the file is an ONNX model'],
  },
  {
    what: 'JSON that is no model',
    args: compare('map-schema.json', 'good.safetensors'),
    says: ['map-schema.json: is JSON, not an ONNX model; give the .onnx file'],
  },
  {
    what: 'an empty model file',
    args: compare('empty.onnx', 'good.safetensors'),
    says: ['empty.onnx: ', 'holds no ONNX graph', 'torch.onnx.export'],
  },
  ...[0.001, 0.5, 0.999].map((share) => ({
    what: `a model cut at ${share}`,
    args: compare(`cut-${share}.onnx`, 'good.safetensors'),
    says: [`cut-${share}.onnx: `, 'copied whole'],
  })),
  {
    what: 'a model that is not there',
    args: compare('gone.onnx', 'good.safetensors'),
    says: ['gone.onnx: no such file; check the path'],
  },
  {
    what: 'a folder for a model',
    args: compare('folder.onnx', 'good.safetensors'),
    says: ['folder.onnx: ', 'is a folder', 'give the file inside it'],
  },
  {
    what: 'external data that is not there',
    args: compare('inner/gone.onnx', 'good.safetensors'),
    says: ['inner/gone.onnx: tensor w: ', '"weights.bin" is missing', 'copy it beside the model'],
  },
  {
    what: 'external data in the parent folder',
    args: compare('inner/parent.onnx', 'good.safetensors'),
    says: ['inner/parent.onnx: tensor w: ', "outside the model's folder", 'beside it'],
  },
  {
    what: 'external data at an absolute path',
    args: compare('inner/absolute.onnx', 'good.safetensors'),
    says: ['inner/absolute.onnx: tensor w: ', "outside the model's folder", 'beside it'],
  },
  {
    what: 'external data behind a link',
    args: compare('inner/link.onnx', 'good.safetensors'),
    says: ['inner/link.onnx: tensor w: ', 'is a link', 'put the file itself beside the model'],
  },
  {
    what: 'external data that is too short',
    args: compare('inner/short.onnx', 'good.safetensors'),
    says: ['inner/short.onnx: tensor w: ', 'has 20', 'copy the data file again'],
  },
  {
    what: 'an operator of an unknown domain',
    args: compare('custom.onnx', 'good.safetensors'),
    says: ['custom.onnx: ', 'com.acme', 'Frobnicate', 'cut the model before it'],
  },
  {
    what: 'a recording without the input',
    args: compare('net.onnx', 'recorded-five'),
    says: ['recorded-five: input x: ', 'float32 [2, 3]', '--inputs x=FILE.npy'],
  },
  {
    what: 'a bare dump without the input',
    args: compare('net.onnx', 'no-input.safetensors'),
    says: ['no-input.safetensors: input x: ', 'float32 [2, 3]', '--inputs x=FILE.npy'],
  },
  {
    what: 'an input of another shape',
    args: compare('net.onnx', 'turned.safetensors'),
    says: ['net.onnx: input x: ', 'float32 [2, 3]', 'float32 [3, 2]', 'dynamic shapes'],
  },
  {
    what: 'an input of another dtype',
    args: compare('net.onnx', 'recorded-long'),
    says: ['net.onnx: input x: ', 'float32 [2, 3]', 'int64 [2, 3]', 'types of the export'],
  },
  {
    what: 'a dump with no tensor that pairs',
    args: compare('net.onnx', 'strangers.safetensors'),
    says: ['strangers.safetensors: ', 'other.a', 'the model has y', '--write-map map.json'],
  },
  {
    what: 'a .pt with code in it',
    args: compare('net.onnx', HOSTILE),
    says: ['hostile.pt: ', 'refuses `os.system`', 're-save with torch.save'],
  },
  {
    what: 'a dump without its manifest',
    args: compare('net.onnx', 'half-written'),
    says: ['half-written: ', 'manifest.json (written last) is not', 'record again'],
  },
  {
    what: 'a dump with a truncated shard',
    args: compare('net.onnx', 'cut-shard'),
    says: ['cut-shard/tensors-00000.safetensors: ', 'again'],
  },
  {
    what: 'a dump that is not there',
    args: compare('net.onnx', 'gone'),
    says: ['gone: there is no such file or folder; check the path'],
  },
  {
    what: 'a model for a dump',
    args: compare('net.onnx', 'net.onnx'),
    says: ['net.onnx: is no dump', 'read are: '],
  },
  {
    what: 'a map that is not there',
    args: compare('net.onnx', 'good.safetensors', '--map', 'gone.json'),
    says: ['gone.json: cannot be read; check --map'],
  },
  {
    what: 'a map that is not JSON',
    args: compare('net.onnx', 'good.safetensors', '--map', 'map-json.json'),
    says: ['map-json.json: is not JSON', MAP],
  },
  {
    what: 'a map without its schema',
    args: compare('net.onnx', 'good.safetensors', '--map', 'map-schema.json'),
    says: ['map-schema.json: is not a map file', MAP],
  },
  {
    what: 'a map with an unknown tensor',
    args: compare('net.onnx', 'good.safetensors', '--map', 'map-candidate.json'),
    says: ['map-candidate.json: pairs[0]: ', '"no_such_tensor"', 'layerdiff inspect'],
  },
  {
    what: 'a map with an unknown entry',
    args: compare('net.onnx', 'good.safetensors', '--map', 'map-entry.json'),
    says: ['map-entry.json: pairs[0]: ', '"no_such_entry"', 'layerdiff inspect'],
  },
  {
    what: 'a map of shapes that do not fit',
    args: compare('net.onnx', 'strangers.safetensors', '--map', 'map-shape.json'),
    says: ['map-shape.json: pairs[0]: ', 'shapes that do not fit', 'drop the pair'],
  },
  {
    what: 'a head of an output that is not there',
    args: compare('net.onnx', 'good.safetensors', '--head', 'classification:logits=__proto__'),
    says: ['--head names __proto__, which is no model output; the outputs are y'],
  },
  {
    what: 'a mask that is no input',
    args: compare('net.onnx', 'good.safetensors', '--ignore-where', 'mask==0'),
    says: ['--ignore-where names mask, which is no model input; the inputs are x'],
  },
  {
    what: 'a mask that leaves everything out',
    args: compare('net.onnx', 'ones.safetensors', '--ignore-where', 'x==1'),
    says: ['--ignore-where leaves everything out: all of x is 1', 'that nobody reads'],
  },
  {
    what: 'a folder for a picture',
    args: compare('net.onnx', 'good.safetensors', '--image', 'folder.onnx'),
    says: ['folder.onnx: is not a regular file; check --image'],
  },
  {
    what: 'text for a picture',
    args: compare('net.onnx', 'good.safetensors', '--image', 'notes.onnx'),
    says: ['notes.onnx: neither a PNG nor a JPEG file'],
  },
  {
    what: 'a deployed run of nothing',
    args: compare('net.onnx', 'good.safetensors', '--deployed', 'recorded-nothing'),
    says: ['recorded-nothing: holds nothing that was recorded', 'record_session'],
  },
  {
    what: 'a provider without its library',
    args: compare('net.onnx', 'good.safetensors', '--provider', 'cuda'),
    says: ['"cuda" is not available', 'ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node'],
  },
  {
    what: 'a provider nobody knows',
    args: compare('net.onnx', 'good.safetensors', '--provider', 'abacus'),
    says: ['"abacus" is not available', 'this build has cpu'],
  },
  {
    what: 'a bad regular expression',
    args: compare('net.onnx', 'good.safetensors', '--exclude', '['),
    says: ['--exclude: Invalid regular expression', 'such as'],
  },
  {
    what: 'a bad size',
    args: compare('net.onnx', 'good.safetensors', '--memory', 'lots'),
    says: ["'--memory <size>'", "'lots'", '512MiB'],
  },
  {
    what: 'a sample that is no number',
    args: compare('net.onnx', 'good.safetensors', '--sample', 'first'),
    says: ["'--sample <which>'", 'at least 0'],
  },
  {
    what: 'a sample that is not there',
    args: compare('net.onnx', 'good.safetensors', '--sample', '3'),
    says: ['good.safetensors: has no sample 3; it has 1'],
  },
  {
    what: 'an unknown option',
    args: compare('net.onnx', 'good.safetensors', '--jsno', 'x'),
    says: ["unknown option '--jsno'", '--json', '--help'],
  },
  {
    what: 'a missing argument',
    args: ['compare', 'net.onnx'],
    says: ["missing required argument 'reference'", '--help'],
  },
  { what: 'an unknown command', args: ['campare'], says: ["unknown command 'campare'", 'compare', '--help'] },
  {
    what: 'a report into a missing folder',
    args: compare('net.onnx', 'good.safetensors', '--json', 'no/such/r.json'),
    says: ['no/such/r.json: cannot be written', 'folder that exists'],
  },
  {
    what: 'a report over a folder',
    args: compare('net.onnx', 'good.safetensors', '--json', 'inner'),
    says: ['inner: cannot be written: it is a folder', 'path of a file'],
  },
  {
    what: 'an input file that is not there',
    args: compare('net.onnx', 'good.safetensors', '--inputs', 'x=gone.npy'),
    says: ['gone.npy: there is no such file', 'check the path'],
  },
  {
    what: 'deployed outputs that are not there',
    args: compare('net.onnx', 'good.safetensors', '--deployed', 'gone'),
    says: ['gone: there is no such file or folder', 'check the path'],
  },
  {
    what: 'terminal escapes in a tensor name',
    args: compare('evil.onnx', 'no-input.safetensors'),
    says: ['no-input.safetensors: input evil\\u001b[2J', '--inputs'],
  },
  {
    what: 'terminal escapes in a map',
    args: compare('net.onnx', 'good.safetensors', '--map', 'map-evil.json'),
    says: ['map-evil.json: pairs[0]: ', 'evil\\u001b[2J'],
  },
  {
    what: 'inspect of nothing',
    args: ['inspect', 'gone.onnx'],
    says: ['gone.onnx: no such file; check the path'],
  },
  {
    what: 'inspect of a cut model',
    args: ['inspect', 'cut-0.5.onnx'],
    says: ['cut-0.5.onnx: ', 'copied whole'],
  },
  {
    what: 'inspect of a cut dump',
    args: ['inspect', 'cut-shard'],
    says: ['cut-shard/tensors-00000.safetensors: ', 'again'],
  },
  {
    what: 'instrument into a missing folder',
    args: ['instrument', 'net.onnx', '--out', 'no/such.onnx'],
    says: ['no/such.onnx: ', 'give a path in a folder that exists'],
  },
  {
    what: 'instrument of no model',
    args: ['instrument', 'notes.onnx', '--out', 'out.onnx'],
    says: ['notes.onnx: ', 'check that the file is an ONNX model'],
  },
];

/** C0 but the line feed, DEL, C1, and what reorders text. */
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

test.each(CASES)('$what is refused in one line that names file, place and way out', ({ args, says }) => {
  const { status, stderr, stdout } = runCli(args, folder);
  const lines = linesOf(stderr);
  expect(
    lines.filter((line) => !PROGRESS.has(line)),
    stderr,
  ).toHaveLength(1);
  const line = lines.at(-1) ?? '';
  expect(line).toMatch(/^layerdiff: /);
  for (const part of says) expect(line).toContain(part);
  expect(stderr).not.toMatch(UNPRINTABLE);
  expect(stderr).not.toMatch(/\n\s+at |node:internal|\.js:\d+/);
  // Where candidate and dump could be read, the sentence is an answer and stands on stdout.
  if (line.includes('not comparable')) expect(stdout).toMatch(/^not comparable/);
  else expect(stdout).toBe('');
  expect(stdout).not.toMatch(UNPRINTABLE);
  expect(status).toBe(2);
});

test('a healthy comparison says its stages on stderr, and nothing there with --quiet', () => {
  const loud = runCli(['compare', 'net.onnx', 'good.safetensors'], folder);
  expect(linesOf(loud.stderr).length).toBeGreaterThan(3);
  expect(linesOf(loud.stderr).filter((line) => !PROGRESS.has(line))).toEqual([]);
  const quiet = runCli(['compare', 'net.onnx', 'good.safetensors', '--quiet'], folder);
  expect(quiet.stderr).toBe('');
  expect(linesOf(quiet.stdout)).toEqual(['no fault: the outputs are equal, bit for bit.']);
});

test('names with terminal escapes reach no terminal from a whole summary', () => {
  const { nodes } = NET;
  buildModel(
    { ...NET, nodes: [...nodes, { op: 'Neg', inputs: ['y'], outputs: [ESCAPES] }], outputs: [ESCAPES] },
    join(folder, 'loud.onnx'),
  );
  writeSafetensors(
    { x: SIX, [ESCAPES]: { dims: [2, 3], values: [9, 7, 5, 3, 1, 0] } },
    join(folder, 'loud.safetensors'),
  );
  const compared = runCli(['compare', 'loud.onnx', 'loud.safetensors'], folder);
  expect(compared.status).toBe(1);
  expect(compared.stdout).toContain('evil\\u001b[2J');
  expect(compared.stdout + compared.stderr).not.toMatch(UNPRINTABLE);
  for (const file of ['loud.onnx', 'loud.safetensors']) {
    const inspected = runCli(['inspect', file], folder);
    expect(inspected.stdout).toContain('evil\\u001b[2J');
    expect(inspected.stdout).not.toMatch(UNPRINTABLE);
  }
});

const NUL = 'o\u0000p\u001b[1m';
test.each([
  ['a fault', ESCAPES, 1, ESCAPES, 'before evil\\u001b[2J'],
  ['an output that nothing stands for', ESCAPES, 2, 'h', 'nothing recorded stands for evil\\u001b[2J'],
  ['such an output with a NUL in its name', NUL, 2, 'h', 'nothing recorded stands for o\\u0000p\\u001b[1m'],
])('nor from the sentence alone: %s', (_, output, expected, recorded, says) => {
  const nodes = [
    { op: 'Relu', inputs: ['x'], outputs: ['h'] },
    { op: 'Neg', inputs: ['h'], outputs: [output] },
  ];
  buildModel({ ...NET, nodes, outputs: [output] }, join(folder, 'quiet.onnx'));
  const values = recorded === 'h' ? SIX.values : [9, 7, 5, 3, 1, 0];
  writeSafetensors({ x: SIX, [recorded]: { dims: [2, 3], values } }, join(folder, 'quiet.safetensors'));
  const { status, stdout, stderr } = runCli(
    ['compare', 'quiet.onnx', 'quiet.safetensors', '--quiet'],
    folder,
  );
  expect(stdout).toContain(says);
  expect(linesOf(stdout)).toHaveLength(1);
  expect(stdout + stderr).not.toMatch(UNPRINTABLE);
  expect(status).toBe(expected);
});
