import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildModel } from '../../support/build-model.ts';
import { compareFiles } from '../../support/compare-files.ts';
import type { DumpSampleSpec } from '../../support/write-dump.ts';
import { writeDump } from '../../support/write-dump.ts';

/** Two samples of y = 2 · x, each with two boxes that were kept after the last node. */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-samples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const model = join(folder, 'model.onnx');

const FIRST = [3, 1, -2, 0];
const SECOND = [5, 7, 11, 13];
const BOXES = [10, 10, 50, 50, 100, 100, 180, 160];

function sample(fed: readonly number[], boxes: readonly number[]): DumpSampleSpec {
  return {
    tensors: {
      x: { dims: [1, 4], values: fed },
      y: { dims: [1, 4], values: fed.map((value) => 2 * value) },
      boxes: { dims: [boxes.length / 4, 4], values: boxes },
      scores: { dims: [boxes.length / 4], values: boxes.slice(0, boxes.length / 4).map(() => 0.5) },
      labels: {
        dtype: 'int64',
        dims: [boxes.length / 4],
        values: boxes.slice(0, boxes.length / 4).map(() => 0),
      },
    },
    entries: [
      ['#0:input.0', 'x'],
      ['#0:output.0', 'y'],
    ],
    inputs: { x: '#0:input.0' },
    outputs: { '0': '#0:output.0' },
    post: { settings: {}, tensors: ['boxes', 'scores', 'labels'] },
  };
}

function dumpOf(name: string, ...samples: readonly DumpSampleSpec[]): string {
  const path = join(folder, name);
  writeDump({ samples, modules: [{ path: '', class: 'Net' }] }, path);
  return path;
}

beforeAll(() => {
  buildModel(
    {
      nodes: [{ op: 'Mul', name: '/Mul', inputs: ['x', 'two'], outputs: ['y'] }],
      inputs: { x: [1, 4] },
      outputs: ['y'],
      weights: { two: { dims: [1], values: [2] } },
    },
    model,
  );
});

describe('every sample is looked at before the first node and after the last one', () => {
  const recorded = (): string => dumpOf('recorded', sample(FIRST, BOXES), sample(SECOND, BOXES));

  test('an input that differs in the second only', async () => {
    const fed = dumpOf(
      'fed',
      sample(FIRST, BOXES),
      sample(
        SECOND.map((value) => 255 * value),
        BOXES,
      ),
    );
    const { verdict, inputStage, inputs, samples } = await compareFiles(model, recorded(), { inputs: [fed] });
    expect(verdict.kinds).toEqual(['input-differs']);
    expect(verdict.isInnocent).toBe(true);
    expect(verdict.sentence).toContain('the inputs differ before the first node in sample 1: x');
    expect(inputStage.sample).toBe(1);
    expect(inputs[0]?.explanation?.best?.steps[0]?.kind).toBe('scale');
    expect(samples.map(({ kind }) => kind)).toEqual(['no-fault', 'input-differs']);
  });

  test('a box that is lost in the second only', async () => {
    const deployed = dumpOf('lost', sample(FIRST, BOXES), sample(SECOND, BOXES.slice(0, 4)));
    const { verdict, outputStage, samples } = await compareFiles(model, recorded(), { deployed });
    expect(verdict.kinds).toEqual(['output-stage-differs']);
    expect(verdict.sentence).toContain('after the last node in sample 1: ');
    expect(verdict.sentence).toContain('1 matched, 1 missing');
    expect(outputStage.sample).toBe(1);
    expect(samples.map(({ kind }) => kind)).toEqual(['no-fault', 'output-stage-differs']);
  });

  test('what is so in all of them is said of none', async () => {
    const deployed = dumpOf('both', sample(FIRST, BOXES.slice(0, 4)), sample(SECOND, BOXES.slice(0, 4)));
    const { verdict, outputStage } = await compareFiles(model, recorded(), { deployed });
    expect(verdict.sentence).toContain('after the last node: ');
    expect(outputStage.sample).toBe(0);
  });

  test('the same in both is no fault', async () => {
    const deployed = dumpOf('same', sample(FIRST, BOXES), sample(SECOND, BOXES));
    const { verdict } = await compareFiles(model, recorded(), { inputs: [deployed], deployed });
    expect(verdict.kinds).toEqual(['no-fault']);
    expect(verdict.isInnocent).toBe(false);
  });
});
