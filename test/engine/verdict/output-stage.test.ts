import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import type { ModelSpec } from '../../support/build-model.ts';
import { buildModel } from '../../support/build-model.ts';
import { compareFiles } from '../../support/compare-files.ts';
import type { DumpTensor } from '../../support/write-dump.ts';
import { writeDump } from '../../support/write-dump.ts';

/** What comes out of the graph but is not what the caller of the PyTorch model got. */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const X: DumpTensor = { dims: [2, 3], values: [1, -2, 3, -4, 5, -6] };

async function compareRoot(spec: ModelSpec, outputs: Readonly<Record<string, DumpTensor>>): Promise<Report> {
  const model = join(folder, 'model.onnx');
  const dump = join(folder, 'dump');
  buildModel(spec, model);
  const names = Object.keys(outputs);
  writeDump(
    {
      samples: [
        {
          tensors: { x: X, ...outputs },
          entries: [
            ['#0:input.0', 'x'],
            ...names.map((name, index): [string, string] => [`#0:output.${index}`, name]),
          ],
          inputs: { x: '#0:input.0' },
          outputs: Object.fromEntries(names.map((_, index) => [String(index), `#0:output.${index}`])),
        },
      ],
    },
    dump,
  );
  return compareFiles(model, dump);
}

const relu = [1, 0, 3, 0, 5, 0];

test('an output whose axes are turned is no fault of a node, and not healthy', async () => {
  const nodes = [
    { op: 'Relu', inputs: ['x'], outputs: ['r'] },
    { op: 'Transpose', inputs: ['r'], outputs: ['y'], attributes: { perm: [1, 0] } },
  ];
  const { verdict } = await compareRoot(
    { nodes, inputs: { x: [2, 3] }, outputs: ['y'] },
    { y: { dims: [2, 3], values: relu } },
  );
  expect(verdict.kind).toBe('output-stage-differs');
  expect(verdict.sentence).toBe(
    'after the last node: output y has its axes in another order than the reference (1, 0).',
  );
});

test('an output of another shape is told', async () => {
  const nodes = [
    { op: 'Relu', inputs: ['x'], outputs: ['r'] },
    { op: 'Flatten', inputs: ['r'], outputs: ['y'], attributes: { axis: 0 } },
  ];
  const { verdict } = await compareRoot(
    { nodes, inputs: { x: [2, 3] }, outputs: ['y'] },
    { y: { dims: [2, 3], values: relu } },
  );
  expect(verdict.kind).toBe('output-stage-differs');
});

test('an output that no node computes is compared like any other', async () => {
  const spec: ModelSpec = {
    nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }],
    inputs: { x: [2, 3] },
    outputs: ['y', 'constant'],
    weights: { constant: { dims: [3], values: [2, 2, 2] } },
  };
  const y: DumpTensor = { dims: [2, 3], values: relu };
  const right = await compareRoot(spec, { y, constant: { dims: [3], values: [2, 2, 2] } });
  expect(right.verdict.kind).toBe('no-fault');
  expect(right.coverage.graphOutputs).toEqual({ total: 2, compared: 2 });
  const wrong = await compareRoot(spec, { y, constant: { dims: [3], values: [1, 1, 1] } });
  expect(wrong.verdict.kind).toBe('introduced');
  expect(wrong.verdict.sentence).toContain('the output constant, which no node computes');
});

test('places in a result are no names: an old export calls its values by numbers too', async () => {
  const nodes = [
    { op: 'Relu', inputs: ['x'], outputs: ['1'] },
    { op: 'Neg', inputs: ['x'], outputs: ['0'] },
  ];
  const y = { dims: [2, 3], values: relu };
  const negative = { dims: [2, 3], values: [-1, 2, -3, 4, -5, 6] };
  const { verdict } = await compareRoot(
    { nodes, inputs: { x: [2, 3] }, outputs: ['1', '0'] },
    { first: y, second: negative },
  );
  expect(verdict.kinds, verdict.sentence).toEqual(['no-fault']);
});
