import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import { buildModel } from '../../support/build-model.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { writeDump } from '../../support/write-dump.ts';

/**
 * r = x + b; attention without projections returns softmax(r rᵀ) r, laid flat, and its weights softmax(r rᵀ), which have
 * the dims of the sum before it is laid flat; y = −sum. Which of the two the weights are only values tell.
 */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-fed-match-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const X = [0.5, -1, 2, 0.25];
const BIAS = [0.25, 0.5, -0.75, 1];

function attention(r: readonly number[]): { weights: number[]; sum: number[] } {
  const [a = 0, b = 0, c = 0, d = 0] = r;
  const row = (p: number, q: number): number[] => {
    const [first, second] = [Math.exp(p * a + q * b), Math.exp(p * c + q * d)];
    return [first / (first + second), second / (first + second)];
  };
  const weights = [...row(a, b), ...row(c, d)];
  const [k = 0, l = 0, m = 0, n = 0] = weights;
  return { weights, sum: [k * a + l * c, k * b + l * d, m * a + n * c, m * b + n * d] };
}

/** @param held the bias that the candidate holds. @param doubled whether it adds the sum to itself. */
function judged(held: readonly number[], doubled = false): Promise<Report> {
  const [model, dump] = [join(folder, 'model.onnx'), join(folder, 'dump')];
  buildModel(
    {
      nodes: [
        { op: 'Add', name: '/stem/Add', inputs: ['x', 'stem.bias'], outputs: ['r'] },
        {
          op: 'Transpose',
          name: '/att/Transpose',
          inputs: ['r'],
          outputs: ['t'],
          attributes: { perm: [1, 0] },
        },
        { op: 'MatMul', name: '/att/MatMul', inputs: ['r', 't'], outputs: ['s'] },
        { op: 'Softmax', name: '/att/Softmax', inputs: ['s'], outputs: ['w'] },
        { op: 'MatMul', name: '/att/MatMul_1', inputs: ['w', 'r'], outputs: ['c'] },
        {
          op: doubled ? 'Add' : 'Identity',
          name: '/att/Add',
          inputs: doubled ? ['c', 'c'] : ['c'],
          outputs: ['d'],
        },
        { op: 'Reshape', name: '/att/Reshape', inputs: ['d', 'flat'], outputs: ['o'] },
        { op: 'Neg', name: '/head/Neg', inputs: ['o'], outputs: ['y'] },
      ],
      inputs: { x: [2, 2] },
      outputs: ['y'],
      weights: {
        'stem.bias': { dims: [2, 2], values: held },
        flat: { dims: [1], values: [4], int64: true },
      },
    },
    model,
  );
  const r = X.map((value, at) => value + (BIAS[at] ?? 0));
  const { weights, sum } = attention(r);
  const square = (values: readonly number[]): { dims: number[]; values: readonly number[] } => ({
    dims: [2, 2],
    values,
  });
  writeDump(
    {
      modules: [
        { path: '', class: 'Net' },
        { path: 'stem', class: 'Shift' },
        { path: 'att', class: 'Attention' },
        { path: 'head', class: 'Negate' },
      ],
      samples: [
        {
          tensors: {
            x: square(X),
            r: square(r),
            weights: square(weights),
            sum: { dims: [4], values: sum },
            y: { dims: [4], values: sum.map((value) => -value) },
          },
          entries: [
            ['#0:input.0', 'x'],
            ['stem#0:input.0', 'x'],
            ['stem#0:output.0', 'r'],
            ['att#0:input.0', 'r'],
            ['att#0:output.0', 'sum'],
            ['att#0:output.1', 'weights'],
            ['head#0:input.0', 'sum'],
            ['head#0:output.0', 'y'],
            ['#0:output.0', 'y'],
          ],
          inputs: { x: '#0:input.0' },
          outputs: { y: '#0:output.0' },
        },
      ],
    },
    dump,
  );
  return compareFiles(model, dump);
}

const WRONG = [0.75, 0.5, -0.75, 1];

const tensorOf = ({ tensors }: Report, entry: string): string | undefined =>
  tensors.find(({ pairs }) => pairs.some((pair) => pair.entry === entry))?.name;
const introduced = ({ tensors }: Report): string[] =>
  tensors.filter(({ state }) => state === 'introduced').map(({ name }) => name);

describe('which value an entry stands for, where only values tell', () => {
  test('the free run tells it where all is right', async () => {
    const report = await judged(BIAS);
    expect(tensorOf(report, 'att#0:output.1')).toBe('w');
    expect(report.verdict.kind).toBe('no-fault');
  });

  test('behind a fault the values computed from recorded ones tell it, and only the fault is named', async () => {
    const report = await judged(WRONG);
    expect(tensorOf(report, 'att#0:output.1')).toBe('w');
    expect(introduced(report)).toEqual(['r']);
    // It is measured in the free run as the weights that it is, not as the sum: at most 1 − 0 apart.
    const row = report.tensors.find(({ name }) => name === 'w');
    expect(row?.state).toBe('inherited');
    expect(row?.total?.maxAbs).toBeLessThan(1);
    expect(row?.local?.maxAbs).toBeLessThan(1e-6);
  });

  test('a second fault is still one', async () => {
    const report = await judged(WRONG, true);
    expect(tensorOf(report, 'att#0:output.1')).toBe('w');
    const named = report.verdict.sites.flatMap(({ nodes }) => nodes);
    expect(named).toEqual(expect.arrayContaining(['/stem/Add', '/att/Add']));
    expect(report.verdict.sites).toHaveLength(2);
  });
});
