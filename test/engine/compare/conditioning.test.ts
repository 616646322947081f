import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { floats, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';
import { writeDump } from '../../support/write-dump.ts';

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-conditioning-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

/** One unit in the last place of numbers between 1 and 2. */
const ULP = 2 ** -23;

/** y = x·w − c with x·w = 1.5 + 4 units; the recorded product is one unit off, as another order of rounding gives. */
async function difference(name: string, c: number): Promise<Report> {
  writeFileSync(
    at(`${name}.onnx`),
    modelBytes({
      node: [node('Mul', ['x', 'w'], ['p']), node('Sub', ['p', 'c'], ['y'])],
      input: [value('x', TYPE.float32, [2])],
      output: [value('y', TYPE.float32, [2])],
      initializer: [floats('w', [2], [1.5 + 4 * ULP, 1.5 + 4 * ULP]), floats('c', [2], [c, c])],
    }),
  );
  const recorded = 1.5 + 5 * ULP - c;
  writeDump(
    {
      modules: [{ path: '', class: 'Net' }],
      samples: [
        {
          tensors: { x: { dims: [2], values: [1, 1] }, y: { dims: [2], values: [recorded, recorded] } },
          entries: [
            ['#0:input.0', 'x'],
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

test('two numbers that nearly cancel: a fifth of the output is rounding, and it is said so', async () => {
  const { verdict, findings } = await difference('cancels', 1.5);
  expect(verdict.kinds).toEqual(['no-fault']);
  expect(verdict.sentence).toContain('y is ill-conditioned: one rounding of inputs and weights moves it');
  expect(findings.map((finding) => [finding.kind, finding.subject])).toContainEqual(['ill-conditioned', 'y']);
});

test('two numbers that do not: nothing is said', async () => {
  const { verdict, findings } = await difference('stays', 0.5);
  expect(verdict.kinds).toEqual(['no-fault']);
  expect(verdict.sentence).not.toContain('ill-conditioned');
  expect(findings.filter((finding) => finding.kind === 'ill-conditioned')).toEqual([]);
});
