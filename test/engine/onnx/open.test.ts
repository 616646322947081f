import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openModel } from '../../../src/engine/onnx/index.ts';
import { onnx } from '../../../src/engine/onnx/proto.ts';
import { modelBytes, node } from '../../support/proto-model.ts';
import { seeded } from '../../support/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-open-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, bytes: Uint8Array | string): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const graphless = (): Uint8Array => onnx.ModelProto.encode({ irVersion: 8, producerName: 'x' }).finish();
const random = seeded(11);
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ', 'base64');

test.each([
  ['empty', new Uint8Array()],
  ['text', 'import torch\n'],
  ['json', '{"schema":"layerdiff.report/1"}'],
  ['a picture', PNG],
  ['a zip (a .pt file)', Buffer.from('504b030414000808', 'hex')],
  ['noise', Uint8Array.from({ length: 4096 }, () => random() * 256)],
  ['zeros', new Uint8Array(64)],
  ['a model without a graph', graphless()],
  ['text in a place of a number', Buffer.from('0a0568656c6c6f', 'hex')],
])('%s is refused: file, what is wrong, the way out', (name, bytes) => {
  const path = written('model.onnx', bytes);
  expect(() => openModel(path), name).toThrow(
    expect.objectContaining({
      name: 'LayerdiffError',
      tag: 'bad-file',
      file: path,
      wayOut: expect.stringMatching(/\w/),
    }),
  );
});

test.each([
  ['an object', '{"schema":"layerdiff.map/1"}', true],
  ['a list, after blanks', '\r\n\t [1, 2]', true],
  ['after a byte order mark', '\ufeff{}', true],
  ['a cut-off object', '{"a', true],
  ['nothing but blanks', ' \n', false],
  ['text', 'see [1]', false],
])('a JSON file is called that: %s', (_, text, isJson) => {
  const path = written('garbage.json', text);
  const words = expect.stringContaining('is JSON, not an ONNX model') as string;
  expect(() => openModel(path)).toThrow(
    expect.objectContaining({
      file: path,
      message: isJson ? words : (expect.not.stringContaining('JSON') as string),
    }) as Error,
  );
});

test('missing, a folder, a named pipe', () => {
  expect(() => openModel(join(folder, 'absent.onnx'))).toThrow(
    expect.objectContaining({ tag: 'bad-file', message: 'no such file' }),
  );
  expect(() => openModel(folder)).toThrow(
    expect.objectContaining({ tag: 'bad-file', message: expect.stringContaining('is a folder') }),
  );
  const pipe = join(folder, 'pipe.onnx');
  if (spawnSync('mkfifo', [pipe]).status !== 0) return;
  // Nobody writes to it: waiting would be forever.
  expect(() => openModel(pipe)).toThrow(expect.objectContaining({ tag: 'bad-file' }));
});

test('versions, domains, metadata and functions are read; ai.onnx is the empty domain', () => {
  const bytes = modelBytes(
    { node: [node('Abs', ['x'], ['y'], [], { domain: 'ai.onnx', name: 'a', docString: 'd' })] },
    {
      irVersion: 10,
      producerName: 'hand',
      producerVersion: '1',
      opsetImport: [
        { domain: 'ai.onnx', version: 18 },
        { domain: 'my', version: 2 },
      ],
      metadataProps: [{ key: 'k', value: 'v' }],
      functions: [
        { domain: 'my', name: 'F', input: ['a'], output: ['b'], node: [node('Neg', ['a'], ['b'])] },
      ],
    },
  );
  const model = openModel(written('model.onnx', bytes));
  expect(model).toMatchObject({ irVersion: 10, producer: 'hand', producerVersion: '1', folder });
  expect([...model.opsets]).toEqual([
    ['', 18],
    ['my', 2],
  ]);
  expect([...model.metadata]).toEqual([['k', 'v']]);
  expect(model.functions).toMatchObject([
    { domain: 'my', name: 'F', inputs: ['a'], outputs: ['b'], nodes: [{ opType: 'Neg' }] },
  ]);
  expect(model.graph.nodes).toMatchObject([{ domain: '', name: 'a', docString: 'd' }]);
});
