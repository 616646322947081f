import { expect, test } from 'vitest';
import { outputStageOf, parseHead } from '../../../src/engine/output-stage/index.ts';
import type { NamedTensor } from '../../../src/engine/output-stage/index.ts';
import type { Dtype } from '../../../src/shared/dtype.ts';
import type { HeadReport } from '../../../src/shared/output-stage.ts';

const tensor = (name: string, dims: readonly number[], values: readonly number[]): NamedTensor => ({
  name,
  dtype: 'float32',
  dims,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});

function head(
  dims: readonly number[],
  reference: readonly number[],
  candidate: readonly number[],
  spec?: string,
): HeadReport | undefined {
  return outputStageOf({
    reference: { outputs: [tensor('out', dims, reference)] },
    candidate: { outputs: [tensor('out', dims, candidate)] },
    ...(spec === undefined ? {} : { heads: [parseHead(spec)] }),
  }).heads[0];
}

test('classification: the narrow row changes its first class, the wide one does not', () => {
  const reference = [0.5, 0.49, 0.01, 0.9, 0.05, 0.05];
  const candidate = [0.48, 0.5, 0.02, 0.9, 0.06, 0.04];
  const found = head([2, 3], reference, candidate, 'classification:out');
  expect(found).toMatchObject({
    kind: 'classification',
    known: 'declared',
    state: 'differs',
    decides: true,
    rows: 2,
    classes: 3,
    top1: 0.5,
    changedCount: 1,
  });
  if (found?.kind !== 'classification') throw new Error('no classification');
  const [row] = found.changed;
  expect(row).toMatchObject({ row: 0, reference: 0, candidate: 1 });
  expect(row?.margin).toBeCloseTo(0.01, 6);
  expect(row?.error).toBeCloseTo(0.02, 6);
  expect(found.top5).toBeUndefined();
});

test('classification: five of six the same in another order, and a changed set', () => {
  const reference = [6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1];
  const candidate = [6, 4, 5, 3, 2, 1, 6, 5, 4, 3, 1, 2];
  expect(head([2, 6], reference, candidate)).toMatchObject({ top1: 1, top5: 0.5, state: 'noise' });
});

test('detections that were recorded are compared where the declared outputs do not fit', () => {
  const final = (score: number) => ({
    boxes: tensor('boxes', [1, 4], [1, 2, 3, 4]),
    scores: tensor('scores', [1], [score]),
  });
  const outputs = [tensor('a', [1, 8, 5], Array<number>(40).fill(0))];
  const { heads } = outputStageOf({
    reference: { outputs, final: final(0.9) },
    candidate: { outputs, final: final(0.2) },
    heads: [parseHead('detection:boxes=a,scores=a')],
  });
  expect(heads.map(({ state, outputs: names }) => [state, names])).toEqual([
    ['not-compared', ['a', 'a']],
    ['differs', []],
  ]);
});

test('detections whose lengths do not belong together are said to be not compared, once', () => {
  const final = (rows: number) => ({
    boxes: tensor('boxes', [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
    scores: tensor('scores', [rows], Array<number>(rows).fill(0.5)),
  });
  const { heads } = outputStageOf({
    reference: { outputs: [], final: final(2) },
    candidate: { outputs: [], final: final(3) },
  });
  expect(heads.map(({ state, known }) => [state, known])).toEqual([['not-compared', 'declared']]);
});

test('recognition alone decides nothing and says what it took the output for', () => {
  const found = head([1, 2], [1, 0], [0, 1]);
  expect(found).toMatchObject({ known: 'recognised', state: 'differs', decides: false });
  expect(found?.text).toMatch(/^output out, recognised as classification: /);
  expect(found?.notes.join()).toContain('--head');
});

test('segmentation: disagreement at the border between two halves', () => {
  // Columns 0 … 3 are label 0, columns 4 … 7 label 1; the candidate moves the border by one column.
  const labels = Array.from({ length: 64 }, (_, at) => (at % 8 < 4 ? 0 : 1));
  const moved = Array.from({ length: 64 }, (_, at) => (at % 8 < 3 ? 0 : 1));
  expect(head([1, 8, 8], labels, moved, 'segmentation:out')).toMatchObject({
    state: 'differs',
    pixels: 64,
    changed: 8,
    nearBorder1: 1,
    nearBorder2: 1,
    allNearBorder1: 16 / 64,
    allNearBorder2: 32 / 64,
    classes: [
      { label: 0, pixels: 32, changed: 8, iou: 24 / 32 },
      { label: 1, pixels: 32, changed: 0, iou: 32 / 40 },
    ],
  });
});

test('segmentation: scores [1, 2, 1, 4] by argmax, one score [1, 1, 1, 4] by its sign', () => {
  const scores = [1, 1, 0, 0, 0, 0, 1, 1];
  const other = [1, 0, 0, 0, 0, 1, 1, 1];
  expect(head([1, 2, 1, 4], scores, other, 'segmentation:out')).toMatchObject({ pixels: 4, changed: 1 });
  const found = head([1, 1, 1, 4], [-3, -1, 1, 3], [-3, -1, -1, 3], 'segmentation:out');
  expect(found).toMatchObject({ pixels: 4, changed: 1 });
  expect(found?.notes).toEqual(['one score a pixel: above 0 it is label 1']);
});

test('embedding: cosines by hand and a changed neighbour', () => {
  // Reference: row 0 is nearer to row 1 (45°) than to row 2 (90°); in the candidate row 1 is turned away.
  const reference = [1, 0, 1, 1, 0, 1];
  const candidate = [1, 0, -1, 1, 0, 1];
  const found = head([3, 2], reference, candidate, 'embedding:out');
  expect(found).toMatchObject({ kind: 'embedding', state: 'differs', rows: 3, dimensions: 2 });
  if (found?.kind !== 'embedding') throw new Error('no embedding');
  expect(found.lowestCosine).toBeCloseTo(0, 12);
  expect(found.meanCosine).toBeCloseTo(2 / 3, 12);
  expect(found.worst[0]).toMatchObject({ row: 1, nearest: { reference: 0, candidate: 2 } });
  expect(found.neighbourChanges).toBe(2);
});

test('equal bits are equal in every kind', () => {
  for (const kind of ['classification', 'segmentation', 'embedding']) {
    const dims = kind === 'segmentation' ? [1, 2, 2] : [2, 2];
    expect(head(dims, [1, 2, 3, 4], [1, 2, 3, 4], `${kind}:out`)).toMatchObject({
      state: 'equal',
      decides: false,
    });
  }
});

const broken = (dtype: Dtype, dims: readonly number[], bytes: number): NamedTensor => ({
  name: 'out',
  dtype,
  dims,
  bytes: new Uint8Array(bytes),
});

test.each([
  ['fewer bytes than its shape says', broken('float32', [2, 1e15], 8)],
  ['a negative dim', broken('float32', [-1, 4], 8)],
  ['no numbers', broken('string', [2, 2], 4)],
  ['another shape', broken('float32', [4, 1], 16)],
  ['another name', { ...broken('float32', [2, 2], 16), name: 'other\u001b[2J' }],
])('a candidate with %s is not compared, with the reason', (_, candidate) => {
  for (const kind of ['classification', 'segmentation', 'embedding', 'detection']) {
    const { heads } = outputStageOf({
      reference: { outputs: [tensor('out', [2, 2], [1, 2, 3, 4])] },
      candidate: { outputs: [candidate] },
      heads: [parseHead(`${kind}:out`)],
    });
    expect(heads[0]).toMatchObject({ state: 'not-compared', decides: false });
    expect(heads[0]?.text).toContain('not compared: ');
    expect(heads[0]?.text).not.toMatch(/\u001b/);
  }
});

test.each(['classification', 'segmentation', 'embedding'])('%s of NaN, infinities and nothing', (kind) => {
  const values = [NaN, Infinity, -Infinity, NaN];
  const dims = kind === 'segmentation' ? [1, 2, 2] : [2, 2];
  const empty = kind === 'segmentation' ? [1, 0, 2] : [0, 2];
  expect(head(dims, values, values, `${kind}:out`)).toMatchObject({ state: 'equal' });
  expect(head(dims, [1, 2, 3, 4], values, `${kind}:out`)).toMatchObject({ state: 'differs' });
  expect(head(empty, [], [], `${kind}:out`)).toMatchObject({ state: 'equal' });
});
