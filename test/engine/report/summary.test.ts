import { expect, test } from 'vitest';
import { relateMasks, relateTokens } from '../../../src/engine/prompt/index.ts';
import { PLAIN, summaryLines } from '../../../src/engine/report/index.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { DEMO } from '../../support/demo.ts';

/**
 * What a person pastes into an issue. What rounding alone decides, and so differs from one processor to the next, is
 * written as `~`: errors below 1e-3, and how many times the tolerance they are. `vitest -u` renews the files.
 */
function stable(line: string): string {
  return line
    .replace(/onnxruntime \d+\.\d+\.\d+/, 'onnxruntime ~')
    .replace(/= \S+ × tolerance/, '= ~ × tolerance')
    .replace(/\(×[\d.]+\)/g, '(×~)')
    .replace(/\d[\d.]*e-\d+/g, '~');
}

/** The table's columns of own errors are rounding but where a tensor is introduced. */
function stableTable(lines: readonly string[]): string[] {
  const head = lines.findIndex((line) => line.startsWith('rel L2'));
  return lines.map((line, index) => {
    if (head < 0 || index <= head || index > head + 10) return stable(line);
    const [relative, absolute, , , ...rest] = line.split(/\s+/);
    return [relative, absolute, '~', '~', ...rest].map((cell) => stable(cell ?? '')).join('  ');
  });
}

test('of the faulty demo', async () => {
  const report = await compareFiles(DEMO.faulty, DEMO.dump);
  const text = `${stableTable(summaryLines(report, PLAIN)).join('\n')}\n`;
  await expect(text).toMatchFileSnapshot('../../golden/demo-faulty.txt');
});

test('of the healthy demo, down to the table', async () => {
  const report = await compareFiles(DEMO.healthy, DEMO.dump);
  const lines = summaryLines(report, PLAIN);
  // Which of the tensors at rounding level is worst is rounding itself.
  const head = lines.findIndex((line) => line.startsWith('rel L2'));
  expect(lines.slice(head + 1, head + 11).map((line) => line.split(/\s+/)[4])).toEqual(
    Array(10).fill('noise'),
  );
  const text = `${lines.slice(0, head).map(stable).join('\n')}\n`;
  await expect(text).toMatchFileSnapshot('../../golden/demo-healthy.txt');
});

test('colour marks up whole pieces and changes no text', async () => {
  const report = await compareFiles(DEMO.faulty, DEMO.dump);
  const mark = (text: string): string => `<${text}>`;
  const painted = summaryLines(report, { bold: mark, good: mark, bad: mark, dim: mark });
  expect(painted.map((line) => line.replace(/[<>]/g, ''))).toEqual(summaryLines(report, PLAIN));
  expect(painted.some((line) => line.startsWith('<'))).toBe(true);
});

/** Steps of token ids are told under what they are: padding makes no other text. */
test.each([
  [[101, 7, 1, 1], [101, 7, 0, 0], 'another padding id'],
  [[101, 7, 0, 0, 0], [101, 7, 0, 0], 'other padding'],
  [[0, 0, 101, 7], [101, 7, 0, 0], 'other padding'],
  [[101, 8, 0, 0], [101, 7, 0, 0], 'another text'],
  [[1, 1, 1, 1], [1, 1, 0, 0], 'another mask'],
] as const)('the heading of %j against %j is %s', async (deployed, recorded, heading) => {
  const report = await compareFiles(DEMO.healthy, DEMO.dump);
  const masks = relateMasks(deployed, recorded);
  const steps = masks.length > 0 ? masks : relateTokens(deployed, recorded);
  const [first, ...others] = report.inputs;
  const lines = summaryLines({ ...report, inputs: [{ ...first!, differs: true, steps }, ...others] }, PLAIN);
  expect(lines).toContain(`  input ${first?.name ?? ''}: ${heading}`);
});

test.each([
  [0.0039, "flipped left to right, residual 0.0039 (in the input's own units)"],
  [0, 'flipped left to right, residual 0'],
])('a residual of %d is told in the units of the input', async (residual, expected) => {
  const report = await compareFiles(DEMO.healthy, DEMO.dump);
  const [first, ...others] = report.inputs;
  const text = `flipped left to right, residual ${residual}`;
  const sides = { dtype: 'float32', dims: [1] };
  const explanation = {
    difference: { deployed: sides, recorded: sides, max: 1, mean: 1, share: 1, text: '' },
    best: { steps: [], residual, residualShare: 0, text },
    rivals: [],
    sides: undefined,
    note: undefined,
  };
  const inputs = [{ ...first!, differs: true, explanation }, ...others];
  expect(summaryLines({ ...report, inputs }, PLAIN)).toContain(`  input ${first?.name ?? ''}: ${expected}`);
});
