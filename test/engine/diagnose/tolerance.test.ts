import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import type { ModelSpec } from '../../support/build-model.ts';
import { buildModel, writeSafetensors } from '../../support/build-model.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { seeded } from '../../support/random.ts';

/**
 * Arithmetic that looks wrong and is right. The references are computed here in float64 and rounded to float32 once
 * at the end: what the candidate differs by is exactly its own float32 rounding, which must never be called a fault.
 * The same model with a real fault of a percent must be.
 */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-tolerance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function floats(count: number, seed: number, make: (value: number, index: number) => number): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length: count }, (_, index) => make(normal(random), index));
}

async function verdictOf(
  spec: ModelSpec,
  tensors: Parameters<typeof writeSafetensors>[0],
): Promise<Report['verdict']> {
  const model = join(folder, 'model.onnx');
  const dump = join(folder, 'dump.safetensors');
  buildModel(spec, model);
  writeSafetensors(tensors, dump);
  return (await compareFiles(model, dump)).verdict;
}

interface Case {
  readonly spec: ModelSpec;
  readonly inputs: Readonly<Record<string, { dims: readonly number[]; values: Float32Array }>>;
  readonly output: string;
  readonly dims: readonly number[];
  readonly expected: Float64Array;
}

/** The product of two numbers near 1000 is rounded before the subtraction: 1e-3 comes out with a few percent of error. */
function cancellation(): Case {
  const count = 256;
  const x = floats(count, 1, (value) => 1000 + value * 0.1);
  const w = floats(count, 2, (value) => 1 + value * 1e-3);
  const expected = Float64Array.from(x, (value, index) => value * (w[index] ?? 0));
  const b = Float32Array.from(expected, (value, index) => value - 1e-3 * (1 + (index % 3)));
  return {
    spec: {
      nodes: [
        { op: 'Mul', inputs: ['x', 'w'], outputs: ['product'] },
        { op: 'Sub', inputs: ['product', 'b'], outputs: ['y'] },
      ],
      inputs: { x: [count], b: [count] },
      outputs: ['y'],
      weights: { w: { dims: [count], values: w } },
    },
    inputs: { x: { dims: [count], values: x }, b: { dims: [count], values: b } },
    output: 'y',
    dims: [count],
    expected: expected.map((value, index) => value - (b[index] ?? 0)),
  };
}

/** LayerNorm as opset 12 exports it, on rows that sit far from zero. */
function decomposedLayerNorm(): Case {
  const [rows, width] = [8, 64];
  const x = floats(rows * width, 3, (value) => 50 + value);
  const expected = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const slice = Array.from(x.subarray(row * width, (row + 1) * width));
    const mean = slice.reduce((sum, value) => sum + value, 0) / width;
    const variance = slice.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    slice.forEach(
      (value, column) => (expected[row * width + column] = (value - mean) / Math.sqrt(variance + 1e-5)),
    );
  }
  return {
    spec: {
      nodes: [
        { op: 'ReduceMean', inputs: ['x'], outputs: ['mean'], attributes: { axes: [-1] } },
        { op: 'Sub', inputs: ['x', 'mean'], outputs: ['centred'] },
        { op: 'Pow', inputs: ['centred', 'two'], outputs: ['squared'] },
        { op: 'ReduceMean', inputs: ['squared'], outputs: ['variance'], attributes: { axes: [-1] } },
        { op: 'Add', inputs: ['variance', 'epsilon'], outputs: ['shifted'] },
        { op: 'Sqrt', inputs: ['shifted'], outputs: ['spread'] },
        { op: 'Div', inputs: ['centred', 'spread'], outputs: ['y'] },
      ],
      inputs: { x: [rows, width] },
      outputs: ['y'],
      weights: { two: { dims: [], values: [2] }, epsilon: { dims: [], values: [1e-5] } },
      opset: 13,
    },
    inputs: { x: { dims: [rows, width], values: x } },
    output: 'y',
    dims: [rows, width],
    expected,
  };
}

/** x1 = cx − w/2: boxes at the left border have corners near zero, computed from numbers in the hundreds. */
function boxDecoding(): Case {
  const count = 300;
  const centre = floats(count, 4, (_, index) => 160 + index);
  const size = floats(count, 5, (value, index) => 320 + 2 * index + value * 1e-3);
  const scale = 1.0000001;
  return {
    spec: {
      nodes: [
        { op: 'Mul', inputs: ['size', 'scale'], outputs: ['scaled'] },
        { op: 'Mul', inputs: ['scaled', 'half'], outputs: ['halved'] },
        { op: 'Sub', inputs: ['centre', 'halved'], outputs: ['y'] },
      ],
      inputs: { centre: [count], size: [count] },
      outputs: ['y'],
      weights: { scale: { dims: [], values: [scale] }, half: { dims: [], values: [0.5] } },
    },
    inputs: { centre: { dims: [count], values: centre }, size: { dims: [count], values: size } },
    output: 'y',
    dims: [count],
    expected: Float64Array.from(
      centre,
      (value, index) => value - (size[index] ?? 0) * Math.fround(scale) * 0.5,
    ),
  };
}

/** Scores from a matrix product, a mask of the dtype's lowest value, softmax. */
function maskedSoftmax(): Case {
  const [rows, width] = [16, 48];
  const lowest = -3.4028234663852886e38;
  const q = floats(rows * 32, 6, (value) => value * 3);
  const k = floats(32 * width, 7, (value) => value);
  const mask = Float32Array.from({ length: rows * width }, (_, index) =>
    index % width > (index / width) * 2 + 8 ? lowest : 0,
  );
  const expected = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const scores = Array.from({ length: width }, (_, column) => {
      let sum = mask[row * width + column] ?? 0;
      for (let inner = 0; inner < 32; inner++)
        sum += (q[row * 32 + inner] ?? 0) * (k[inner * width + column] ?? 0);
      return sum;
    });
    const most = Math.max(...scores);
    const exponentials = scores.map((score) => Math.exp(score - most));
    const total = exponentials.reduce((sum, value) => sum + value, 0);
    exponentials.forEach((value, column) => (expected[row * width + column] = value / total));
  }
  return {
    spec: {
      nodes: [
        { op: 'MatMul', inputs: ['q', 'k'], outputs: ['scores'] },
        { op: 'Add', inputs: ['scores', 'mask'], outputs: ['masked'] },
        { op: 'Softmax', inputs: ['masked'], outputs: ['y'], attributes: { axis: -1 } },
      ],
      inputs: { q: [rows, 32], mask: [rows, width] },
      outputs: ['y'],
      weights: { k: { dims: [32, width], values: k } },
    },
    inputs: { q: { dims: [rows, 32], values: q }, mask: { dims: [rows, width], values: mask } },
    output: 'y',
    dims: [rows, width],
    expected,
  };
}

/** The mask made in the graph, (1 − m)·−1e9, as most transformers make it: a billion roundings where it masks, none elsewhere. */
function computedMask(): Case {
  const [rows, width] = [8, 16];
  const scores = floats(rows * width, 9, (value) => value * 2);
  const keep = Float32Array.from({ length: rows * width }, (_, index) =>
    index % width > 8 + Math.floor(index / width) / 2 ? 0 : 1,
  );
  const expected = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const kept = Array.from({ length: width }, (_, column) => row * width + column).filter(
      (index) => keep[index] === 1,
    );
    const most = Math.max(...kept.map((index) => scores[index] ?? 0));
    const total = kept.reduce((sum, index) => sum + Math.exp((scores[index] ?? 0) - most), 0);
    for (const index of kept) expected[index] = Math.exp((scores[index] ?? 0) - most) / total;
  }
  return {
    spec: {
      nodes: [
        { op: 'Sub', inputs: ['one', 'm'], outputs: ['masked'] },
        { op: 'Mul', inputs: ['masked', 'huge'], outputs: ['mask'] },
        { op: 'Add', inputs: ['scores', 'mask'], outputs: ['sum'] },
        { op: 'Softmax', inputs: ['sum'], outputs: ['y'], attributes: { axis: -1 } },
      ],
      inputs: { scores: [rows, width], m: [rows, width] },
      outputs: ['y'],
      weights: { one: { dims: [], values: [1] }, huge: { dims: [], values: [-1e9] } },
    },
    inputs: { scores: { dims: [rows, width], values: scores }, m: { dims: [rows, width], values: keep } },
    output: 'y',
    dims: [rows, width],
    expected,
  };
}

/** Thirty layers of products and ReLUs in one stretch: rounding adds up and is amplified on the way. */
function deepChain(): Case {
  const width = 24;
  const depth = 30;
  const x = floats(width, 8, (value) => value);
  const weights: Record<string, { dims: number[]; values: Float32Array }> = {};
  const nodes: ModelSpec['nodes'][number][] = [];
  let state = Float64Array.from(x);
  for (let layer = 0; layer < depth; layer++) {
    const w = floats(width * width, 100 + layer, (value) => (value * 1.5) / Math.sqrt(width));
    weights[`w${layer}`] = { dims: [width, width], values: w };
    nodes.push({
      op: 'MatMul',
      inputs: [layer === 0 ? 'x' : `r${layer - 1}`, `w${layer}`],
      outputs: [`m${layer}`],
    });
    nodes.push({ op: 'Relu', inputs: [`m${layer}`], outputs: [layer === depth - 1 ? 'y' : `r${layer}`] });
    const next = new Float64Array(width);
    for (let column = 0; column < width; column++) {
      for (let row = 0; row < width; row++)
        next[column] = (next[column] ?? 0) + (state[row] ?? 0) * (w[row * width + column] ?? 0);
      next[column] = Math.max(0, next[column] ?? 0);
    }
    state = next;
  }
  return {
    spec: { nodes, inputs: { x: [1, width] }, outputs: ['y'], weights },
    inputs: { x: { dims: [1, width], values: x } },
    output: 'y',
    dims: [1, width],
    expected: state,
  };
}

describe.each([
  ['a difference of 1e-3 between numbers near 1000', cancellation],
  ['a decomposed LayerNorm far from zero', decomposedLayerNorm],
  ['box corners near zero', boxDecoding],
  ['softmax under a mask of lowest values', maskedSoftmax],
  ['a mask computed in the graph', computedMask],
  ['a deep chain in one stretch', deepChain],
])('%s', (_name, make) => {
  const { spec, inputs, output, dims, expected } = make();
  const reference = (values: ArrayLike<number>): Parameters<typeof writeSafetensors>[0] => ({
    ...inputs,
    [output]: { dims, values },
  });

  test('is no fault', async () => {
    const verdict = await verdictOf(spec, reference(expected));
    expect(verdict.sentence).toContain('no fault');
    expect(verdict.kind).toBe('no-fault');
  });

  test('an element that is off by as much as the largest is one', async () => {
    const wrong = Float64Array.from(expected);
    const most = wrong.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    wrong[7] = (wrong[7] ?? 0) + most;
    const verdict = await verdictOf(spec, reference(wrong));
    expect(verdict.kind).toBe('introduced');
    expect(verdict.sites[0]?.tensor).toBe(output);
  });
});
