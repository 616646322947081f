import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report, Site } from '../../../src/shared/report.ts';
import { compareFiles } from '../../support/compare-files.ts';
import type { Proto } from '../../support/edit-model.ts';
import { readProto, writeProto } from '../../support/edit-model.ts';
import type { Edit } from '../../support/edits.ts';
import { edited, editsOf } from '../../support/edits.ts';
import { recordedFeeds } from '../../support/recorded-feeds.ts';
import { seeded } from '../../support/random.ts';
import { allValues, effect } from '../../support/tensor-effect.ts';

/**
 * Every attribute, constant and weight of every real export, edited one at a time. Whether an edit matters is
 * measured with the plain runtime, without any of our code: it counts when a graph output moves by more than float
 * rounding does. Then the sites must hold the edited node, and no other stretch may be named.
 */
const NETS = ['residual', 'transformer', 'lstm', 'unet', 'reuse', 'wrapped'];
const FILES = ['ts12', 'ts17', 'ts20', 'dynamo18', 'dynamo20'];
const MATTERS = 1e-4;

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-edits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Subject {
  readonly proto: Proto;
  readonly dump: string;
  readonly names: readonly string[];
  readonly outputs: readonly string[];
  readonly original: ReadonlyMap<string, Float32Array>;
}

async function subjectOf(net: string, file: string): Promise<Subject> {
  const proto = readProto(`test/fixtures/exports/${net}/${file}.onnx`);
  const dump = `test/fixtures/exports/${net}/dump`;
  return {
    proto,
    dump,
    names: nodeNames(proto),
    outputs: (proto.graph?.output ?? []).map((output) => output.name ?? ''),
    original: await allValues(proto, recordedFeeds(proto, dump)),
  };
}

function nodeNames(proto: Proto): string[] {
  const nodes = proto.graph?.node ?? [];
  return nodes.map((node, index) =>
    (node.name ?? '') === '' ? `${node.opType ?? ''}#${index}` : (node.name ?? ''),
  );
}

async function matters(subject: Subject, edits: readonly Edit[]): Promise<boolean> {
  const changed = await allValues(
    edited(subject.proto, edits),
    recordedFeeds(subject.proto, subject.dump),
  ).catch(() => undefined);
  // An edit that changes shapes or that the runtime refuses is another kind of fault.
  if (changed === undefined) return false;
  const largest = Math.max(
    ...subject.outputs.map((name) => {
      const before = subject.original.get(name);
      const after = changed.get(name);
      return before === undefined || after?.length !== before.length ? NaN : effect(before, after);
    }),
  );
  return largest > MATTERS;
}

async function compareEdited(subject: Subject, edits: readonly Edit[]): Promise<Report> {
  const path = join(folder, 'edited.onnx');
  writeProto(edited(subject.proto, edits), path);
  return compareFiles(path, subject.dump, { sample: 0 });
}

function holds(subject: Subject, site: Site, edit: Edit): boolean {
  return edit.nodes.some((node) => site.nodes.includes(subject.names[node] ?? ''));
}

describe.each(NETS)('%s', (net) => {
  test.each(FILES)('%s: each edit that matters is located, and nothing else', async (file) => {
    const subject = await subjectOf(net, file);
    const misses: string[] = [];
    let counted = 0;
    for (const edit of editsOf(subject.proto)) {
      if (!(await matters(subject, [edit]))) continue;
      counted++;
      const { verdict, weights } = await compareEdited(subject, [edit]);
      const located = verdict.sites.length > 0 && verdict.sites.every((site) => holds(subject, site, edit));
      // A folded weight cannot be checked by digest; its node is what is named.
      const bears = edit.initializer !== undefined && weights.differing.length > 0;
      const named = !bears || weights.differing.some((weight) => weight.initializer === edit.initializer);
      if (!located || !named) misses.push(`${edit.label}: ${verdict.sentence}`);
    }
    console.log(`${net}/${file}: ${counted - misses.length} of ${counted} edits located`);
    expect(misses).toEqual([]);
    expect(counted).toBeGreaterThan(3);
  });

  test('two edits in different stretches are both named', async () => {
    const subject = await subjectOf(net, 'ts17');
    const random = seeded(1);
    const edits = editsOf(subject.proto);
    const alone = new Map<Edit, Report>();
    for (const edit of edits)
      if (await matters(subject, [edit])) alone.set(edit, await compareEdited(subject, [edit]));
    const useful = [...alone.keys()];
    const misses: string[] = [];
    let counted = 0;
    for (let attempt = 0; attempt < 24; attempt++) {
      const a = useful[Math.floor(random() * useful.length)];
      const b = useful[Math.floor(random() * useful.length)];
      if (a === undefined || b === undefined || sameStretch(alone.get(a), alone.get(b))) continue;
      counted++;
      const { verdict } = await compareEdited(subject, [a, b]);
      const both = [a, b].every((edit) => verdict.sites.some((site) => holds(subject, site, edit)));
      const only = verdict.sites.every((site) => holds(subject, site, a) || holds(subject, site, b));
      if (!both || !only) misses.push(`${a.label} and ${b.label}: ${verdict.sentence}`);
    }
    console.log(`${net}: ${counted - misses.length} of ${counted} double edits located`);
    expect(misses).toEqual([]);
    expect(counted).toBeGreaterThan(3);
  });
});

function sameStretch(a: Report | undefined, b: Report | undefined): boolean {
  const nodes = new Set(a?.verdict.sites.flatMap((site) => site.nodes));
  return b?.verdict.sites.some((site) => site.nodes.some((node) => nodes.has(node))) ?? true;
}
