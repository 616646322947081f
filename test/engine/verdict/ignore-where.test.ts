import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ignoredRuns, parseIgnoreWhere } from '../../../src/engine/compare/ignored.ts';
import { buildModel } from '../../support/build-model.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { writeDump } from '../../support/write-dump.ts';

/**
 * Two sequences of four tokens, three and two of them text. y = relu(x) · 2, and at the padding PyTorch left other
 * numbers, as a fused attention kernel does: nobody reads them.
 */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-ignore-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [model, dump] = [join(folder, 'model.onnx'), join(folder, 'dump')];

const MASK = [1, 1, 1, 0, 1, 1, 0, 0];
const X = Array.from({ length: 16 }, (_, index) => (index % 5) - 1.5);

beforeAll(() => {
  buildModel(
    {
      nodes: [
        { op: 'Relu', name: '/act/Relu', inputs: ['x'], outputs: ['r'] },
        { op: 'Mul', name: '/Mul', inputs: ['r', 'two'], outputs: ['t'] },
        // What reads the mask, so that it is an input of the graph.
        { op: 'Unsqueeze', name: '/Unsqueeze', inputs: ['mask', 'axes'], outputs: ['m'] },
        { op: 'Mul', name: '/zero/Mul', inputs: ['m', 'none'], outputs: ['z'] },
        { op: 'Add', name: '/Add', inputs: ['t', 'z'], outputs: ['y'] },
      ],
      inputs: { x: [2, 4, 2], mask: [2, 4] },
      outputs: ['y'],
      weights: {
        two: { dims: [], values: [2] },
        none: { dims: [], values: [0] },
        axes: { dims: [1], values: [2], int64: true },
      },
    },
    model,
  );
  const relu = X.map((value) => Math.max(0, value));
  const y = relu.map((value, index) => (MASK[Math.floor(index / 2)] === 1 ? 2 * value : 7.25));
  writeDump(
    {
      samples: [
        {
          tensors: {
            x: { dims: [2, 4, 2], values: X },
            mask: { dims: [2, 4], values: MASK },
            r: { dims: [2, 4, 2], values: relu },
            y: { dims: [2, 4, 2], values: y },
          },
          entries: [
            ['#0:input.0', 'x'],
            ['#0:input.1', 'mask'],
            ['act#0:input.0', 'x'],
            ['act#0:output.0', 'r'],
            ['#0:output.0', 'y'],
          ],
          inputs: { x: '#0:input.0', mask: '#0:input.1' },
          outputs: { '0': '#0:output.0' },
        },
      ],
      modules: [
        { path: '', class: 'Net' },
        { path: 'act', class: 'ReLU' },
      ],
    },
    dump,
  );
});

describe('positions that nobody reads', () => {
  test('are named where the error lies there, with the option that leaves them out', async () => {
    const { verdict, inputStage, findings } = await compareFiles(model, dump);
    expect(verdict.kinds).toEqual(['introduced']);
    expect(inputStage.places).toMatchObject([
      { output: 'y', mask: 'mask', value: 0, share: 1, elements: 3 / 8 },
    ]);
    expect(findings.find(({ kind }) => kind === 'ignore-where')?.text).toMatch(
      /^y: all of the error lies where mask is 0 \(38 % of the elements\); --ignore-where mask==0 leaves those positions out$/,
    );
    expect(verdict.next[0]).toBe("layerdiff compare model.onnx dump --ignore-where 'mask==0'");
  });

  test('are left out, and that is said', async () => {
    const { verdict, inputStage, findings, outputs } = await compareFiles(model, dump, {
      ignoreWhere: 'mask==0',
    });
    expect(verdict.kinds).toEqual(['no-fault']);
    expect(outputs[0]?.maxAbs).toBe(0);
    expect(inputStage.ignored).toEqual({ where: 'mask==0', positions: 3, of: 8, inputs: [] });
    expect(findings.find(({ kind }) => kind === 'ignored')?.text).toContain('3 of 8 positions');
  });

  test('hide nothing outside of them', async () => {
    const { verdict } = await compareFiles(model, dump, { ignoreWhere: 'mask==1' });
    expect(verdict.kinds).toEqual(['introduced']);
  });

  test.each([
    ['mask', /takes INPUT==VALUE/],
    ['nothing==0', /no model input/],
    ['mask==7', /no element of mask is 7/],
  ])('a condition that means nothing is refused: %s', async (where, message) => {
    await expect(compareFiles(model, dump, { ignoreWhere: where })).rejects.toThrow(message);
  });
});

describe('inputs that are deployed otherwise', () => {
  /** @param values of x or the mask in a file of their own. */
  const given = (input: 'x' | 'mask', values: readonly number[]): string => {
    const path = join(folder, `${input}.npy`);
    const dims = input === 'x' ? '(2, 4, 2)' : '(2, 4)';
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${dims}, }`.padEnd(117) + '\n';
    const prefix = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
    writeFileSync(
      path,
      Buffer.concat([prefix, Buffer.from(header), Buffer.from(Float32Array.from(values).buffer)]),
    );
    return `${input}=${path}`;
  };
  /** x with 5 added at the elements of these positions, of which there are eight. */
  const moved = (...positions: readonly number[]): number[] =>
    X.map((value, index) => (positions.includes(Math.floor(index / 2)) ? value + 5 : value));

  test('at positions that are left out alone: that is said, and nothing differs', async () => {
    const { verdict, inputs, inputStage, findings } = await compareFiles(model, dump, {
      ignoreWhere: 'mask==0',
      inputs: [given('x', moved(3, 6))],
    });
    expect(verdict.kinds).toEqual(['no-fault']);
    expect(inputs.find(({ name }) => name === 'x')).toMatchObject({
      differs: false,
      difference: { unequal: 0 },
    });
    expect(inputStage.ignored?.inputs).toEqual(['x']);
    expect(inputStage.effects).toMatchObject([{ output: 'y', reached: false, maxAbs: 0 }]);
    expect(findings.find(({ kind }) => kind === 'ignored')?.text).toMatch(
      /; x differs there and nowhere else$/,
    );
  });

  test('elsewhere as well: only what lies elsewhere is counted', async () => {
    const { verdict, inputs, inputStage } = await compareFiles(model, dump, {
      ignoreWhere: 'mask==0',
      inputs: [given('x', moved(3, 4))],
    });
    expect(verdict.kinds).toEqual(['input-differs']);
    expect(inputs.find(({ name }) => name === 'x')).toMatchObject({
      differs: true,
      difference: { unequal: 2 / 16, maxAbs: 5 },
    });
    expect(inputStage.ignored?.inputs).toEqual([]);
    expect(inputStage.effects).toMatchObject([{ output: 'y', reached: true }]);
  });

  test('without the option all of it is', async () => {
    const { verdict, inputs } = await compareFiles(model, dump, { inputs: [given('x', moved(3, 6))] });
    expect(verdict.kinds).toContain('input-differs');
    expect(inputs.find(({ name }) => name === 'x')?.difference?.unequal).toBe(4 / 16);
  });

  test('the mask is compared as a whole, and with another one so is all else', async () => {
    const { verdict, inputs } = await compareFiles(model, dump, {
      ignoreWhere: 'mask==0',
      inputs: [
        given('x', moved(3)),
        given(
          'mask',
          MASK.map(() => 1),
        ),
      ],
    });
    expect(verdict.kinds).toEqual(['input-differs']);
    expect(inputs.map(({ name, difference }) => [name, difference?.unequal])).toEqual([
      ['x', 2 / 16],
      ['mask', 3 / 8],
    ]);
  });

  test('a model that reads those positions all the same is told', async () => {
    const mixing = join(folder, 'mixing.onnx');
    const other = join(folder, 'mixing-dump');
    const sums = [0, 1].flatMap((sequence) =>
      [0, 1].map((column) =>
        [0, 1, 2, 3].reduce((sum, token) => sum + (X[(sequence * 4 + token) * 2 + column] ?? 0), 0),
      ),
    );
    const y = X.map((value, index) => value + (sums[Math.floor(index / 8) * 2 + (index % 2)] ?? 0));
    buildModel(
      {
        nodes: [
          { op: 'ReduceSum', name: '/sum/ReduceSum', inputs: ['x', 'axis'], outputs: ['s'] },
          { op: 'Add', name: '/Add', inputs: ['x', 's'], outputs: ['t'] },
          { op: 'Unsqueeze', name: '/Unsqueeze', inputs: ['mask', 'axes'], outputs: ['m'] },
          { op: 'Mul', name: '/zero/Mul', inputs: ['m', 'none'], outputs: ['z'] },
          { op: 'Add', name: '/Add_1', inputs: ['t', 'z'], outputs: ['y'] },
        ],
        inputs: { x: [2, 4, 2], mask: [2, 4] },
        outputs: ['y'],
        weights: {
          none: { dims: [], values: [0] },
          axis: { dims: [1], values: [1], int64: true },
          axes: { dims: [1], values: [2], int64: true },
        },
      },
      mixing,
    );
    writeDump(
      {
        samples: [
          {
            tensors: {
              x: { dims: [2, 4, 2], values: X },
              mask: { dims: [2, 4], values: MASK },
              y: { dims: [2, 4, 2], values: y },
            },
            entries: [
              ['#0:input.0', 'x'],
              ['#0:input.1', 'mask'],
              ['#0:output.0', 'y'],
            ],
            inputs: { x: '#0:input.0', mask: '#0:input.1' },
            outputs: { '0': '#0:output.0' },
          },
        ],
        modules: [{ path: '', class: 'Net' }],
      },
      other,
    );
    const { verdict, inputs, inputStage } = await compareFiles(mixing, other, {
      ignoreWhere: 'mask==0',
      inputs: [given('x', moved(3))],
    });
    expect(verdict.kinds).toEqual(['input-differs']);
    expect(inputs.find(({ name }) => name === 'x')).toMatchObject({
      differs: true,
      difference: { unequal: 2 / 16 },
    });
    expect(inputStage.ignored?.inputs).toEqual([]);
  });
});

describe('where a mask lies in a tensor', () => {
  const ignored = { dims: [1, 3], positions: Uint8Array.of(0, 0, 1) };
  const elements = (dims: readonly number[]): number[] =>
    [...ignoredRuns(ignored, dims)].flatMap(({ start, count }) =>
      Array.from({ length: count }, (_, index) => start + index),
    );

  test('[batch, length] in front', () => {
    expect(elements([1, 3])).toEqual([2]);
    expect(elements([1, 3, 2])).toEqual([4, 5]);
  });

  test('heads between', () => {
    expect(elements([1, 2, 3, 2])).toEqual([4, 5, 10, 11]);
  });

  test('rows and columns of attention scores', () => {
    expect(elements([1, 1, 3, 3])).toEqual([2, 5, 6, 7, 8]);
  });

  test('nowhere else', () => {
    expect(elements([2, 3, 4])).toEqual([]);
    expect(elements([1, 4, 3])).toEqual([]);
  });
});

test('names may hold ==', () => {
  expect(parseIgnoreWhere('a==b==0.5')).toEqual({ input: 'a==b', value: 0.5 });
});
