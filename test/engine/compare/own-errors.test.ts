import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildModel, writeSafetensors } from '../../support/build-model.ts';
import { compareFiles } from '../../support/compare-files.ts';

/** A dump that lacks the model's input: what lies between recorded tensors can still be judged, the rest is named. */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-own-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const model = join(folder, 'model.onnx');
const dump = join(folder, 'dump.safetensors');
buildModel(
  {
    nodes: [
      { op: 'Exp', inputs: ['x'], outputs: ['a'] },
      { op: 'Mul', inputs: ['a', 'two'], outputs: ['b'] },
      { op: 'Add', inputs: ['b', 'a'], outputs: ['c'] },
    ],
    inputs: { x: [3] },
    outputs: ['c'],
    weights: { two: { dims: [], values: [2] } },
  },
  model,
);
const tensor = (values: readonly number[]): { dims: readonly number[]; values: readonly number[] } => ({
  dims: [3],
  values,
});

test('stretches whose inputs are all recorded are judged without a free run', async () => {
  writeSafetensors({ a: tensor([1, 2, 3]), b: tensor([2, 4, 6]), c: tensor([3, 6, 9]) }, dump);
  const report = await compareFiles(model, dump);
  expect(report.verdict.kind).toBe('no-fault');
  // a is made from x, which nothing tells: two of the three stretches can be judged.
  expect(report.verdict.sentence).toBe(
    'no inputs: own errors only, 2 of 3 stretches; no fault in 2 of 3 nodes: this is float rounding.',
  );
  expect(report.tensors.map((row) => [row.name, row.state, row.total])).toEqual([
    ['a', 'not-compared', undefined],
    ['b', 'equal', undefined],
    ['c', 'equal', undefined],
  ]);
});

test('a fault among them is found', async () => {
  writeSafetensors({ a: tensor([1, 2, 3]), b: tensor([2, 4, 6]), c: tensor([3, 6, 10]) }, dump);
  const report = await compareFiles(model, dump);
  expect(report.verdict.kind).toBe('introduced');
  expect(report.verdict.sites.map((site) => site.node)).toEqual(['n2']);
});

test('the input is asked for when nothing else could be judged', async () => {
  writeSafetensors({ other: tensor([1, 2, 3]) }, dump);
  await expect(compareFiles(model, dump)).rejects.toMatchObject({
    tag: 'bad-request',
    place: 'input x',
    wayOut: 'one entry fits: save "other" as a file and add --inputs x=FILE.npy',
  });
});
