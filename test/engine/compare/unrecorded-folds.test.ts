import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compareFiles } from '../../support/compare-files.ts';
import { readProto, writeProto } from '../../support/edit-model.ts';

/** Recorded with `include`: of most convolutions and batch norms there is no entry; the export folds them. */
const FOLDER = 'test/fixtures/catalogue/ALL';
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-folds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what was folded without being recorded is not another checkpoint', async () => {
  const { verdict, weights } = await compareFiles(`${FOLDER}/dynamo-healthy.onnx`, `${FOLDER}/dump`);
  expect(verdict.kind).toBe('no-fault');
  expect(weights.differing).toEqual([]);
  expect(weights.note).toContain('folded with a BatchNorm');
});

test('a convolution that no batch norm follows is checked all the same', async () => {
  const proto = readProto(`${FOLDER}/dynamo-healthy.onnx`);
  const weight = (proto.graph?.initializer ?? []).find(({ name }) => name === 'model.heads.2.box.bias');
  if (weight?.rawData == null) throw new Error('the export has no such weight');
  weight.rawData = Buffer.from(weight.rawData).fill(0, 0, 4);
  const model = join(folder, 'changed.onnx');
  writeProto(proto, model);
  copyFileSync(`${FOLDER}/weights-dynamo.bin`, join(folder, 'weights-dynamo.bin'));
  const { weights } = await compareFiles(model, `${FOLDER}/dump`);
  expect(weights.differing.map(({ parameter }) => parameter)).toEqual(['heads.2.box.bias']);
});
