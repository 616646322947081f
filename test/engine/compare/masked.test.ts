import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compareFiles } from '../../support/compare-files.ts';
import { cloneProto, readProto, writeProto } from '../../support/edit-model.ts';

/** Attention under a mask of the dtype's lowest value: its constants must hide no fault before or in the sum. */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-masked-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILES = ['ts12', 'ts17', 'ts20', 'dynamo18', 'dynamo20'];
const path = (file: string): string => `test/fixtures/exports/transformer/${file}.onnx`;

/** Replaces the operator of the first node that reads the mask (or makes what that node reads). */
function swapped(
  file: string,
  which: 'sum with the mask' | 'scaling before it',
  op: string,
): { model: string; node: string } {
  const proto = cloneProto(readProto(path(file)));
  const nodes = proto.graph?.node ?? [];
  const sum = nodes.find(
    (node) => node.opType === 'Add' && (node.input ?? []).some((name) => name.includes('mask')),
  );
  const scaling = nodes.find(
    (node) =>
      (sum?.input ?? []).some((name) => (node.output ?? []).includes(name)) &&
      ['Div', 'Mul'].includes(node.opType ?? ''),
  );
  const node = which === 'sum with the mask' ? sum : scaling;
  if (node === undefined) throw new Error(`${file} has no ${which}`);
  node.opType = op === 'other' ? (node.opType === 'Div' ? 'Mul' : 'Div') : op;
  const model = join(folder, `${file}.onnx`);
  writeProto(proto, model);
  return { model, node: node.name ?? '' };
}

test.each(FILES)('%s: a mask that is subtracted is found', async (file) => {
  const { model, node } = swapped(file, 'sum with the mask', 'Sub');
  const { verdict } = await compareFiles(model, 'test/fixtures/exports/transformer/dump');
  expect(verdict.kinds, verdict.sentence).toContain('introduced');
  expect(verdict.sites).toHaveLength(1);
  expect(verdict.sites[0]?.nodes).toContain(node);
});

test.each(FILES)('%s: scores scaled the other way are found, with recorded operators too', async (file) => {
  const { model, node } = swapped(file, 'scaling before it', 'other');
  for (const dump of ['dump', 'dump-op']) {
    const { verdict } = await compareFiles(model, `test/fixtures/exports/transformer/${dump}`);
    expect(verdict.kinds, `${dump}: ${verdict.sentence}`).toContain('introduced');
    expect(
      verdict.sites.every((site) => site.nodes.includes(node)),
      verdict.sentence,
    ).toBe(true);
  }
});
