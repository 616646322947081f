import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { cloneProto, floatsOf, readProto, setFloats, writeProto } from '../../support/edit-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-weights-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EXPORTS = 'test/fixtures/exports';

/** The export with some weights one and a half times as large. */
async function scaled(net: string, dump: string, picks: (name: string) => boolean): Promise<Report> {
  const proto = cloneProto(readProto(`${EXPORTS}/${net}/ts17.onnx`));
  for (const tensor of proto.graph?.initializer ?? []) {
    const values = floatsOf(tensor);
    if (values === undefined || !picks(tensor.name ?? '')) continue;
    setFloats(
      tensor,
      values.map((value) => 1.5 * value),
    );
  }
  const path = join(folder, 'scaled.onnx');
  writeProto(proto, path);
  return compareFiles(path, `${EXPORTS}/${net}/${dump}`);
}

test('with recorded values a weight says how far it is off', async () => {
  const { weights, verdict } = await scaled('residual', 'dump-full', (name) => name === 'head.weight');
  expect(weights.differing.map((one) => one.parameter)).toEqual(['head.weight']);
  // 1.5·w against w: half of the largest.
  expect(weights.differing[0]?.detail).toContain('they differ by up to 0.5 of the largest');
  expect(verdict.sites[0]?.cause?.kind).toBe('weights');
});

test('with digests alone it says what is known of both', async () => {
  const { weights } = await scaled('residual', 'dump', (name) => name === 'head.weight');
  expect(weights.differing[0]?.detail).toMatch(
    /mean .+ and std .+, recorded .+ and .+; record with weights="full"/,
  );
});

test('where most weights differ it is another checkpoint, and that is said first', async () => {
  const { verdict } = await scaled('transformer', 'dump', () => true);
  expect(verdict.kind).toBe('weights-differ');
  expect(verdict.sentence).toMatch(/^this is another checkpoint than the recorded one/);
});
