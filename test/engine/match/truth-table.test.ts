import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compareFiles } from '../../support/compare-files.ts';
import { readProto, writeProto } from '../../support/edit-model.ts';
import { ownersByDigest, withoutNames } from './strip-names.ts';
import type { RealExport, Score } from './support.ts';
import {
  EXPORTS,
  areClose,
  candidateValues,
  entryValues,
  matchOpened,
  openPair,
  percent,
  realExports,
  scoreAgainst,
  tensorsByEntry,
} from './support.ts';

/**
 * Every real export against the dump made beside it. Which tensor holds the values of which entry was found by value
 * when the fixtures were made; here names alone must find it. A pair that the truth does not hold is wrong.
 */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-match-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NETS = [...new Set(realExports.map((one) => one.net))];
const filesOf = (net: string): readonly RealExport[] => realExports.filter((one) => one.net === net);

function tell(net: string, how: string, scores: readonly Score[]): void {
  const paired = scores.reduce((sum, score) => sum + score.paired, 0);
  const of = scores.reduce((sum, score) => sum + score.of, 0);
  const wrong = scores.reduce((sum, score) => sum + score.wrong.length, 0);
  console.log(`${net}, ${how}: ${percent(paired, of)} of the recorded outputs paired, ${wrong} wrong`);
}

function expectGood(score: Score, least = 0.95): void {
  expect(score.wrong).toEqual([]);
  expect(score.lost.length === 0 || score.paired / score.of >= least, `lost ${score.lost.join(', ')}`).toBe(
    true,
  );
}

describe.each(NETS)('%s', (net) => {
  test('by names', async () => {
    const scores: Score[] = [];
    for (const { file, dump, truth } of filesOf(net)) {
      const match = matchOpened(await openPair(join(EXPORTS, file), join(EXPORTS, dump)));
      scores.push(scoreAgainst(truth, tensorsByEntry(match)));
    }
    tell(net, 'by names', scores);
    for (const score of scores) expectGood(score);
  });

  test('after the value check', async () => {
    const scores: Score[] = [];
    for (const { file, dump, truth } of filesOf(net)) {
      const report = await compareFiles(join(EXPORTS, file), join(EXPORTS, dump));
      const pairs = new Map<string, string[]>();
      for (const row of report.tensors)
        for (const pair of row.pairs) pairs.set(pair.entry, [...(pairs.get(pair.entry) ?? []), row.name]);
      const reported = withoutInputs(truth, new Set(report.tensors.map((row) => row.name)));
      scores.push(scoreAgainst(reported, pairs));
      expect(report.coverage.pairedEntries / report.coverage.entries).toBeGreaterThan(0.5);
    }
    tell(net, 'after the value check', scores);
    for (const score of scores) expectGood(score);
  });

  test.each(['no weights', 'weights'] as const)('without any names, %s known', async (known) => {
    const scores: Score[] = [];
    for (const { file, dump, truth } of filesOf(net)) {
      const { proto, renamed } = withoutNames(readProto(join(EXPORTS, file)));
      const path = join(folder, `${net}.onnx`);
      writeProto(proto, path);
      const opened = await openPair(path, join(EXPORTS, dump));
      const owners = known === 'weights' ? ownersByDigest(opened.model, opened.dump.recording) : new Map();
      const match = matchOpened(opened, { weightOwners: owners as Map<string, string> });
      expect(match.notes.join(), 'what was done is told').toContain('the graph names no modules');
      const found = match.pairs.filter((pair) => pair.rule === 'sequence' || pair.rule === 'weight');
      expect(found.length).toBeGreaterThan(0);
      for (const pair of found) expect(pair.confidence).toBe(pair.rule === 'weight' ? 'medium' : 'low');
      scores.push(scoreAgainst(inNames(truth, renamed), tensorsByEntry(match)));
    }
    tell(net, `without names (${known})`, scores);
    // A container whose last step is a function has no node that says so: values find it later.
    for (const score of scores) expectGood(score, 0.85);
  });
});

describe.each(['residual', 'transformer'])('operators of %s', (net) => {
  test.each(filesOf(net).map((one) => one.file))('%s', async (file) => {
    const path = join(EXPORTS, file);
    const dump = join(EXPORTS, net, 'dump-op');
    const opened = await openPair(path, dump);
    const match = matchOpened(opened);
    const values = await candidateValues(path, dump);
    const ops = opened.sample.entries.filter((entry) => entry.op !== undefined);
    const made = [...values].filter(([name]) => opened.graph.tensors.get(name)?.producer !== undefined);
    const recorded = ops.map((entry) => entryValues(opened.dump, entry));
    const known = made
      .filter(([, value]) => recorded.some((one) => areClose(value, one)))
      .map(([name]) => name);
    const paired = new Set(match.pairs.map((pair) => pair.tensor));
    const wrong = match.pairs.filter(
      ({ entry, tensor }) =>
        entry.op !== undefined &&
        values.has(tensor) &&
        !areClose(values.get(tensor), entryValues(opened.dump, entry)),
    );
    const located = known.filter((name) => paired.has(name)).length;
    console.log(
      `${file}: ${percent(located, known.length)} of the tensors some operator recorded are paired`,
    );
    expect(wrong.map(({ entry, tensor }) => `${entry.key} → ${tensor}`)).toEqual([]);
    expect(located / known.length).toBeGreaterThan(0.9);
    // What the modules say is as good as without operators.
    const { truth } = filesOf(net).find((one) => one.file === file)!;
    expectGood(scoreAgainst(truth, tensorsByEntry(match)), 1);
  });
});

describe('the bare formats of residual reach the pairs of the recording', () => {
  const formats = [
    'plain.npz',
    'compressed.npz',
    'npy',
    'plain.safetensors',
    'zip.pt',
    'legacy.pt',
    'polygraphy.json',
  ];
  test.each(formats)('%s', async (format) => {
    for (const { file, truth } of filesOf('residual')) {
      const opened = await openPair(join(EXPORTS, file), join(EXPORTS, 'residual/formats', format)).catch(
        (error: unknown) => error as Error,
      );
      if (opened instanceof Error) {
        expect(format, opened.message).toBe('legacy.pt');
        continue;
      }
      const pairs = new Map<string, string[]>();
      for (const pair of matchOpened(opened).pairs) pairs.set(`${pair.entry.path}#0:output.0`, [pair.tensor]);
      const held = new Set(opened.sample.entries.map((entry) => `${entry.path}#0:output.0`));
      const part = Object.fromEntries(Object.entries(truth).filter(([key]) => held.has(key)));
      const score = scoreAgainst(part, pairs);
      expect(score.of).toBeGreaterThan(15);
      expectGood(score, 1);
    }
  });
});

/** Report rows are of tensors that nodes make: entries that only a model input holds are not asked for. */
function withoutInputs(truth: RealExport['truth'], rows: ReadonlySet<string>): RealExport['truth'] {
  return Object.fromEntries(
    Object.entries(truth).filter(([, names]) => names.length === 0 || names.some((name) => rows.has(name))),
  );
}

function inNames(truth: RealExport['truth'], renamed: ReadonlyMap<string, string>): RealExport['truth'] {
  return Object.fromEntries(
    Object.entries(truth).map(([key, names]) => [key, names.map((name) => renamed.get(name) ?? name)]),
  );
}
