import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partialReport } from '../../../src/engine/compare/partial.ts';
import { reportJson, reportJsonSchema } from '../../../src/engine/report/index.ts';
import type { ErrorMeasure, Report } from '../../../src/shared/report.ts';
import { buildModel, writeSafetensors } from '../../support/build-model.ts';
import { compareFiles, optionsFor } from '../../support/compare-files.ts';
import { catalogueFile } from '../catalogue/fixtures.ts';
import { DEMO, exportFile } from '../../support/demo.ts';
import { writeDump } from '../../support/write-dump.ts';

const SCHEMA_FILE = new URL('../../../resources/report.schema.json', import.meta.url);
const schema = JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as object;
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

let folder: string;
const reports = new Map<string, Report>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-report-'));
  const faulty = await compareFiles(DEMO.faulty, DEMO.dump);
  reports.set('faulty demo', faulty);
  reports.set('healthy demo', await compareFiles(DEMO.healthy, DEMO.dump));
  reports.set(
    'two samples',
    await compareFiles(exportFile('residual/ts17.onnx'), exportFile('residual/dump')),
  );
  reports.set(
    'dynamo',
    await compareFiles(exportFile('residual/dynamo18.onnx'), exportFile('residual/dump')),
  );
  reports.set('integers', await integers());
  reports.set('non-finite values', await nonFinite());
  reports.set('no input', await withoutInput());
  reports.set('nothing pairs', await nothingPairs());
  reports.set(
    'deployed and --inputs',
    await compareFiles(exportFile('residual/ts17.onnx'), exportFile('residual/dump'), {
      sample: 0,
      deployed: exportFile('residual/dump-session'),
      inputs: [`image=${exportFile('residual/formats/npy/image.npy')}`],
    }),
  );
  const all = (file: string): string => catalogueFile('ALL', file);
  reports.set(
    'what is outside of the graph',
    await compareFiles(all('torchscript.onnx'), all('dump'), {
      inputs: [all('deployed')],
      deployed: all('deployed'),
      image: all('picture.png'),
    }),
  );
  reports.set(
    'partial',
    partialReport(optionsFor(DEMO.faulty, DEMO.dump), faulty.tensors.slice(0, 40), 'stopped'),
  );
  reports.set('partial, empty', partialReport(optionsFor(DEMO.faulty, DEMO.dump), [], 'the engine died'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** index = argmax(x) over rows: int64; the reference has another index in the second row. */
function integers(): Promise<Report> {
  const model = join(folder, 'integers.onnx');
  const dump = join(folder, 'integers');
  buildModel(
    {
      nodes: [{ op: 'ArgMax', inputs: ['x'], outputs: ['index'], attributes: { axis: 1, keepdims: 0 } }],
      inputs: { x: [2, 3] },
      outputs: ['index'],
    },
    model,
  );
  writeDump(
    {
      samples: [
        {
          tensors: {
            x: { dims: [2, 3], values: [1, 5, 2, 9, 3, 4] },
            index: { dtype: 'int64', dims: [2], values: [1, 2] },
          },
          entries: [
            ['#0:input.0', 'x'],
            ['#0:output.0', 'index'],
          ],
          inputs: { x: '#0:input.0' },
          outputs: { index: '#0:output.0' },
        },
      ],
    },
    dump,
  );
  return compareFiles(model, dump);
}

/** log(−1) = NaN, log(0) = −∞, log(1) = 0, log(∞) = ∞ where the reference has 0, −∞, 0, 1. */
function nonFinite(): Promise<Report> {
  const model = join(folder, 'log.onnx');
  const dump = join(folder, 'log.safetensors');
  buildModel(
    { nodes: [{ op: 'Log', inputs: ['x'], outputs: ['y'] }], inputs: { x: [4] }, outputs: ['y'] },
    model,
  );
  writeSafetensors(
    { x: { dims: [4], values: [-1, 0, 1, Infinity] }, y: { dims: [4], values: [0, -Infinity, 0, 1] } },
    dump,
  );
  return compareFiles(model, dump);
}

function withoutInput(): Promise<Report> {
  const model = join(folder, 'two.onnx');
  const dump = join(folder, 'two.safetensors');
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
  writeSafetensors({ a: { dims: [3], values: [0, 1, 2] }, y: { dims: [3], values: [0, -1, -2] } }, dump);
  return compareFiles(model, dump);
}

function nothingPairs(): Promise<Report> {
  const dump = join(folder, 'strangers.safetensors');
  writeSafetensors(
    { x: { dims: [4], values: [1, 2, 3, 4] }, z: { dims: [9], values: new Float32Array(9) } },
    dump,
  );
  return compareFiles(join(folder, 'log.onnx'), dump);
}

function fileOf(report: Report): unknown {
  return JSON.parse([...reportJson(report)].join(''));
}

const NAMES = [
  'faulty demo',
  'healthy demo',
  'two samples',
  'dynamo',
  'integers',
  'non-finite values',
  'no input',
  'nothing pairs',
  'deployed and --inputs',
  'what is outside of the graph',
  'partial',
  'partial, empty',
];

test('the schema in resources is the one in the code', async () => {
  expect(schema).toEqual(JSON.parse(JSON.stringify(await reportJsonSchema())));
});

test('the schema refuses what is no report', () => {
  const report = fileOf(reports.get('integers')!) as Report;
  expect(validate(report)).toBe(true);
  const wrong: readonly object[] = [
    {},
    { ...report, extra: 1 },
    { ...report, schema: 'layerdiff.report/2' },
    { ...report, verdict: { ...report.verdict, kind: 'fine' } },
    { ...report, verdict: { ...report.verdict, next: ['a', 'b', 'c', 'd'] } },
    { ...report, tensors: report.tensors.map((row) => ({ ...row, state: 'odd' })) },
    { ...report, tensors: report.tensors.map((row) => ({ ...row, gain: 'NaN!' })) },
    { ...report, tensors: report.tensors.map((row) => ({ ...row, shape: [-1] })) },
  ];
  expect(wrong.map((one) => validate(one))).toEqual(wrong.map(() => false));
});

describe.each(NAMES)('%s', (name) => {
  const report = (): Report => reports.get(name)!;

  test('validates against the schema', () => {
    validate(fileOf(report()));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('says the same in the file as in memory', () => {
    // An independent encoder: text for what JSON cannot hold, nothing for undefined.
    const plain = (value: unknown): unknown => {
      if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
      // JSON has one zero.
      if (value === 0) return 0;
      if (Array.isArray(value)) return value.map(plain);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, plain(inner)]])),
      );
    };
    expect(fileOf(report())).toEqual(plain(report()));
  });

  test('histograms and counts of every measure add up', () => {
    for (const measure of measuresOf(report())) {
      const { zero, denormal, nonFinite: odd, bins } = measure.histogram;
      expect(zero + denormal + odd + bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(measure.count);
      expect(bins.map((bin) => bin.bin)).toEqual([...bins.map((bin) => bin.bin)].sort((a, b) => a - b));
      expect(bins.every((bin) => bin.count > 0)).toBe(true);
      expect(measure.candidate.count).toBe(measure.count);
      expect(measure.reference.count).toBe(measure.count);
    }
  });

  test('holds no absolute path and no stack trace', () => {
    const text = [...reportJson(report())].join('');
    const here = new URL('../../../', import.meta.url).pathname;
    for (const path of [folder, tmpdir(), here, process.execPath])
      expect(text.includes(path), path).toBe(false);
    // Where the fixtures' exporter stood; a tensor of the demo may be called /neck/gate2/project/act.
    expect(text).not.toMatch(/(^|[\s"'=(\\])\/(project|home|root|usr)\//);
    expect(text).not.toMatch(/\.py", line \d+|Traceback|\n\s+at .+:\d+:\d+/);
  });
});

function measuresOf(report: Report): ErrorMeasure[] {
  return report.tensors.flatMap((row) => [row.total, row.local].filter((one) => one !== undefined));
}

test('the reports that are to measure something do', () => {
  for (const name of NAMES.slice(0, 7))
    expect(measuresOf(reports.get(name)!).length, name).toBeGreaterThan(0);
});

test('non-finite numbers are text in the file', () => {
  const file = fileOf(reports.get('non-finite values')!) as { tensors: { total: Record<string, unknown> }[] };
  const [row] = file.tensors;
  expect(row?.total).toMatchObject({
    nonFiniteMismatch: 2,
    sqnr: '-Infinity',
    worst: { index: 0, candidate: 'NaN', reference: 0 },
    // −∞ on both sides has no difference to be counted by, though it is none.
    histogram: { nonFinite: 3 },
    candidate: { nan: 1, posInf: 1, negInf: 1, zero: 1 },
    reference: { nan: 0, posInf: 0, negInf: 1, zero: 2 },
  });
});

test('an unequal integer is introduced, whatever its size', () => {
  const report = reports.get('integers')!;
  const [row] = report.tensors;
  expect(row).toMatchObject({ dtype: 'int64', shape: [2], state: 'introduced' });
  // argmax of [1 5 2] is 1, of [9 3 4] is 0; recorded are 1 and 2.
  expect(row?.total).toMatchObject({
    count: 2,
    unequal: 0.5,
    maxAbs: 2,
    worst: { index: 1, candidate: 0, reference: 2 },
  });
  expect(report.verdict.kind).toBe('introduced');
});
