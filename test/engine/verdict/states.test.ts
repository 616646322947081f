import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report, TensorRow } from '../../../src/shared/report.ts';
import type { ModelSpec, NamedTensor } from '../../support/build-model.ts';
import { buildModel, writeSafetensors } from '../../support/build-model.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { halfBits } from '../../support/half.ts';
import { seeded } from '../../support/random.ts';
import { writeDump } from '../../support/write-dump.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-states-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

function compare(spec: ModelSpec, tensors: Readonly<Record<string, NamedTensor>>): Promise<Report> {
  buildModel(spec, at('model.onnx'));
  writeSafetensors(tensors, at('dump.safetensors'));
  return compareFiles(at('model.onnx'), at('dump.safetensors'));
}

function rowOf(report: Report, name: string): TensorRow {
  const row = report.tensors.find((one) => one.name === name);
  if (row === undefined) throw new Error(`no row ${name}`);
  return row;
}

const states = (report: Report): [string, string][] => report.tensors.map((row) => [row.name, row.state]);

describe('two samples', () => {
  /** PyTorch divides by max(x); the export has baked in the first sample's 4. The second's maximum is 8. */
  function baked(): Promise<Report> {
    buildModel(
      {
        nodes: [{ op: 'Div', name: '/scale/Div', inputs: ['x', 'most'], outputs: ['y'] }],
        inputs: { x: [2] },
        outputs: ['y'],
        weights: { most: { dims: [], values: [4] } },
      },
      at('baked.onnx'),
    );
    const sample = (x: readonly number[], y: readonly number[]) => ({
      tensors: { x: { dims: [2], values: x }, y: { dims: [2], values: y } },
      entries: [
        ['#0:input.0', 'x'],
        ['scale#0:input.0', 'x'],
        ['scale#0:output.0', 'y'],
        ['#0:output.0', 'y'],
      ] as const,
      inputs: { x: '#0:input.0' },
      outputs: { y: '#0:output.0' },
    });
    writeDump({ samples: [sample([2, 4], [0.5, 1]), sample([8, 4], [1, 0.5])] }, at('baked'));
    return compareFiles(at('baked.onnx'), at('baked'));
  }

  test('one that diverges decides, and the other is told', async () => {
    const report = await baked();
    expect(report.verdict.kinds).toEqual(['introduced']);
    expect(report.verdict.sites).toHaveLength(1);
    expect(report.verdict.sites[0]).toMatchObject({ node: '/scale/Div', sample: 1 });
    expect(report.samples.map((sample) => [sample.index, sample.kind, sample.sites])).toEqual([
      [0, 'no-fault', []],
      [1, 'introduced', ['/scale/Div']],
    ]);
    // 8/4 and 4/4 where 1 and 0.5 are right: everything twice as large, relative L2 1.
    expect(rowOf(report, 'y')).toMatchObject({
      state: 'introduced',
      sample: 1,
      overSamples: {
        min: 0,
        max: 1,
        mean: 0.5,
        each: [
          { sample: 0, relativeL2: 0 },
          { sample: 1, relativeL2: 1 },
        ],
      },
    });
    expect(rowOf(report, 'y').total).toMatchObject({
      relativeL2: 1,
      maxAbs: 1,
      worst: { index: 0, candidate: 2, reference: 1 },
    });
  });

  test('--sample 0 does not see it', async () => {
    await baked();
    const report = await compareFiles(at('baked.onnx'), at('baked'), { sample: 0 });
    expect(report.verdict).toMatchObject({ kinds: ['no-fault'], detail: 'equal' });
    expect(report.samples.map((sample) => sample.index)).toEqual([0]);
  });
});

/** y = 1·x − c with c near 1: an error of one bit in 1·x is hundreds of times as large in y. */
describe('several samples of rounding', () => {
  const c = Math.fround(0.999);
  const bit = 2 ** -23;

  /** What was recorded of `h = 1·x` and of `y`, one pair a sample; x is 1 throughout, so the candidate has 1 and 1 − c. */
  function cancelled(recorded: readonly (readonly [h: number, y: number])[]): Promise<Report> {
    buildModel(
      {
        nodes: [
          { op: 'Mul', name: '/a/Mul', inputs: ['x', 'one'], outputs: ['h'] },
          { op: 'Sub', name: '/b/Sub', inputs: ['h', 'c'], outputs: ['y'] },
        ],
        inputs: { x: [1] },
        outputs: ['y'],
        weights: { one: { dims: [1], values: [1] }, c: { dims: [1], values: [c] } },
      },
      at('cancelled.onnx'),
    );
    const one = (value: number) => ({ dims: [1], values: [value] });
    const samples = recorded.map(([h, y]) => ({
      tensors: { x: one(1), h: one(h), y: one(y) },
      entries: [
        ['#0:input.0', 'x'],
        ['a#0:output.0', 'h'],
        ['b#0:output.0', 'y'],
        ['#0:output.0', 'y'],
      ] as const,
      inputs: { x: '#0:input.0' },
      outputs: { y: '#0:output.0' },
    }));
    writeDump({ samples }, at('cancelled'));
    return compareFiles(at('cancelled.onnx'), at('cancelled'));
  }

  test('the sentence has the largest error of all samples, not that of the one that decides', async () => {
    const report = await cancelled([
      // Own error at y, half a bit of c; what came in is exact.
      [1, 1 - c + bit / 2],
      // No own error at y; what came in is off by a bit.
      [1 + bit, 1 + bit - c],
    ]);
    // By hand: bit ÷ (1 + bit − c) = 1.192e-7 ÷ 1.000117e-3, and half of that for the first.
    expect(report.samples.map((sample) => sample.worstOutput?.relativeL2)).toEqual([
      expect.closeTo(bit / 2 / (1 - c + bit / 2), 9),
      expect.closeTo(bit / (1 + bit - c), 9),
    ]);
    expect(rowOf(report, 'y').sample).toBe(0);
    expect(report.verdict.kinds).toEqual(['no-fault']);
    expect(report.verdict.sentence).toContain('at most 1.19e-4 at the outputs');
  });

  test('outputs are equal if they are on every sample', async () => {
    const report = await cancelled([
      [1, 1 - c],
      [1 + bit, 1 + bit - c],
    ]);
    expect(report.verdict).toMatchObject({ kinds: ['no-fault'], detail: 'noise' });
  });

  test('what amplifies on several samples is listed once, with its largest gain', async () => {
    const report = await cancelled([
      [1.02, 1.02 - c],
      [1.01, 1.01 - c],
    ]);
    expect(report.samples.map((sample) => sample.sites)).toEqual([['/a/Mul'], ['/a/Mul']]);
    // d/(h − c) at y for d/h at h: the gain is h/(h − c), 1.01/0.011 and 1.02/0.021.
    expect(report.amplifiers).toEqual([
      { tensor: 'y', node: '/b/Sub', gain: expect.closeTo(1.01 / (1.01 - c), 2) as number },
    ]);
  });
});

test('an error in negatives before a Relu is absorbed: a finding, no site', async () => {
  const report = await compare(
    {
      nodes: [
        { op: 'Mul', inputs: ['x', 'w'], outputs: ['h'] },
        { op: 'Relu', inputs: ['h'], outputs: ['y'] },
      ],
      inputs: { x: [3] },
      outputs: ['y'],
      weights: { w: { dims: [3], values: [1, 2, 1] } },
    },
    // PyTorch multiplied by 1 throughout.
    {
      x: { dims: [3], values: [3, -1, 2] },
      h: { dims: [3], values: [3, -1, 2] },
      y: { dims: [3], values: [3, 0, 2] },
    },
  );
  expect(report.verdict.kinds).toEqual(['no-fault']);
  expect(report.verdict.sites).toEqual([]);
  expect(report.findings.map((finding) => [finding.kind, finding.severity, finding.subject])).toEqual([
    ['absorbed', 'warning', 'h'],
    ['dump:one-sample', 'info', ''],
  ]);
  expect(states(report)).toEqual([
    ['h', 'introduced'],
    ['y', 'equal'],
  ]);
});

describe('NaN', () => {
  const LOG: ModelSpec = {
    nodes: [
      { op: 'Log', inputs: ['x'], outputs: ['l'] },
      { op: 'Neg', inputs: ['l'], outputs: ['m'] },
      { op: 'Add', inputs: ['m', 'one'], outputs: ['y'] },
    ],
    inputs: { x: [2] },
    outputs: ['y'],
    weights: { one: { dims: [1], values: [1] } },
  };

  test('is introduced where it is born and inherited after', async () => {
    // PyTorch took log(|x|): log 1 = 0.
    const report = await compare(LOG, {
      x: { dims: [2], values: [-1, 1] },
      l: { dims: [2], values: [0, 0] },
      m: { dims: [2], values: [0, 0] },
      y: { dims: [2], values: [1, 1] },
    });
    expect(states(report)).toEqual([
      ['l', 'introduced'],
      ['m', 'inherited'],
      ['y', 'inherited'],
    ]);
    expect(report.verdict.sites).toHaveLength(1);
    expect(report.verdict.sites[0]).toMatchObject({ node: 'n0', opType: 'Log', tensor: 'l' });
    expect(report.verdict.sites[0]?.evidence.join('\n')).toContain(
      '1 of 2 elements are NaN or infinite on one side only',
    );
    expect(rowOf(report, 'l').total).toMatchObject({
      nonFiniteMismatch: 1,
      sqnr: -Infinity,
      worst: { index: 0, candidate: NaN, reference: 0 },
    });
    expect(rowOf(report, 'm').local).toMatchObject({ nonFiniteMismatch: 0, maxAbs: 0 });
  });

  test('on both sides is equal', async () => {
    const nan = { dims: [2], values: [NaN, 0] };
    const report = await compare(LOG, {
      x: { dims: [2], values: [-1, 1] },
      l: nan,
      m: nan,
      y: { dims: [2], values: [NaN, 1] },
    });
    expect(report.verdict).toMatchObject({ kinds: ['no-fault'], detail: 'equal' });
  });

  test('of the reference alone is introduced as well', async () => {
    const report = await compare(LOG, {
      x: { dims: [2], values: [1, 1] },
      l: { dims: [2], values: [NaN, 0] },
      m: { dims: [2], values: [NaN, 0] },
      y: { dims: [2], values: [NaN, 1] },
    });
    expect(states(report)[0]).toEqual(['l', 'introduced']);
    expect(report.verdict.kinds).toEqual(['introduced']);
  });
});

test('an index that differs by one is introduced, what it selects is inherited', async () => {
  buildModel(
    {
      nodes: [
        {
          op: 'ArgMax',
          name: '/pick/ArgMax',
          inputs: ['x'],
          outputs: ['/pick/ArgMax_output_0'],
          attributes: { axis: 0, keepdims: 0 },
        },
        { op: 'Gather', name: '/table/Gather', inputs: ['rows', '/pick/ArgMax_output_0'], outputs: ['y'] },
      ],
      inputs: { x: [3] },
      outputs: ['y'],
      weights: { rows: { dims: [3, 2], values: [1, 2, 3, 4, 5, 6] } },
    },
    at('index.onnx'),
  );
  writeDump(
    {
      modules: [
        { path: '', class: 'Net' },
        { path: 'pick', class: 'Pick' },
        { path: 'table', class: 'Embedding' },
      ],
      samples: [
        {
          tensors: {
            x: { dims: [3], values: [1, 7, 7] },
            // The last of equal maxima; ONNX takes the first.
            index: { dtype: 'int64', dims: [], values: [2] },
            y: { dims: [2], values: [5, 6] },
          },
          entries: [
            ['#0:input.0', 'x'],
            ['pick#0:input.0', 'x'],
            ['pick#0:output.0', 'index'],
            ['table#0:input.0', 'index'],
            ['table#0:output.0', 'y'],
            ['#0:output.0', 'y'],
          ],
          inputs: { x: '#0:input.0' },
          outputs: { y: '#0:output.0' },
        },
      ],
    },
    at('index'),
  );
  const report = await compareFiles(at('index.onnx'), at('index'));
  expect(states(report)).toEqual([
    ['/pick/ArgMax_output_0', 'introduced'],
    ['y', 'inherited'],
  ]);
  expect(report.verdict.sites.map((site) => site.node)).toEqual(['/pick/ArgMax']);
  expect(rowOf(report, '/pick/ArgMax_output_0').total).toMatchObject({ unequal: 1, maxAbs: 1 });
  // Fed index 2 the table gives its third row, as recorded.
  expect(rowOf(report, 'y').local).toMatchObject({ maxAbs: 0, unequal: 0 });
});

describe('float16 against a float32 dump', () => {
  const [rows, width, classes] = [4, 64, 16];
  const random = seeded(7);
  const floats = (count: number, size: number): Float32Array =>
    Float32Array.from({ length: count }, () => (random() * 2 - 1) * size);
  const x = floats(rows * width, 1);
  const first = floats(width * width, 0.2);
  const second = floats(width * classes, 0.2);

  function product(a: Float32Array, b: Float32Array, inner: number): Float32Array {
    const columns = b.length / inner;
    return Float32Array.from({ length: (a.length / inner) * columns }, (_, index) => {
      const [row, column] = [Math.floor(index / columns), index % columns];
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += (a[row * inner + k] ?? 0) * (b[k * columns + column] ?? 0);
      return sum;
    });
  }

  /** float32 reference by hand; the candidate holds the weights `w2` rounded to float16 and computes in it. */
  function halved(w2: Float32Array): Promise<Report> {
    const a = product(x, first, width);
    const h = a.map((value) => Math.max(value, 0));
    const y = product(h, second, width);
    const bits = (values: Float32Array): number[] => [...values].map(halfBits);
    return compare(
      {
        nodes: [
          { op: 'MatMul', inputs: ['x', 'w1'], outputs: ['a'] },
          { op: 'Relu', inputs: ['a'], outputs: ['h'] },
          { op: 'MatMul', inputs: ['h', 'w2'], outputs: ['y'] },
        ],
        inputs: { x: [rows, width] },
        float16Inputs: true,
        outputs: ['y'],
        weights: {
          w1: { dims: [width, width], values: bits(first), float16: true },
          w2: { dims: [width, classes], values: bits(w2), float16: true },
        },
      },
      {
        x: { dims: [rows, width], values: x },
        a: { dims: [rows, width], values: a },
        h: { dims: [rows, width], values: h },
        y: { dims: [rows, classes], values: y },
      },
    );
  }

  test('a healthy one introduces nothing', async () => {
    const report = await halved(second);
    expect(report.verdict.sites).toEqual([]);
    expect(report.verdict.kinds, report.verdict.sentence).not.toContain('introduced');
    expect(report.tensors.map((row) => row.dtype)).toEqual(['float16', 'float16', 'float16']);
    // It is float16 that was compared: the errors are there, far above float32's.
    expect(rowOf(report, 'y').total?.relativeL2).toBeGreaterThan(1e-5);
  });

  test('a weight off by 5 % of the largest is still found', async () => {
    const report = await halved(second.map((value, index) => (index === 100 ? value + 0.2 : value)));
    expect(report.verdict.kinds).toEqual(['introduced']);
    expect(report.verdict.sites.map((site) => site.node)).toEqual(['n2']);
  });
});

describe('layouts', () => {
  const [channels, height, width] = [2, 3, 4];
  const values = Array.from({ length: channels * height * width }, (_, index) => ((index * 7) % 24) - 12);
  const relu = values.map((value) => Math.max(value, 0));
  const SPEC: ModelSpec = {
    nodes: [
      { op: 'Relu', inputs: ['x'], outputs: ['h'] },
      { op: 'Neg', inputs: ['h'], outputs: ['y'] },
    ],
    inputs: { x: [1, channels, height, width] },
    outputs: ['y'],
  };
  const x = { dims: [1, channels, height, width], values };
  const minus = (one: readonly number[]): number[] => one.map((value) => -value);

  /** NCHW → NHWC by hand: element (h, w, c) is element (c, h, w). */
  function channelsLast(one: readonly number[], [c, h, w]: readonly [number, number, number]): number[] {
    return Array.from({ length: c * h * w }, (_, index) => {
      const [row, column, channel] = [Math.floor(index / (w * c)), Math.floor(index / c) % w, index % c];
      return one[(channel * h + row) * w + column] ?? NaN;
    });
  }

  test('channels last in the dump are a permutation, not an error', async () => {
    const dims = [1, height, width, channels];
    const report = await compare(SPEC, {
      x,
      h: { dims, values: channelsLast(relu, [channels, height, width]) },
      y: { dims, values: channelsLast(minus(relu), [channels, height, width]) },
    });
    expect(report.tensors.map((row) => row.pairs.map((pair) => pair.transform))).toEqual([
      [{ permutation: [0, 3, 1, 2] }],
      [{ permutation: [0, 3, 1, 2] }],
    ]);
    expect(report.verdict).toMatchObject({ kinds: ['no-fault'], detail: 'equal' });
    // Both runs: what was fed was turned as well.
    expect(rowOf(report, 'y').local?.maxAbs).toBe(0);
  });

  test('an error under a permutation is found at the candidate’s index', async () => {
    const dims = [1, height, width, channels];
    const wrong = [...relu];
    // (c, h, w) = (1, 2, 3), the last element of the candidate.
    wrong[23] = (wrong[23] ?? 0) + 5;
    const report = await compare(SPEC, {
      x,
      h: { dims, values: channelsLast(wrong, [channels, height, width]) },
      y: { dims, values: channelsLast(minus(wrong), [channels, height, width]) },
    });
    expect(rowOf(report, 'h')).toMatchObject({
      state: 'introduced',
      total: { maxAbs: 5, worst: { index: 23 } },
    });
    expect(rowOf(report, 'y').state).toBe('inherited');
  });

  test('the same elements in another shape are a reshape', async () => {
    const report = await compare(SPEC, {
      x,
      h: { dims: [channels, height * width], values: relu },
      y: { dims: [height * width * channels], values: minus(relu) },
    });
    expect(report.tensors.map((row) => row.pairs[0]?.transform)).toEqual(['reshape', 'reshape']);
    expect(report.verdict).toMatchObject({ kinds: ['no-fault'], detail: 'equal' });
  });

  /** h = relu(x) is 3×3×4, c is h without its last column, a cube: its dims say nothing of a layout. */
  const CUBE: ModelSpec = {
    nodes: [
      { op: 'Relu', inputs: ['x'], outputs: ['h'] },
      { op: 'Slice', inputs: ['h', 'from', 'to', 'axis'], outputs: ['c'] },
      { op: 'Neg', inputs: ['c'], outputs: ['y'] },
    ],
    inputs: { x: [1, 3, 3, 4] },
    outputs: ['y'],
    weights: {
      from: { dims: [1], values: [0], int64: true },
      to: { dims: [1], values: [3], int64: true },
      axis: { dims: [1], values: [3], int64: true },
    },
  };
  const wide = Array.from({ length: 36 }, (_, index) => ((index * 11) % 36) - 12);
  const wideRelu = wide.map((value) => Math.max(value, 0));
  const cube = wideRelu.filter((_, index) => index % 4 < 3);
  const turned = channelsLast(cube, [3, 3, 3]);

  test('a cube follows the layout of the tensors around it', async () => {
    const report = await compare(CUBE, {
      x: { dims: [1, 3, 3, 4], values: wide },
      h: { dims: [1, 3, 4, 3], values: channelsLast(wideRelu, [3, 3, 4]) },
      c: { dims: [1, 3, 3, 3], values: turned },
      y: { dims: [1, 3, 3, 3], values: minus(turned) },
    });
    expect(report.verdict.kinds, report.verdict.sentence).toEqual(['no-fault']);
    expect(rowOf(report, 'c').pairs[0]?.transform).toEqual({ permutation: [0, 3, 1, 2] });
  });

  test('alone in another order it is an error: a lost transpose looks the same', async () => {
    const report = await compare(CUBE, {
      x: { dims: [1, 3, 3, 4], values: wide },
      h: { dims: [1, 3, 3, 4], values: wideRelu },
      c: { dims: [1, 3, 3, 3], values: turned },
      y: { dims: [1, 3, 3, 3], values: minus(turned) },
    });
    expect(report.verdict.kinds).toEqual(['introduced']);
    expect(report.verdict.sites[0]).toMatchObject({ node: 'n1', opType: 'Slice' });
  });
});

describe('tensors that hold only NaN or infinities on both sides', () => {
  const at3 = (...values: readonly number[]): NamedTensor => ({ dims: [3], values });
  const some = at3(1, 2, 3);
  const [nan, inf] = [at3(NaN, NaN, NaN), at3(Infinity, -Infinity, NaN)];
  const negated = (input: string, output: string): ModelSpec['nodes'][number] => ({
    op: 'Neg',
    inputs: [input],
    outputs: [output],
  });
  /** y = −(−(−x)), and z = −v apart from it. */
  const CHAIN: ModelSpec = {
    nodes: [negated('x', 'a'), negated('a', 'b'), negated('b', 'y'), negated('v', 'z')],
    inputs: { x: [3], v: [3] },
    outputs: ['y', 'z'],
  };
  /** The same y inside, and an output w = v that is finite whatever y is. */
  const INNER: ModelSpec = {
    nodes: [
      ...CHAIN.nodes.slice(0, 3),
      { op: 'IsNaN', inputs: ['y'], outputs: ['m'] },
      { op: 'Where', inputs: ['m', 'v', 'v'], outputs: ['w'] },
    ],
    inputs: CHAIN.inputs,
    outputs: ['w'],
  };
  const minus = at3(-1, -2, -3);

  test.each<[string, ModelSpec, Record<string, NamedTensor>, string | undefined]>([
    ['all of them', CHAIN, { x: nan, v: nan, a: nan, b: nan, y: nan, z: nan }, '4 of 4 compared tensors'],
    [
      'infinities too',
      CHAIN,
      {
        x: inf,
        v: some,
        a: at3(-Infinity, Infinity, NaN),
        b: inf,
        y: at3(-Infinity, Infinity, NaN),
        z: minus,
      },
      '3 of 4 compared tensors',
    ],
    [
      'one output, and nothing else',
      CHAIN,
      { x: some, v: nan, a: minus, b: some, y: minus, z: nan },
      '1 of 4 compared tensors',
    ],
    [
      'one element is finite',
      CHAIN,
      {
        x: at3(NaN, NaN, 1),
        v: some,
        a: at3(NaN, NaN, -1),
        b: at3(NaN, NaN, 1),
        y: at3(NaN, NaN, -1),
        z: minus,
      },
      undefined,
    ],
    [
      'more than half, no output',
      INNER,
      { x: nan, v: some, a: nan, b: nan, y: nan, w: some },
      '3 of 4 compared tensors',
    ],
    ['half of them, no output', INNER, { x: nan, v: some, a: nan, w: some }, undefined],
    ['NaN on one side only', CHAIN, { x: nan, v: some, a: minus, b: some, y: minus, z: minus }, undefined],
  ])('%s', async (_, spec, tensors, says) => {
    const report = await compare(spec, tensors);
    const found = report.findings.filter((finding) => finding.kind === 'non-finite');
    const first = tensors['a'] === minus ? 'z' : 'a';
    expect(found).toEqual(
      says === undefined
        ? []
        : [
            {
              kind: 'non-finite',
              severity: 'warning',
              subject: first,
              text: `${says} hold only NaN or infinities on both sides; the first is ${first}`,
            },
          ],
    );
  });
});
