import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import type { NodeSpec } from '../../support/build-model.ts';
import { buildModel, writeSafetensors } from '../../support/build-model.ts';
import { seeded } from '../../support/random.ts';
import { runCli } from '../../support/run-cli.ts';

/** Large enough that free and fed run go side by side, unless --memory says that there is no room for it. */
const DIMS = [1, 8, 640, 640];
const COUNT = 8 * 640 * 640;
const NODES: readonly NodeSpec[] = [
  { op: 'Sigmoid', inputs: ['x'], outputs: ['a'] },
  { op: 'Mul', inputs: ['x', 'a'], outputs: ['b'] },
  { op: 'Neg', inputs: ['b'], outputs: ['c'] },
  { op: 'Add', inputs: ['c', 'a'], outputs: ['d'] },
  { op: 'Relu', inputs: ['d'], outputs: ['y'] },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-side-'));
  const random = seeded(3);
  const x = Float32Array.from({ length: COUNT }, () => random() * 8 - 4);
  const a = x.map((value) => 1 / (1 + Math.exp(-value)));
  const b = x.map((value, index) => value * (a[index] ?? 0));
  const c = b.map((value) => -value);
  const d = c.map((value, index) => value + (a[index] ?? 0));
  const y = d.map((value) => Math.max(0, value));
  const named = (tensors: Record<string, Float32Array>): Parameters<typeof writeSafetensors>[0] =>
    Object.fromEntries(Object.entries(tensors).map(([name, values]) => [name, { dims: DIMS, values }]));
  writeSafetensors(named({ x, a, b, c, d, y }), join(folder, 'names.safetensors'));
  // What only its values tell: found after the free run, and fed then.
  writeSafetensors(named({ x, a, b, inner: c, d, y }), join(folder, 'renamed.safetensors'));
  const model = { inputs: { x: DIMS }, outputs: ['y'] };
  buildModel({ ...model, nodes: NODES }, join(folder, 'healthy.onnx'));
  const faulty = NODES.map((node) => (node.op === 'Neg' ? { ...node, op: 'Abs' } : node));
  buildModel({ ...model, nodes: faulty }, join(folder, 'faulty.onnx'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function reportOf(candidate: string, reference: string, memory: string): Report {
  const args = ['compare', candidate, reference, '--quiet', '--json', 'report.json', '--memory', memory];
  expect(runCli(args, folder).stderr).toBe('');
  const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
  return { ...report, timings: {}, environment: { ...report.environment, command: '' } };
}

describe('two threads say what one says', () => {
  test.each([
    ['healthy.onnx', 'names.safetensors', 'no-fault', 'exact-name'],
    ['healthy.onnx', 'renamed.safetensors', 'no-fault', 'value'],
    ['faulty.onnx', 'names.safetensors', 'fault', 'exact-name'],
  ])('%s against %s', (candidate, reference, kind, rule) => {
    const together = reportOf(candidate, reference, '512MiB');
    expect(together).toEqual(reportOf(candidate, reference, '128MiB'));
    expect(together.verdict.kind === 'no-fault').toBe(kind === 'no-fault');
    expect(together.tensors.find((row) => row.name === 'c')?.pairs[0]?.rule).toBe(rule);
    expect(together.tensors.every((row) => row.local !== undefined)).toBe(true);
  });
});
