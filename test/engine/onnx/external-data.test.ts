import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  checkExternalData,
  modelFromBytes,
  submodelBytes,
  tensorOf,
} from '../../../src/engine/onnx/index.ts';
import { onnx } from '../../../src/engine/onnx/proto.ts';
import type { Weight } from '../../support/proto-model.ts';
import { modelBytes, node, TYPE, value } from '../../support/proto-model.ts';
import { floatTensor, runEngine } from '../../support/run-engine.ts';

const outside = mkdtempSync(join(tmpdir(), 'layerdiff-outside-'));
const folder = join(outside, 'model');
mkdirSync(join(folder, 'sub'), { recursive: true });
afterAll(() => rmSync(outside, { recursive: true, force: true }));

const DATA = Buffer.from(Float32Array.from([9, 1, 2, 3, 4]).buffer);
writeFileSync(join(folder, 'w.bin'), DATA);
writeFileSync(join(folder, 'sub/w.bin'), DATA);
writeFileSync(join(outside, 'secret.bin'), DATA);
symlinkSync(join(outside, 'secret.bin'), join(folder, 'link.bin'));
symlinkSync('w.bin', join(folder, 'inner-link.bin'));
symlinkSync(outside, join(folder, 'linked-folder'));
writeFileSync(join(folder, 'once.bin'), DATA);
linkSync(join(folder, 'once.bin'), join(folder, 'twice.bin'));
const hasPipe = spawnSync('mkfifo', [join(folder, 'pipe.bin')]).status === 0;

type Entries = readonly (readonly [string, string])[];

function modelWith(entries: Entries, more: Weight = {}): Uint8Array {
  return modelBytes({
    node: [node('Add', ['x', 'w'], ['y'])],
    input: [value('x', TYPE.float32, [4])],
    output: [value('y', TYPE.float32, [4])],
    initializer: [
      {
        name: 'w',
        dataType: TYPE.float32,
        dims: [4],
        dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
        externalData: entries.map(([key, text]) => ({ key, value: text })),
        ...more,
      },
    ],
  });
}

function read(entries: Entries, more: Weight = {}): Uint8Array {
  const model = modelFromBytes(modelWith(entries, more), join(folder, 'model.onnx'));
  const [tensor] = model.graph.initializers;
  if (tensor?.data.kind !== 'external') throw new Error('not external');
  checkExternalData(model, tensor, tensor.data);
  return tensorOf(model, tensor).bytes;
}

const GOOD: Entries = [
  ['location', 'w.bin'],
  ['offset', '4'],
  ['length', '16'],
];

describe('external data', () => {
  test('is read by its range', () => {
    expect(new Float32Array(read(GOOD).slice().buffer)).toEqual(Float32Array.from([1, 2, 3, 4]));
    expect(
      read([
        ['location', 'sub/w.bin'],
        ['offset', '4'],
      ]),
    ).toHaveLength(16);
    expect(
      read([
        ['location', 'w.bin'],
        ['checksum', 'abc'],
      ]).slice(0, 4),
    ).toEqual(new Uint8Array(DATA.subarray(0, 4)));
  });

  test('reaches the runtime inside the sub-model, and the model itself is not changed', async () => {
    const bytes = modelWith(GOOD);
    const run = await runEngine(
      bytes,
      { x: floatTensor([4], [10, 20, 30, 40]) },
      { path: join(folder, 'model.onnx') },
    );
    expect(run.values).toEqual({ y: [11, 22, 33, 44] });
    const model = modelFromBytes(bytes, join(folder, 'model.onnx'));
    const sub = submodelBytes(model, { nodes: [0], initializers: [0], inputs: [], outputs: ['y'] });
    expect(onnx.ModelProto.decode(sub).graph?.initializer?.[0]).toMatchObject({
      name: 'w',
      dims: [4],
      dataType: 1,
    });
    expect(Buffer.from(sub).includes('w.bin')).toBe(false);
  });

  const at = (location: string): Entries => [
    ['location', location],
    ['offset', '4'],
    ['length', '16'],
  ];
  test.each<readonly [string, Entries, string]>([
    ['the parent folder', at('../secret.bin'), "is outside the model's folder"],
    ['the parent by a detour (CVE-2024-27318)', at('sub/../../secret.bin'), "is outside the model's folder"],
    ['a backslash path', at('..\\secret.bin'), "is outside the model's folder"],
    ['an absolute path', at(join(outside, 'secret.bin')), "is outside the model's folder"],
    ['no path', [['offset', '0']], "is outside the model's folder"],
    ['a link that leads out', at('link.bin'), 'is a link that leads out'],
    ['a linked folder', at('linked-folder/secret.bin'), 'is a link that leads out'],
    ['a link inside', at('inner-link.bin'), 'is a link'],
    ['a file with two hard links', at('twice.bin'), 'more than one hard link'],
    ['a folder', at('sub'), 'not a regular file'],
    ['a file that is missing', at('absent.bin'), 'is missing'],
    ['a name with a zero byte', at('w.bin\0.txt'), 'is missing'],
    [
      'an offset beyond the end',
      [
        ['location', 'w.bin'],
        ['offset', '8'],
        ['length', '16'],
      ],
      'ends at byte 24, the file "w.bin" has 20',
    ],
    [
      'an offset of 2^53',
      [
        ['location', 'w.bin'],
        ['offset', String(2 ** 53)],
      ],
      'has the offset',
    ],
    [
      'a negative offset',
      [
        ['location', 'w.bin'],
        ['offset', '-4'],
      ],
      'has the offset "-4"',
    ],
    [
      'an offset that is no number',
      [
        ['location', 'w.bin'],
        ['offset', '0x4'],
      ],
      'has the offset "0x4"',
    ],
    [
      'a length that the shape contradicts',
      [
        ['location', 'w.bin'],
        ['length', '12'],
      ],
      'has 12 bytes, the shape needs 16',
    ],
    ['an unknown key (CVE-2026-34445)', [...GOOD, ['callback', 'x']], 'unknown or repeated key "callback"'],
    ['a repeated key', [...GOOD, ['location', 'other.bin']], 'unknown or repeated key "location"'],
  ])('%s is refused', (_, entries, message) => {
    expect(() => read(entries)).toThrow(
      expect.objectContaining({
        tag: 'bad-file',
        place: 'tensor w',
        message: expect.stringContaining(message),
        wayOut: expect.stringMatching(/\w/),
      }),
    );
  });

  test.runIf(hasPipe)('a named pipe is refused, not waited for', () => {
    expect(() => read(at('pipe.bin'))).toThrow(
      expect.objectContaining({ message: expect.stringContaining('not a regular file') }),
    );
  });

  test('a shape too large for any file is refused before memory is taken', () => {
    expect(() => read([['location', 'w.bin']], { dims: [2 ** 30, 2 ** 20] })).toThrow(
      expect.objectContaining({ tag: 'bad-file' }),
    );
  });
});
