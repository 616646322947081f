import { mkdtempSync, rmSync, writeFileSync as writeText } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Comparison } from '../../../src/engine/index.ts';
import { startComparison } from '../../../src/engine/index.ts';
import type { CompareOptions } from '../../../src/shared/progress.ts';
import type { ProbeRequest, TensorProbe } from '../../../src/shared/probe.ts';
import type { ErrorMeasure, TensorRow } from '../../../src/shared/report.ts';
import { buildModel, writeSafetensors } from '../../support/build-model.ts';
import { optionsFor } from '../../support/compare-files.ts';
import { DEMO, exportFile } from '../../support/demo.ts';
import { writeDump } from '../../support/write-dump.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-probe-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (
  candidate: string,
  reference: string,
  more: Partial<CompareOptions> = {},
): Promise<Comparison> => startComparison(optionsFor(candidate, reference, more), () => undefined);

function ask(tensor: string, run: 'free' | 'fed', more: Partial<ProbeRequest> = {}): ProbeRequest {
  return { tensor, run, sample: 0, axes: undefined, values: { start: 0, count: 4 }, ...more };
}

function flat(index: readonly number[], dims: readonly number[]): number {
  return index.reduce((sum, at, axis) => sum * (dims[axis] ?? 1) + at, 0);
}

/** What a look into a tensor says must be what the report says of it; the two count by different code. */
function expectSame(probe: TensorProbe, row: TensorRow, measure: ErrorMeasure): void {
  const where = row.name;
  expect(probe.dims, where).toEqual(row.shape);
  expect(probe.dtype, where).toBe(row.dtype);
  expect(probe.count, where).toBe(measure.count);
  const [worst] = probe.worst;
  if (measure.maxAbs === 0) expect(worst, where).toBeUndefined();
  else {
    expect(flat(worst?.index ?? [], probe.dims), where).toBe(measure.worst?.index);
    expect(worst?.candidate, where).toBe(measure.worst?.candidate);
    expect(worst?.reference, where).toBe(measure.worst?.reference);
  }
  if (probe.map !== undefined)
    expect(Math.max(0, ...probe.map.maxAbs), where).toBe(Math.fround(measure.maxAbs));
  for (const { maxAbs } of probe.profiles) expect(Math.max(...maxAbs), where).toBe(measure.maxAbs);
  const sides = [measure.candidate, measure.reference];
  expect(probe.candidate.low, where).toBeLessThanOrEqual(Math.min(...sides.map(({ min }) => min)));
  expect(probe.candidate.high, where).toBeGreaterThanOrEqual(Math.max(...sides.map(({ max }) => max)));
  for (const [side, { count }] of [
    [probe.candidate, measure.candidate],
    [probe.reference, measure.reference],
  ] as const)
    expect(
      side?.counts.reduce((sum, one) => sum + one, 0),
      where,
    ).toBe(count);
}

describe.each<readonly [name: string, candidate: string, reference: string, more: Partial<CompareOptions>]>([
  ['demo, three faults', DEMO.faulty, DEMO.dump, {}],
  ['demo, healthy, small memory', DEMO.healthy, DEMO.dump, { memoryBytes: 2 ** 20 }],
  ['demo, as the runtime optimises it', DEMO.faulty, DEMO.dump, { optimization: 'basic' }],
  ['convolutions, TorchScript', exportFile('residual/ts17.onnx'), exportFile('residual/dump'), {}],
  ['a transformer, dynamo', exportFile('transformer/dynamo20.onnx'), exportFile('transformer/dump'), {}],
  ['an LSTM', exportFile('lstm/ts17.onnx'), exportFile('lstm/dump'), {}],
])('%s', (_name, candidate, reference, more) => {
  let comparison: Comparison;
  beforeAll(async () => {
    comparison = await open(candidate, reference, more);
  });
  afterAll(() => comparison.close());

  const compared = (): TensorRow[] => comparison.report.tensors.filter((row) => row.total !== undefined);

  test('error so far is the report’s', async () => {
    expect(compared().length).toBeGreaterThan(2);
    for (const row of compared()) {
      const probe = await comparison.probe(ask(row.name, 'free', { sample: row.sample }));
      expectSame(probe, row, row.total as ErrorMeasure);
    }
  });

  test('own error is the report’s', async () => {
    const judged = compared().filter((row) => row.local !== undefined);
    expect(judged.length).toBeGreaterThan(2);
    for (const row of judged) {
      const probe = await comparison.probe(ask(row.name, 'fed', { sample: row.sample }));
      expectSame(probe, row, row.local as ErrorMeasure);
    }
  });

  test('looking does not change what is seen', async () => {
    const row = compared().at(-1)!;
    const request = ask(row.name, 'free', { sample: row.sample });
    const first = await comparison.probe(request);
    await comparison.probe(ask(row.name, 'fed', { sample: row.sample }));
    expect(await comparison.probe(request)).toEqual(first);
  });
});

describe('samples', () => {
  test('each has its own values', async () => {
    const comparison = await open(exportFile('residual/ts17.onnx'), exportFile('residual/dump'));
    const name = comparison.report.tensors.find((row) => row.total !== undefined)?.name ?? '';
    const values = await Promise.all(
      [0, 1].map(async (sample) => (await comparison.probe(ask(name, 'free', { sample }))).slice.candidate),
    );
    expect(values[0]).not.toEqual(values[1]);
    comparison.close();
  });
});

/** a = x·w, y = a + 1; recorded are x, a and y, y with an error of 0.25 in one element. */
describe('a model by hand', () => {
  let comparison: Comparison;
  beforeAll(async () => {
    const model = join(folder, 'hand.onnx');
    buildModel(
      {
        nodes: [
          { op: 'Mul', inputs: ['x', 'w'], outputs: ['a'] },
          { op: 'Add', inputs: ['a', 'one'], outputs: ['hidden'] },
          { op: 'Neg', inputs: ['hidden'], outputs: ['y'] },
          { op: 'Shape', inputs: ['y'], outputs: ['shape'] },
        ],
        inputs: { x: [2, 3] },
        outputs: ['y', 'shape'],
        weights: {
          w: { dims: [1, 3], values: [1, 2, 4] },
          one: { dims: [], values: [1] },
          ids: { dims: [2], values: [5, 2 ** 40], int64: true },
        },
      },
      model,
    );
    const dump = join(folder, 'hand');
    writeDump(
      {
        samples: [
          {
            tensors: {
              x: { dims: [2, 3], values: [0, 1, 2, 3, 4, 5] },
              // In the fed run y is computed from this a: its last element is one more than x·w.
              a: { dims: [2, 3], values: [0, 2, 8, 3, 8, 21] },
              y: { dims: [2, 3], values: [-1, -3, -9, -4, -9.25, -22] },
            },
            entries: [
              ['#0:input.0', 'x'],
              ['mul#0:output.0', 'a'],
              ['#0:output.0', 'y'],
            ],
            inputs: { x: '#0:input.0' },
            outputs: { y: '#0:output.0' },
          },
        ],
      },
      dump,
    );
    comparison = await open(model, dump, { map: mapFile() });
  });
  afterAll(() => comparison.close());

  const mapFile = (): string => {
    const path = join(folder, 'map.json');
    const pairs = [{ candidate: 'a', entry: 'mul#0:output.0' }];
    writeText(path, JSON.stringify({ schema: 'layerdiff.map/1', pairs, ignore: [] }));
    return path;
  };

  test('the free run carries the error on, the fed run does not', async () => {
    const free = await comparison.probe(ask('y', 'free'));
    expect(free.worst).toEqual([
      { index: [1, 2], candidate: -21, reference: -22 },
      { index: [1, 1], candidate: -9, reference: -9.25 },
    ]);
    const fed = await comparison.probe(ask('y', 'fed'));
    expect(fed.worst).toEqual([{ index: [1, 1], candidate: -9, reference: -9.25 }]);
    expect([...(fed.map?.maxAbs ?? [])]).toEqual([0, 0, 0, 0, 0.25, 0]);
  });

  test.each<readonly [tensor: string, what: string, candidate: number[], reference: number[] | undefined]>([
    ['x', 'an input', [0, 1, 2, 3], undefined],
    ['w', 'a weight', [1, 2, 4], undefined],
    ['one', 'a scalar', [1], undefined],
    ['ids', 'a weight that nobody reads', [5, 2 ** 40], undefined],
    ['hidden', 'a tensor without a partner', [1, 3, 9, 4], undefined],
    ['shape', 'integers', [2, 3], undefined],
    ['a', 'a tensor with one', [0, 2, 8, 3], [0, 2, 8, 3]],
  ])('%s: %s', async (tensor, _what, candidate, reference) => {
    const { slice } = await comparison.probe(ask(tensor, 'free'));
    expect([...slice.candidate]).toEqual(candidate);
    if (tensor !== 'x') expect(slice.reference && [...slice.reference]).toEqual(reference);
  });

  test.each(['free', 'fed'] as const)('what there is not is refused, %s', async (run) => {
    for (const tensor of ['', 'nothing', '__proto__', 'constructor'])
      await expect(comparison.probe(ask(tensor, run)), tensor).rejects.toMatchObject({
        tag: 'bad-request',
        message: 'no such tensor',
        place: tensor,
      });
    for (const sample of [1, 7])
      expect(() => comparison.probe(ask('y', run, { sample }))).toThrow(`has no sample ${sample}`);
  });
});

test('without a run from the inputs only own errors can be looked at', async () => {
  const model = join(folder, 'two.onnx');
  buildModel(
    {
      nodes: [
        { op: 'Relu', inputs: ['x'], outputs: ['a'] },
        { op: 'Neg', inputs: ['a'], outputs: ['y'] },
      ],
      inputs: { x: [3] },
      outputs: ['y'],
    },
    model,
  );
  const dump = join(folder, 'two.safetensors');
  writeSafetensors({ a: { dims: [3], values: [0, 1, 2] }, y: { dims: [3], values: [0, -1, -2.5] } }, dump);
  const comparison = await open(model, dump);
  await expect(comparison.probe(ask('y', 'free'))).rejects.toMatchObject({ tag: 'bad-request', place: 'y' });
  expect((await comparison.probe(ask('y', 'fed'))).worst).toEqual([
    { index: [2], candidate: -2, reference: -2.5 },
  ]);
  comparison.close();
});
