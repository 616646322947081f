import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compareFiles } from '../../support/compare-files.ts';
import { readProto, writeProto } from '../../support/edit-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-swapped-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('two weights that changed places are both named, with whose values they hold', async () => {
  const proto = readProto('test/fixtures/exports/transformer/dynamo20.onnx');
  const weight = (name: string): { rawData?: Uint8Array | null } =>
    (proto.graph?.initializer ?? []).find((tensor) => tensor.name === name) ?? {};
  const [query, key] = [weight('layers.0.attention.query.bias'), weight('layers.0.attention.key.bias')];
  [query.rawData, key.rawData] = [key.rawData ?? null, query.rawData ?? null];
  const model = join(folder, 'swapped.onnx');
  writeProto(proto, model);
  const { weights, verdict } = await compareFiles(model, 'test/fixtures/exports/transformer/dump');
  expect(verdict.kind).toBe('weights-differ');
  expect(weights.differing.map(({ parameter, detail }) => [parameter, detail])).toEqual([
    ['layers.0.attention.query.bias', 'holds the values of layers.0.attention.key.bias'],
    ['layers.0.attention.key.bias', 'holds the values of layers.0.attention.query.bias'],
  ]);
});
