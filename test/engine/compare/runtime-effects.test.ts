import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compareFiles } from '../../support/compare-files.ts';
import { floats, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';
import { writeDump } from '../../support/write-dump.ts';

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-runtime-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

function dumpOf(name: string, x: readonly number[], y: readonly number[]): string {
  writeDump(
    {
      modules: [{ path: '', class: 'Net' }],
      samples: [
        {
          tensors: { x: { dims: [x.length], values: x }, y: { dims: [y.length], values: y } },
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
  return at(name);
}

/**
 * 1 ÷ x · z with x = 2^-140: the quotient leaves float32, and infinity times anything is infinity. The runtime's
 * DivMulFusion makes z ÷ x of it, which is 2.
 */
test('the pass of the optimizer that changes the outputs is named', async () => {
  writeFileSync(
    at('fused.onnx'),
    modelBytes({
      node: [node('Div', ['one', 'x'], ['q'], []), node('Mul', ['q', 'z'], ['y'], [])],
      input: [value('x', TYPE.float32, [2])],
      output: [value('y', TYPE.float32, [2])],
      initializer: [floats('one', [], [1]), floats('z', [2], [2 ** -139, 3])],
    }),
  );
  const report = await compareFiles(at('fused.onnx'), dumpOf('fused', [2 ** -140, 2], [Infinity, 1.5]));
  expect(report.observer).toMatchObject({ equal: false, passes: ['DivMulFusion'] });
  expect(report.verdict.kind).toBe('introduced');
  expect(report.verdict.sites).toEqual([]);
  expect(report.verdict.sentence).toContain('DivMulFusion');
  // The quotient is gone from the optimised graph; what is left is the product.
  expect(report.observer.levels).toEqual({
    level: 'extended',
    compared: 1,
    changed: 1,
    first: [{ tensor: 'y', node: expect.any(String) as string, relativeL2: Infinity }],
  });
});

test('without a difference nothing is said of the optimizer', async () => {
  writeFileSync(
    at('same.onnx'),
    modelBytes({
      node: [node('Neg', ['x'], ['y'])],
      input: [value('x', TYPE.float32, [2])],
      output: [value('y', TYPE.float32, [2])],
    }),
  );
  const report = await compareFiles(at('same.onnx'), dumpOf('same', [1, 2], [-1, -2]));
  expect(report.observer).toMatchObject({
    equal: true,
    passes: undefined,
    repeat: { equal: true, maxAbs: 0 },
  });
  expect(report.verdict.kinds).toEqual(['no-fault']);
});

test('two runs that differ are nondeterministic', async () => {
  writeFileSync(
    at('random.onnx'),
    modelBytes({
      node: [node('RandomNormalLike', ['x'], ['r']), node('Add', ['x', 'r'], ['y'])],
      input: [value('x', TYPE.float32, [64])],
      output: [value('y', TYPE.float32, [64])],
    }),
  );
  const x = Array.from({ length: 64 }, (_, index) => index);
  const report = await compareFiles(at('random.onnx'), dumpOf('random', x, x));
  expect(report.observer.repeat?.equal).toBe(false);
  expect(report.verdict.kinds).toContain('nondeterministic');
  expect(report.verdict.sentence).toContain('two runs on the same inputs differ');
});
