import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { indexGraph } from '../../../src/engine/graph/index.ts';
import { openModel } from '../../../src/engine/onnx/index.ts';
import type { FedValue } from '../../../src/engine/run/index.ts';
import { Arena, execute, planSegments, tensorFacts } from '../../../src/engine/run/index.ts';
import { bytesOf } from '../../../src/engine/tensor/index.ts';
import type { ModelSpec } from '../../support/build-model.ts';
import { buildModel } from '../../support/build-model.ts';

/** Edges replaced by exact values, checked against numbers worked out by hand. */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-fed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fedWith = (key: string, values: readonly number[]): FedValue => ({
  key,
  type: { dtype: 'float32', dims: [values.length] },
  load: (target) => target.set(bytesOf(Float32Array.from(values))),
});

async function run(
  spec: ModelSpec,
  x: readonly number[],
  fed: ReadonlyMap<number, ReadonlyMap<string, FedValue>>,
  budget: number,
): Promise<Record<string, number[]>> {
  const path = join(folder, 'model.onnx');
  buildModel(spec, path);
  const model = openModel(path);
  const graph = indexGraph(model);
  const settings = { level: 'disabled', provider: 'cpu', threads: 1 } as const;
  const inputs = new Map([
    ['x', { dtype: 'float32' as const, dims: [x.length], bytes: bytesOf(Float32Array.from(x)) }],
  ]);
  const facts = await tensorFacts(model, graph, inputs, settings);
  const values: Record<string, number[]> = {};
  await execute({
    model,
    graph,
    facts,
    plan: planSegments(graph, facts, budget),
    settings,
    arena: new Arena(),
    carryLimit: 1e9,
    inputs,
    fed,
    wants: () => true,
    onTensor: (name, tensor) => (values[name] = [...new Float32Array(tensor.bytes.slice().buffer)]),
    onSegment: () => undefined,
  });
  return values;
}

const BUDGETS = [1, 1e9];

/** a = x + 1, b = 2a, y = a + b: a residual sum. */
const RESIDUAL: ModelSpec = {
  nodes: [
    { op: 'Add', inputs: ['x', 'one'], outputs: ['a'] },
    { op: 'Mul', inputs: ['a', 'two'], outputs: ['b'] },
    { op: 'Add', inputs: ['a', 'b'], outputs: ['y'] },
  ],
  inputs: { x: [2] },
  outputs: ['y'],
  weights: { one: { dims: [], values: [1] }, two: { dims: [], values: [2] } },
};

test.each(BUDGETS)(
  'both consumers read the fed value, the producer still computes its own (budget %s)',
  async (budget) => {
    const a = fedWith('a', [10, 20]);
    const fed = new Map([
      [1, new Map([['a', a]])],
      [2, new Map([['a', a]])],
    ]);
    expect(await run(RESIDUAL, [1, 2], fed, budget)).toEqual({ a: [2, 3], b: [20, 40], y: [30, 60] });
  },
);

test.each(BUDGETS)(
  'edges are fed one by one: two consumers of one value may read different ones (budget %s)',
  async (budget) => {
    const fed = new Map([
      [1, new Map([['a', fedWith('recorded output', [10, 20])]])],
      [2, new Map([['a', fedWith('recorded input of the sum', [100, 200])]])],
    ]);
    expect(await run(RESIDUAL, [1, 2], fed, budget)).toEqual({ a: [2, 3], b: [20, 40], y: [120, 240] });
  },
);

test.each(BUDGETS)('what is not fed is computed from what is (budget %s)', async (budget) => {
  const fed = new Map([[1, new Map([['a', fedWith('a', [10, 20])]])]]);
  expect(await run(RESIDUAL, [1, 2], fed, budget)).toEqual({ a: [2, 3], b: [20, 40], y: [22, 43] });
});

test.each(BUDGETS)('outputs of one node are fed each by itself (budget %s)', async (budget) => {
  const spec: ModelSpec = {
    nodes: [
      { op: 'Split', inputs: ['x', 'sizes'], outputs: ['left', 'right'], attributes: { axis: 0 } },
      { op: 'Neg', inputs: ['left'], outputs: ['l'] },
      { op: 'Neg', inputs: ['right'], outputs: ['r'] },
      { op: 'Add', inputs: ['l', 'r'], outputs: ['y'] },
    ],
    inputs: { x: [4] },
    outputs: ['y'],
    weights: { sizes: { dims: [2], values: [2, 2], int64: true } },
  };
  const fed = new Map([[2, new Map([['right', fedWith('right', [7, 8])]])]]);
  expect(await run(spec, [1, 2, 3, 4], fed, budget)).toEqual({
    left: [1, 2],
    right: [3, 4],
    l: [-1, -2],
    r: [-7, -8],
    y: [-8, -10],
  });
});

test('a value that the model already calls by the name of a fed one keeps its own', async () => {
  const spec: ModelSpec = {
    nodes: [
      { op: 'Neg', inputs: ['x'], outputs: ['layerdiff.fed.0'] },
      { op: 'Add', inputs: ['layerdiff.fed.0', 'x'], outputs: ['a'] },
      { op: 'Neg', inputs: ['a'], outputs: ['y'] },
    ],
    inputs: { x: [1] },
    outputs: ['y'],
  };
  const fed = new Map([[2, new Map([['a', fedWith('a', [5])]])]]);
  expect(await run(spec, [3], fed, 1e9)).toEqual({ 'layerdiff.fed.0': [-3], a: [0], y: [-5] });
});
