import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLAIN, summaryLines } from '../../../src/engine/report/index.ts';
import type { CompareOptions } from '../../../src/shared/progress.ts';
import type { Report } from '../../../src/shared/report.ts';
import { buildModel, writeSafetensors } from '../../support/build-model.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { exportFile } from '../../support/demo.ts';
import { recordedOutput } from '../../support/recorded-output.ts';
import { writeDump } from '../../support/write-dump.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-kinds-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

describe('missing-operation', () => {
  /** PyTorch: b(a(x) + 1) with a = relu, b = neg; the export has lost the + 1. */
  function lost(): Promise<Report> {
    buildModel(
      {
        nodes: [
          { op: 'Relu', name: '/a/Relu', inputs: ['x'], outputs: ['/a/Relu_output_0'] },
          { op: 'Neg', name: '/b/Neg', inputs: ['/a/Relu_output_0'], outputs: ['y'] },
        ],
        inputs: { x: [4] },
        outputs: ['y'],
      },
      at('lost.onnx'),
    );
    writeDump(
      {
        modules: [
          { path: '', class: 'Net' },
          { path: 'a', class: 'ReLU' },
          { path: 'b', class: 'Neg' },
        ],
        samples: [
          {
            tensors: {
              x: { dims: [4], values: [-1, 2, 3, -4] },
              a: { dims: [4], values: [0, 2, 3, 0] },
              moved: { dims: [4], values: [1, 3, 4, 1] },
              y: { dims: [4], values: [-1, -3, -4, -1] },
            },
            entries: [
              ['#0:input.0', 'x'],
              ['a#0:input.0', 'x'],
              ['a#0:output.0', 'a'],
              ['b#0:input.0', 'moved'],
              ['b#0:output.0', 'y'],
              ['#0:output.0', 'y'],
            ],
            inputs: { x: '#0:input.0' },
            outputs: { y: '#0:output.0' },
          },
        ],
      },
      at('lost'),
    );
    return compareFiles(at('lost.onnx'), at('lost'));
  }

  test('names the modules between which PyTorch does something, and blames no node', async () => {
    const { verdict, tensors } = await lost();
    expect(verdict.kinds).toEqual(['missing-operation']);
    expect(verdict.sites).toHaveLength(1);
    expect(verdict.sites[0]).toMatchObject({
      kind: 'missing-operation',
      tensor: '/a/Relu_output_0',
      scope: 'between a and b',
      nodes: ['/a/Relu'],
    });
    expect(verdict.sentence).toContain('between a and b');
    expect(verdict.sites[0]?.evidence[0]).toContain('a#0:output.0 and b#0:input.0 differ in every element');
    // Fed what b was fed, −x is right: the 1 is inherited.
    expect(tensors.map((row) => [row.name, row.state])).toEqual([
      ['/a/Relu_output_0', 'equal'],
      ['y', 'inherited'],
    ]);
    expect(tensors[1]?.local?.maxAbs).toBe(0);
    expect(tensors[1]?.total?.maxAbs).toBe(1);
  });
});

describe('weights-differ', () => {
  const w = [1, 2, 3, 4, 5, 6];
  /** y = x·w; [1 2 3]·w = [22 28]. */
  function linear(recorded: readonly number[], x: readonly number[], y: readonly number[]): Promise<Report> {
    buildModel(
      {
        nodes: [{ op: 'MatMul', name: '/fc/MatMul', inputs: ['x', 'fc.weight'], outputs: ['y'] }],
        inputs: { x: [1, 3] },
        outputs: ['y'],
        weights: { 'fc.weight': { dims: [3, 2], values: w } },
      },
      at('linear.onnx'),
    );
    writeDump(
      {
        modules: [
          { path: '', class: 'Net' },
          { path: 'fc', class: 'Linear' },
        ],
        parameters: { 'fc.weight': { dims: [3, 2], values: recorded } },
        samples: [
          {
            tensors: { x: { dims: [1, 3], values: x }, y: { dims: [1, 2], values: y } },
            entries: [
              ['#0:input.0', 'x'],
              ['fc#0:input.0', 'x'],
              ['fc#0:output.0', 'y'],
              ['#0:output.0', 'y'],
            ],
            inputs: { x: '#0:input.0' },
            outputs: { y: '#0:output.0' },
          },
        ],
      },
      at('linear'),
    );
    return compareFiles(at('linear.onnx'), at('linear'));
  }

  test('the same values match', async () => {
    const { verdict, weights } = await linear(w, [1, 2, 3], [22, 28]);
    expect(verdict).toMatchObject({ kinds: ['no-fault'], detail: 'equal' });
    expect(weights).toMatchObject({ matched: 1, of: 1, differing: [] });
  });

  test('a changed one is named, and the node that reads it is the site', async () => {
    // 3 was recorded as 3.5: the second element of x weighs it with 2.
    const { verdict, weights } = await linear([1, 2, 3.5, 4, 5, 6], [1, 2, 3], [23, 28]);
    expect(verdict.kinds).toEqual(['weights-differ']);
    expect(verdict.sentence).toContain('fc.weight');
    expect(weights).toMatchObject({ matched: 0, of: 1 });
    expect(weights.differing[0]).toMatchObject({
      initializer: 'fc.weight',
      parameter: 'fc.weight',
      nodes: ['/fc/MatMul'],
    });
    expect(verdict.sites[0]).toMatchObject({ kind: 'weights-differ', node: '/fc/MatMul', scope: 'fc' });
    expect(verdict.sites[0]?.evidence[0]).toMatch(/^weight fc\.weight: /);
  });

  test('it is said even where the recorded input does not show it', async () => {
    const { verdict, tensors } = await linear([1, 2, 3.5, 4, 5, 6], [1, 0, 3], [16, 20]);
    expect(verdict.kinds).toEqual(['weights-differ']);
    expect(verdict.sites).toEqual([]);
    expect(tensors[0]?.state).toBe('equal');
  });
});

/** y = relu(x) on [1 −2 3]. */
function simple(options: Partial<CompareOptions> = {}): Promise<Report> {
  buildModel(
    { nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }], inputs: { x: [3] }, outputs: ['y'] },
    at('simple.onnx'),
  );
  writeSafetensors(
    { x: { dims: [3], values: [1, -2, 3] }, y: { dims: [3], values: [1, 0, 3] } },
    at('simple.safetensors'),
  );
  return compareFiles(at('simple.onnx'), at('simple.safetensors'), options);
}

describe('input-differs', () => {
  test.each([
    ['by a file of one tensor', 'x=', { any: { dims: [3], values: [1, -2, 3.5] } }],
    ['by the name of its entry', '', { x: { dims: [3], values: [1, -2, 3.5] } }],
  ])('%s: said, and the model judged on what PyTorch was fed', async (_, prefix, tensors) => {
    writeSafetensors(tensors, at('fed.safetensors'));
    const {
      verdict,
      inputs,
      tensors: rows,
    } = await simple({ inputs: [`${prefix}${at('fed.safetensors')}`] });
    expect(verdict.kinds).toEqual(['input-differs']);
    expect(verdict.sentence).toContain('x (max 0.5)');
    expect(inputs[0]?.difference).toMatchObject({
      count: 3,
      maxAbs: 0.5,
      worst: { index: 2, candidate: 3.5, reference: 3 },
    });
    expect(rows[0]).toMatchObject({ state: 'equal' });
  });

  test('the same values are no difference', async () => {
    writeSafetensors({ x: { dims: [3], values: [1, -2, 3] } }, at('fed.safetensors'));
    const { verdict, inputs } = await simple({ inputs: [at('fed.safetensors')] });
    expect(verdict.kinds).toEqual(['no-fault']);
    expect(inputs[0]?.difference).toMatchObject({ unequal: 0, maxAbs: 0 });
  });
});

describe('--deployed', () => {
  const compare = (deployed: string | undefined): Promise<Report> =>
    compareFiles(exportFile('residual/ts17.onnx'), exportFile('residual/dump'), { deployed, sample: 0 });
  const stateLine = (report: Report): string => summaryLines(report, PLAIN)[2] ?? '';
  const logits = (): number[] => [...recordedOutput(exportFile('residual/dump'))];

  test('yes: a recorded session gave what this run gives', async () => {
    const report = await compare(exportFile('residual/dump-session'));
    expect(report.observer.deployed?.reproduced).toBe(true);
    expect(report.observer.deployed?.relativeL2).toBeLessThan(1e-6);
    expect(stateLine(report)).toContain('reproduces deployed outputs: yes');
  });

  test('no: the deployed outputs are off by a percent', async () => {
    writeSafetensors(
      { logits: { dims: [1, 10], values: logits().map((value) => value * 1.01) } },
      at('off.safetensors'),
    );
    const report = await compare(at('off.safetensors'));
    expect(report.observer.deployed?.reproduced).toBe(false);
    expect(report.observer.deployed?.relativeL2).toBeCloseTo(0.01, 5);
    expect(stateLine(report)).toContain('reproduces deployed outputs: no (');
    // What the graph does is another question, and answered.
    expect(report.verdict.kind).toBe('no-fault');
  });

  test('no: the deployed outputs hold a NaN that this run does not', async () => {
    writeSafetensors(
      { logits: { dims: [1, 10], values: [NaN, ...logits().slice(1)] } },
      at('nan.safetensors'),
    );
    const report = await compare(at('nan.safetensors'));
    expect(report.observer.deployed?.reproduced).toBe(false);
  });

  test('unknown: not asked, or nothing there to tell by', async () => {
    expect(stateLine(await compare(undefined))).toContain('reproduces deployed outputs: unknown');
    writeSafetensors({ other: { dims: [1], values: [0] } }, at('other.safetensors'));
    expect(stateLine(await compare(at('other.safetensors')))).toContain(
      'reproduces deployed outputs: unknown',
    );
  });
});

describe('not-comparable', () => {
  test('three of many tensors are too few, however well they agree', async () => {
    const image = recordedOutput(exportFile('residual/dump'), '#0:input.0');
    const strangers = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`other.${index}`, { dims: [3], values: [index, 1, 2] }]),
    );
    const logits = { dims: [1, 10], values: recordedOutput(exportFile('residual/dump')) };
    const pool = {
      dims: [1, 8, 1, 1],
      values: recordedOutput(exportFile('residual/dump'), 'pool#0:output.0'),
    };
    const head = logits;
    writeSafetensors(
      { image: { dims: [1, 3, 16, 12], values: image }, pool, head, logits, ...strangers },
      at('few.safetensors'),
    );
    const { verdict, coverage } = await compareFiles(exportFile('residual/ts17.onnx'), at('few.safetensors'));
    expect(verdict.kinds).toEqual(['not-comparable']);
    expect(verdict.sentence).toContain('--min-coverage 0.8');
    expect(verdict.next[0]).toContain('--write-map map.json');
    expect(coverage.unmatched.reference.map((entry) => entry.entry).sort()).toEqual(
      Object.keys(strangers).sort(),
    );
    const lenient = await compareFiles(exportFile('residual/ts17.onnx'), at('few.safetensors'), {
      minCoverage: 0.1,
    });
    expect(lenient.verdict.kind).toBe('no-fault');
  });

  test('a graph output that the reference does not have is told', async () => {
    buildModel(
      {
        nodes: [
          { op: 'Relu', inputs: ['x'], outputs: ['y'] },
          { op: 'Neg', inputs: ['x'], outputs: ['z'] },
        ],
        inputs: { x: [3] },
        outputs: ['y', 'z'],
      },
      at('outputs.onnx'),
    );
    await simple();
    const { verdict, coverage } = await compareFiles(at('outputs.onnx'), at('simple.safetensors'));
    expect(verdict.kinds).toEqual(['not-comparable']);
    expect(verdict.sentence).toContain('only 1 of 2 graph outputs');
    expect(coverage.graphOutputs).toEqual({ total: 2, compared: 1 });
  });

  test('a graph output that was recorded in another shape is told as that', async () => {
    buildModel(
      {
        nodes: [
          { op: 'Relu', name: '/a/Relu', inputs: ['x'], outputs: ['y'] },
          { op: 'Slice', name: '/b/Slice', inputs: ['x', 'from', 'to'], outputs: ['z'] },
        ],
        inputs: { x: [3] },
        outputs: ['y', 'z'],
        weights: {
          from: { dims: [1], values: [0], int64: true },
          to: { dims: [1], values: [2], int64: true },
        },
      },
      at('shorter.onnx'),
    );
    const x = { dims: [3], values: [1, -2, 3] };
    writeDump(
      {
        samples: [
          {
            tensors: { x, y: { dims: [3], values: [1, 0, 3] } },
            entries: [
              ['#0:input.0', 'x'],
              ['a#0:output.0', 'y'],
              ['#0:output.0', 'y'],
              ['#0:output.1', 'x'],
            ],
            inputs: { x: '#0:input.0' },
            outputs: { '0': '#0:output.0', '1': '#0:output.1' },
          },
        ],
      },
      at('shorter'),
    );
    const { verdict } = await compareFiles(at('shorter.onnx'), at('shorter'));
    expect(verdict.kinds).toEqual(['not-comparable']);
    expect(verdict.sentence).toContain('one has another shape: z [2] where PyTorch gives [3]');
  });

  test('a last node that the reference does not have is at fault, not out of sight', async () => {
    // PyTorch ends at relu; what it calls y the candidate has as h, and its own y is something else.
    buildModel(
      {
        nodes: [
          { op: 'Relu', inputs: ['x'], outputs: ['h'] },
          { op: 'Neg', inputs: ['h'], outputs: ['y'] },
        ],
        inputs: { x: [3] },
        outputs: ['y'],
      },
      at('longer.onnx'),
    );
    await simple();
    const { verdict } = await compareFiles(at('longer.onnx'), at('simple.safetensors'));
    expect(verdict.kinds, verdict.sentence).toEqual(['introduced']);
    expect(verdict.sites[0]?.nodes).toContain('n1');
  });
});

describe('names of files in sentences, findings and evidence', () => {
  const EVIL = 'a\u0007b\u001b[2Jc\u202e\nd';
  const SHOWN = 'a\\u0007b\\u001b[2Jc\\u202e d';
  const RAW = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
  const one = { dims: [2], values: [1, -2] };

  /** The recorded value of `h = −x`, whose name and whose node are evil, and of `y = relu(h)`. */
  const compareEvil = (
    h: readonly number[],
    y: Readonly<Record<string, readonly number[]>>,
  ): Promise<Report> => {
    buildModel(
      {
        nodes: [
          { op: 'Neg', name: `neg ${EVIL}`, inputs: ['x'], outputs: [`h ${EVIL}`] },
          { op: 'Relu', name: `relu ${EVIL}`, inputs: [`h ${EVIL}`], outputs: [`y ${EVIL}`] },
        ],
        inputs: { x: [2] },
        outputs: [`y ${EVIL}`],
      },
      at('evil.onnx'),
    );
    const named = Object.entries(y).map(([name, values]) => [name, { dims: [2], values }] as const);
    writeSafetensors(
      { x: one, [`h ${EVIL}`]: { dims: [2], values: h }, ...Object.fromEntries(named) },
      at('evil.safetensors'),
    );
    return compareFiles(at('evil.onnx'), at('evil.safetensors'));
  };
  const texts = ({ verdict, findings }: Report): string[] => [
    verdict.sentence,
    ...findings.map((finding) => finding.text),
    ...verdict.sites.flatMap((site) => site.evidence),
  ];

  test.each([
    ['a fault', [-1, 3], { [`y ${EVIL}`]: [0, 3] }, `introduced at Neg neg ${SHOWN}`],
    ['an error that is absorbed', [-9, 2], { [`y ${EVIL}`]: [0, 2] }, `h ${SHOWN} differs from h ${SHOWN}`],
    ['no output', [-1, 2], {}, `nothing recorded stands for y ${SHOWN}`],
  ])('hold no control characters: %s', async (_, h, y, says) => {
    const all = texts(await compareEvil(h, y));
    expect(all.join('\n')).toContain(says);
    expect(all.filter((text) => RAW.test(text))).toEqual([]);
  });
});
