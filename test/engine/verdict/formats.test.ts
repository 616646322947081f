import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report, TensorRow } from '../../../src/shared/report.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { edited, editsOf } from '../../support/edits.ts';
import { readProto, writeProto } from '../../support/edit-model.ts';
import { exportFile } from '../../support/demo.ts';

/** One recording in every format: what is said of the candidate must not depend on how its reference is stored. */
const FORMATS = [
  'plain.safetensors',
  'plain.npz',
  'compressed.npz',
  'npy',
  'zip.pt',
  'legacy.pt',
  'polygraphy.json',
];

let folder: string;
let faulty: string;
let subset: string;

interface Manifest {
  samples: { entries: { path: string; role: string }[] }[];
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-formats-'));
  faulty = join(folder, 'faulty.onnx');
  const proto = readProto(exportFile('residual/ts17.onnx'));
  const edit = editsOf(proto).find((one) => one.label.startsWith('weight'));
  if (edit === undefined) throw new Error('no weight to edit');
  writeProto(edited(proto, [edit]), faulty);
  // What a forward hook would keep of the recorder's dump: the first sample, outputs only, and the model's input.
  subset = join(folder, 'subset');
  cpSync(exportFile('residual/dump'), subset, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(subset, 'manifest.json'), 'utf8')) as Manifest;
  const [sample] = manifest.samples;
  if (sample === undefined) throw new Error('no sample');
  sample.entries = sample.entries.filter((entry) => entry.role === 'output' || entry.path === '');
  writeFileSync(
    join(subset, 'manifest.json'),
    JSON.stringify({ ...manifest, samples: [sample], parameters: [] }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All that is measured and judged; names of entries and rules are the format's own. */
function judged(row: TensorRow): unknown {
  const { pairs, ...rest } = row;
  return { ...rest, transforms: [...new Set(pairs.map((pair) => JSON.stringify(pair.transform)))] };
}

/** A file that sorts its tensors by name lists aliases in another order. */
function inNameOrder(row: TensorRow): TensorRow {
  return { ...row, pairs: [...row.pairs].sort((a, b) => (a.entry < b.entry ? -1 : 1)) };
}

function compared(report: Report): unknown[] {
  return report.tensors.filter((row) => row.total !== undefined).map(judged);
}

describe.each([
  ['healthy', () => exportFile('residual/ts17.onnx')],
  ['with a weight changed', () => faulty],
  ['of the other exporter', () => exportFile('residual/dynamo20.onnx')],
] as const)('a candidate %s', (_, candidate) => {
  test.each(FORMATS)('%s measures and judges every tensor as the recorder’s dump does', async (format) => {
    const expected = await compareFiles(candidate(), subset);
    const found = await compareFiles(candidate(), exportFile(`residual/formats/${format}`));
    expect(found.tensors.filter((row) => row.total !== undefined).map((row) => row.name)).toEqual(
      expected.tensors.filter((row) => row.total !== undefined).map((row) => row.name),
    );
    expect(compared(found)).toEqual(compared(expected));
    expect(compared(found).length).toBeGreaterThan(10);
    const nameless = (report: Report): object[] =>
      report.outputs.map((row) => ({ ...row, entry: undefined }));
    expect(nameless(found)).toEqual(nameless(expected));
  });

  test.each(FORMATS)('%s leads to the same verdict', async (format) => {
    const expected = await compareFiles(candidate(), subset);
    const found = await compareFiles(candidate(), exportFile(`residual/formats/${format}`));
    expect(found.verdict.kinds).toEqual(expected.verdict.kinds);
    expect(found.verdict.sites.map((site) => site.nodes)).toEqual(
      expected.verdict.sites.map((site) => site.nodes),
    );
  });

  // Two of them list their tensors by name, not in the order of recording.
  test('all bare formats give the same rows, names and rules included', async () => {
    const [first, ...others] = FORMATS;
    const expected = await compareFiles(candidate(), exportFile(`residual/formats/${first ?? ''}`));
    for (const format of others) {
      const found = await compareFiles(candidate(), exportFile(`residual/formats/${format}`));
      expect(found.tensors.map(inNameOrder), format).toEqual(expected.tensors.map(inNameOrder));
    }
  });
});
