import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { floats, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';
import { writeDump } from '../../support/write-dump.ts';

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-contribution-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

/** PyTorch: t = 2·x, y = t + 1 on x = [0.5, 0.5]. The candidate's t is `factor` times as large, and it adds `added`. */
async function chain(factor: number, added: number): Promise<Report> {
  const name = `chain-${factor}-${added}`;
  const first = { ...node('Mul', ['x', 'factor'], ['/scale/Mul_output_0']), name: '/scale/Mul' };
  const second = { ...node('Add', ['/scale/Mul_output_0', 'added'], ['y']), name: '/shift/Add' };
  writeFileSync(
    at(`${name}.onnx`),
    modelBytes({
      node: [first, second],
      input: [value('x', TYPE.float32, [2])],
      output: [value('y', TYPE.float32, [2])],
      initializer: [floats('factor', [2], [2 * factor, 2 * factor]), floats('added', [2], [added, added])],
    }),
  );
  writeDump(
    {
      modules: [
        { path: '', class: 'Net' },
        { path: 'scale', class: 'Scale' },
        { path: 'shift', class: 'Shift' },
      ],
      samples: [
        {
          tensors: {
            x: { dims: [2], values: [0.5, 0.5] },
            t: { dims: [2], values: [1, 1] },
            y: { dims: [2], values: [2, 2] },
          },
          entries: [
            ['#0:input.0', 'x'],
            ['scale#0:input.0', 'x'],
            ['scale#0:output.0', 't'],
            ['shift#0:input.0', 't'],
            ['shift#0:output.0', 'y'],
            ['#0:output.0', 'y'],
          ],
          inputs: { x: '#0:input.0' },
          outputs: { y: '#0:output.0' },
        },
      ],
    },
    at(name),
  );
  return compareFiles(at(`${name}.onnx`), at(name));
}

function shares(report: Report): Record<string, number | undefined> {
  return Object.fromEntries(
    report.verdict.sites.map((site) => [site.node ?? '', site.contribution[0]?.share]),
  );
}

test('of two faults each has the share of the error that goes when just its own part is taken away', async () => {
  // y errs by 0.1 + 0.5; without the first by 0.5, without the second by 0.1.
  const report = await chain(1.1, 1.5);
  expect(shares(report)['/scale/Mul']).toBeCloseTo(1 - 0.5 / 0.6, 5);
  expect(shares(report)['/shift/Add']).toBeCloseTo(1 - 0.1 / 0.6, 5);
  // The one that accounts for most comes first.
  expect(report.verdict.sites.map((site) => site.node)).toEqual(['/shift/Add', '/scale/Mul']);
});

test('a fault that hides another has a negative share, and both are named', async () => {
  // y errs by 0.2 − 0.15 = 0.05; without the first by 0.15, without the second by 0.2.
  const report = await chain(1.2, 0.85);
  expect(shares(report)['/scale/Mul']).toBeCloseTo(1 - 0.15 / 0.05, 4);
  expect(shares(report)['/shift/Add']).toBeCloseTo(1 - 0.2 / 0.05, 4);
});

test('one fault accounts for all', async () => {
  const report = await chain(1, 1.5);
  expect(shares(report)).toEqual({ '/shift/Add': 1 });
});
