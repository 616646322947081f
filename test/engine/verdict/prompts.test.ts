import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import type { NodeSpec } from '../../support/build-model.ts';
import { buildModel } from '../../support/build-model.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { writeDump } from '../../support/write-dump.ts';

/**
 * A guided block as in YOLO-World's neck, by hand: a = max over prompts of (−x · guide), out = sigmoid(a) · −x.
 * The prompts are baked into the graph; PyTorch was given others.
 */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-prompts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Matrix = readonly (readonly number[])[];

const WIDTH = 4;
const X: Matrix = [
  [0.5, -1, 2, 0.25],
  [1.5, 0.75, -0.5, 1],
  [-2, 0.1, 0.3, 0.2],
];
const PROMPTS: Matrix = [
  [0.5, 0.5, 0.5, 0.5],
  [0.8, 0, 0.6, 0],
  [0, -0.6, 0, 0.8],
];
const BLANK = [0.1, 0.7, 0.1, 0.7];

const NODES: readonly NodeSpec[] = [
  { op: 'Neg', name: '/stem/Neg', inputs: ['x'], outputs: ['r'] },
  {
    op: 'Transpose',
    name: '/guided/Transpose',
    inputs: ['guide'],
    outputs: ['g'],
    attributes: { perm: [0, 2, 1] },
  },
  { op: 'MatMul', name: '/guided/MatMul', inputs: ['r', 'g'], outputs: ['s'] },
  {
    op: 'ReduceMax',
    name: '/guided/ReduceMax',
    inputs: ['s'],
    outputs: ['a'],
    attributes: { axes: [2], keepdims: 1 },
  },
  { op: 'Sigmoid', name: '/guided/Sigmoid', inputs: ['a'], outputs: ['w'] },
  { op: 'Mul', name: '/guided/Mul', inputs: ['r', 'w'], outputs: ['y'] },
];

/** The same with a view whose size the exporter froze. */
const FROZEN: readonly NodeSpec[] = [
  NODES[0] as NodeSpec,
  { op: 'Reshape', name: '/guided/Reshape', inputs: ['guide', 'shape'], outputs: ['view'] },
  { ...(NODES[1] as NodeSpec), inputs: ['view'] },
  ...NODES.slice(2),
];

interface Case {
  readonly baked: Matrix;
  readonly recorded?: Matrix;
  readonly frozen?: boolean;
}

async function judged({ baked, recorded = PROMPTS, frozen = false }: Case): Promise<Report> {
  const model = join(folder, 'model.onnx');
  const dump = join(folder, 'dump');
  buildModel(
    {
      nodes: frozen ? FROZEN : NODES,
      inputs: { x: [1, X.length, WIDTH] },
      outputs: ['y'],
      weights: {
        guide: { dims: [1, baked.length, WIDTH], values: baked.flat() },
        ...(frozen ? { shape: { dims: [3], values: [1, baked.length, WIDTH], int64: true } } : {}),
      },
    },
    model,
  );
  const negated = X.map((row) => row.map((value) => -value));
  const y = negated.map((row) => {
    const scores = recorded.map((prompt) =>
      prompt.reduce((sum, value, at) => sum + value * (row[at] ?? 0), 0),
    );
    const weight = 1 / (1 + Math.exp(-Math.max(...scores)));
    return row.map((value) => value * weight);
  });
  const tensor = (rows: Matrix): { dims: number[]; values: number[] } => ({
    dims: [1, rows.length, WIDTH],
    values: rows.flat(),
  });
  writeDump(
    {
      samples: [
        {
          tensors: { x: tensor(X), text: tensor(recorded), r: tensor(negated), y: tensor(y) },
          entries: [
            ['#0:input.0', 'x'],
            ['#0:input.1', 'text'],
            ['stem#0:input.0', 'x'],
            ['stem#0:output.0', 'r'],
            ['guided#0:input.0', 'r'],
            ['guided#0:input.1', 'text'],
            ['guided#0:output.0', 'y'],
            ['#0:output.0', 'y'],
          ],
          inputs: { x: '#0:input.0', text: '#0:input.1' },
          outputs: { '0': '#0:output.0' },
        },
      ],
      modules: [
        { path: '', class: 'Net' },
        { path: 'stem', class: 'Negate' },
        { path: 'guided', class: 'Guided' },
      ],
    },
    dump,
  );
  return compareFiles(model, dump);
}

const last = PROMPTS[2] ?? [];

describe('a prompt that is baked into the graph', () => {
  test.each<readonly [string, Case, RegExp, 'input-differs' | 'no-fault']>([
    ['padded with zeros', { baked: [...PROMPTS, [0, 0, 0, 0]] }, /padded with zeros/, 'input-differs'],
    ['padded with the last prompt', { baked: [...PROMPTS, last] }, /padded with the last prompt/, 'no-fault'],
    [
      'padded with other prompts',
      { baked: [...PROMPTS, BLANK] },
      /padded with other prompts/,
      'input-differs',
    ],
    [
      'unnormalised',
      { baked: PROMPTS.map((row) => row.map((value) => 3 * value)) },
      /not L2-normalised/,
      'input-differs',
    ],
    ['reversed', { baked: [...PROMPTS].reverse() }, /reverse order/, 'no-fault'],
    ['dropped', { baked: [PROMPTS[0] ?? [], last] }, /without PyTorch's row 1/, 'input-differs'],
    [
      'exported without the blank one',
      { baked: PROMPTS, recorded: [...PROMPTS, BLANK] },
      /without PyTorch's row 3/,
      'input-differs',
    ],
    [
      'the same with a frozen view',
      { baked: PROMPTS, recorded: [...PROMPTS, BLANK], frozen: true },
      /without PyTorch's row 3/,
      'input-differs',
    ],
  ])('%s', async (_, how, text, kind) => {
    const { verdict, inputStage, tensors, findings } = await judged(how);
    const [prompt, ...others] = inputStage.prompts;
    expect(others).toEqual([]);
    expect(prompt).toMatchObject({ tensor: 'guide', held: 'initializer', refused: undefined });
    expect(prompt?.text).toMatch(text);
    expect(verdict.kinds).toEqual([kind]);
    expect(verdict.sites).toEqual([]);
    expect(findings.filter((finding) => finding.kind === 'prompt')).toHaveLength(1);
    // The maximum over prompts takes a blank one, and nothing else does.
    const isTold = prompt?.steps.some(({ fix }) => fix.includes('--add-padding'));
    expect(isTold).toBe(how.recorded?.at(-1) === BLANK);
    // Judged on PyTorch's prompt, every node is right.
    expect(tensors.filter(({ state }) => state === 'introduced')).toEqual([]);
    if (kind === 'no-fault') return;
    expect(verdict.sentence).toMatch(text);
    expect(verdict.sentence).toContain('no node is at fault');
    const isLonger = how.baked.length !== (how.recorded ?? PROMPTS).length;
    expect(prompt?.firstMismatch).toBe(
      isLonger ? (how.frozen === true ? '/guided/Reshape' : '/guided/Transpose') : undefined,
    );
    expect(prompt?.reductions.map(({ node }) => node)).toEqual(isLonger ? ['/guided/ReduceMax'] : []);
    expect(prompt?.effects[0]).toMatchObject({ output: 'y', reached: true });
    expect(prompt?.effects[0]?.relativeL2).toBeGreaterThan(1e-4);
  });

  test('equal to PyTorch’s is not mentioned', async () => {
    const { verdict, inputStage } = await judged({ baked: PROMPTS });
    expect(verdict.kind).toBe('no-fault');
    expect(inputStage.prompts).toEqual([]);
  });
});
