import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import { compareFiles } from '../../support/compare-files.ts';
import type { Proto } from '../../support/edit-model.ts';
import { readProto, writeProto } from '../../support/edit-model.ts';
import { EXPORTS } from './support.ts';

/** What a recording of operators is for: a fault between two modules is located to the nodes of one operator. */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-ops-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function compareEdited(proto: Proto, dump: string): Promise<Report> {
  const path = join(folder, 'edited.onnx');
  writeProto(proto, path);
  return compareFiles(path, join(EXPORTS, 'transformer', dump));
}

/** Scores ÷ √d become scores · √d; the softmax runs over the other axis. */
const EDITS: readonly (readonly [label: string, op: string, edit: (node: NodeProto) => void])[] = [
  ['the scale of the scores', 'Div', (node) => (node.opType = 'Mul')],
  ['the axis of the softmax', 'Softmax', (node) => (node.attribute = [{ name: 'axis', type: 2, i: -2 }])],
];
type NodeProto = NonNullable<NonNullable<NonNullable<Proto['graph']>['node']>[number]>;

test.each(
  ['ts12', 'ts17', 'ts20', 'dynamo18', 'dynamo20'].flatMap((file) =>
    EDITS.map((edit) => [file, ...edit] as const),
  ),
)('%s: %s', async (file, _, op, edit) => {
  const proto = readProto(join(EXPORTS, 'transformer', `${file}.onnx`));
  const nodes = proto.graph?.node ?? [];
  const softmax = nodes.findIndex((node) => node.opType === 'Softmax');
  // The last of its kind up to the first softmax: inside the attention, in no module of its own.
  const index = nodes.slice(0, softmax + 1).findLastIndex((node) => node.opType === op);
  const node = nodes[index]!;
  edit(node);
  const byOps = await compareEdited(proto, 'dump-op');
  // What the error comes to at the outputs is another question: a mask of −3.4e38 follows.
  const introduced = byOps.tensors.filter((row) => row.state === 'introduced');
  expect(introduced.map((row) => [row.name, row.node])).toEqual([[node.output?.[0], node.name]]);
  // Modules alone leave all of the attention between its inputs and its output projection.
  const byModules = await compareEdited(proto, 'dump');
  expect(byModules.verdict.kind, byModules.verdict.sentence).toBe('introduced');
  expect(byModules.verdict.sites[0]?.nodes).toContain(node.name);
  expect(byModules.verdict.sites[0]?.nodes.length).toBeGreaterThan(3);
});
