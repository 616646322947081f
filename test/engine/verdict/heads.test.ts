import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import { buildModel } from '../../support/build-model.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { writeDump } from '../../support/write-dump.ts';

/** Decisions that follow from the outputs: three rows of scores, y = x · 2 in PyTorch. */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-heads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const X = [
  [3, 1, -2, 0],
  [0.5, 0.4, 0.1, 0],
  [-1, -3, -2, -4],
];

async function judged(factors: readonly number[], head: string | undefined): Promise<Report> {
  const [model, dump] = [join(folder, 'model.onnx'), join(folder, 'dump')];
  buildModel(
    {
      nodes: [{ op: 'Mul', name: '/Mul', inputs: ['x', 'factors'], outputs: ['y'] }],
      inputs: { x: [3, 4] },
      outputs: ['y'],
      weights: { factors: { dims: [4], values: factors } },
    },
    model,
  );
  writeDump(
    {
      samples: [
        {
          tensors: {
            x: { dims: [3, 4], values: X.flat() },
            y: { dims: [3, 4], values: X.flat().map((value) => 2 * value) },
          },
          entries: [
            ['#0:input.0', 'x'],
            ['#0:output.0', 'y'],
          ],
          inputs: { x: '#0:input.0' },
          outputs: { '0': '#0:output.0' },
        },
      ],
      modules: [{ path: '', class: 'Net' }],
    },
    dump,
  );
  return compareFiles(model, dump, { head });
}

describe('a declared head of classification', () => {
  // The second score of row 1 becomes 1.2, above its first, 1: by hand one row of three changes.
  const wrong = [2, 3, 2, 2];

  test('tells which rows are decided otherwise, and leaves the verdict to the nodes', async () => {
    const { verdict, outputStage, findings } = await judged(wrong, 'classification:y');
    expect(verdict.kinds).toEqual(['introduced']);
    expect(outputStage.heads).toMatchObject([
      {
        kind: 'classification',
        known: 'declared',
        state: 'differs',
        rows: 3,
        classes: 4,
        changedCount: 1,
        changed: [{ row: 1, reference: 0, candidate: 1 }],
      },
    ]);
    expect(outputStage.heads[0]).toMatchObject({ top1: expect.closeTo(2 / 3, 12) as number });
    expect(findings.find(({ kind }) => kind === 'output-stage')).toMatchObject({
      severity: 'warning',
      subject: 'y',
    });
  });

  test('says nothing against outputs that are right', async () => {
    const { verdict, outputStage, findings } = await judged([2, 2, 2, 2], 'classification:y');
    expect(verdict.kinds).toEqual(['no-fault']);
    expect(outputStage.heads).toMatchObject([{ kind: 'classification', state: 'equal', decides: false }]);
    expect(findings.filter(({ kind }) => kind === 'output-stage')).toEqual([]);
  });

  test('is only recognised without being declared', async () => {
    const { outputStage } = await judged(wrong, undefined);
    expect(outputStage.heads).toMatchObject([
      { kind: 'classification', known: 'recognised', decides: false },
    ]);
  });
});

test('a declared embedding is compared by its direction', async () => {
  // Row 0: (3, 1, −2, 0) against (3, 1.5, −2, 0): cosine 14.5 / (√14 · √15.25) = 0.99236, by hand.
  const { outputStage } = await judged([2, 3, 2, 2], 'embedding:y');
  const [head] = outputStage.heads;
  expect(head?.kind).toBe('embedding');
  expect(head?.kind === 'embedding' ? head.worst.find(({ row }) => row === 0)?.cosine : NaN).toBeCloseTo(
    0.99236,
    4,
  );
});

test('a head of an output that there is not is refused, with the outputs that there are', async () => {
  await expect(judged([2, 2, 2, 2], 'classification:logits')).rejects.toMatchObject({
    message: expect.stringContaining('names logits, which is no model output') as string,
    wayOut: 'the outputs are y',
  });
});

test('a head that means nothing is refused before the run', async () => {
  await expect(judged([2, 2, 2, 2], 'classification')).rejects.toThrow(/which output/);
});
