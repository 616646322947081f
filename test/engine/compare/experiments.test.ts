import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { afterAll, expect, test } from 'vitest';
import type { Cause } from '../../../src/shared/cause.ts';
import type { Verdict } from '../../../src/shared/report.ts';
import { compareFiles } from '../../support/compare-files.ts';
import type { Attribute, Node } from '../../support/proto-model.ts';
import { floats, int, int64s, ints, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';
import { seeded } from '../../support/random.ts';
import { writeDump } from '../../support/write-dump.ts';

/**
 * One operator, right and with one setting wrong: what was recorded is what plain onnxruntime gives for the right one,
 * and the experiment must find the way back.
 */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-experiments-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const float = (name: string, f: number): Attribute => ({ name, type: 1, f });
const text = (name: string, s: string): Attribute => ({ name, type: 3, s: new TextEncoder().encode(s) });

const random = seeded(11);
const noise = (count: number): number[] => Array.from({ length: count }, () => 2 * random() - 1);
const IMAGE = [1, 4, 6, 6];
const SQUARE = [5, 5];
const weight = noise(25);
const GRID = noise(32).map((one) => 1.2 * one);

interface Case {
  readonly name: string;
  readonly dims: readonly number[];
  readonly right: readonly Node[];
  readonly wrong: readonly Node[];
  readonly setting: RegExp;
  readonly kind: Cause['kind'];
  readonly opset?: number;
}

const op = (
  opType: string,
  inputs: readonly string[],
  attributes: readonly Attribute[] = [],
): readonly Node[] => [{ ...node(opType, [...inputs], ['y'], [...attributes]), name: `/op/${opType}` }];

const CASES: readonly Case[] = [
  { name: 'average pool', dims: IMAGE, kind: 'pool-divisor', setting: /^count_include_pad=1$/,
    right: op('AveragePool', ['x'], [ints('kernel_shape', [3, 3]), ints('pads', [1, 1, 1, 1]), int('count_include_pad', 1)]),
    wrong: op('AveragePool', ['x'], [ints('kernel_shape', [3, 3]), ints('pads', [1, 1, 1, 1])]) },
  { name: 'pads on the other side', dims: IMAGE, kind: 'padding', setting: /^pads=\[2, 2, 0, 0\]$/,
    right: op('MaxPool', ['x'], [ints('kernel_shape', [3, 3]), ints('pads', [2, 2, 0, 0])]),
    wrong: op('MaxPool', ['x'], [ints('kernel_shape', [3, 3]), ints('pads', [0, 0, 2, 2])]) },
  { name: 'axis of a softmax', dims: IMAGE, kind: 'softmax-axis', setting: /^axis=1$/,
    right: op('Softmax', ['x'], [int('axis', 1)]), wrong: op('Softmax', ['x'], [int('axis', -1)]) },
  { name: 'order of axes', dims: [3, 4, 4], kind: 'order', setting: /^perm=\[0, 2, 1\]$/,
    right: op('Transpose', ['x'], [ints('perm', [0, 2, 1])]), wrong: op('Transpose', ['x'], [ints('perm', [0, 1, 2])]) },
  { name: 'order of a concatenation', dims: SQUARE, kind: 'order', setting: /reverse/,
    right: op('Concat', ['x', 'w'], [int('axis', 0)]), wrong: op('Concat', ['w', 'x'], [int('axis', 0)]) },
  { name: 'operands of a difference', dims: SQUARE, kind: 'swapped-operands', setting: /swapped/,
    right: op('Sub', ['x', 'w']), wrong: op('Sub', ['w', 'x']) },
  { name: 'operands of a matrix product', dims: SQUARE, kind: 'swapped-operands', setting: /swapped/,
    right: op('MatMul', ['x', 'w']), wrong: op('MatMul', ['w', 'x']) },
  { name: 'a transposed weight', dims: SQUARE, kind: 'transposed', setting: /^transB=1$/,
    right: op('Gemm', ['x', 'w'], [int('transB', 1)]), wrong: op('Gemm', ['x', 'w']) },
  { name: 'a factor of a Gemm', dims: SQUARE, kind: 'slope', setting: /^alpha=0\.73$/,
    right: op('Gemm', ['x', 'w'], [float('alpha', 0.73)]), wrong: op('Gemm', ['x', 'w']) },
  { name: 'a reduction', dims: IMAGE, kind: 'reduction', setting: /^ReduceMax instead$/,
    right: op('ReduceMax', ['x'], [ints('axes', [1])]), wrong: op('ReduceMean', ['x'], [ints('axes', [1])]) },
  { name: 'a running sum', dims: SQUARE, kind: 'order', setting: /^exclusive=1$/,
    right: op('CumSum', ['x', 'axis'], [int('exclusive', 1)]), wrong: op('CumSum', ['x', 'axis']) },
  { name: 'depth to space', dims: [1, 8, 3, 3], kind: 'order', setting: /^mode=CRD$/,
    right: op('DepthToSpace', ['x'], [int('blocksize', 2), text('mode', 'CRD')]), wrong: op('DepthToSpace', ['x'], [int('blocksize', 2)]) },
  { name: 'a sampling grid', dims: IMAGE, kind: 'sampling', setting: /^align_corners=1$/,
    right: op('GridSample', ['x', 'grid'], [int('align_corners', 1)]), wrong: op('GridSample', ['x', 'grid']) },
  { name: 'the border of a sampling grid', dims: IMAGE, kind: 'sampling', setting: /^padding_mode=border$/,
    right: op('GridSample', ['x', 'grid'], [text('padding_mode', 'border')]), wrong: op('GridSample', ['x', 'grid']) },
  { name: 'how a border is filled', dims: IMAGE, kind: 'padding', setting: /^mode=reflect$/,
    right: op('Pad', ['x', 'pads'], [text('mode', 'reflect')]), wrong: op('Pad', ['x', 'pads']) },
  { name: 'what a border is filled with', dims: IMAGE, kind: 'padding', setting: /^constant_value=0\.5$/,
    right: op('Pad', ['x', 'pads', 'half']), wrong: op('Pad', ['x', 'pads']) },
  { name: 'a slope that no one uses', dims: SQUARE, kind: 'slope', setting: /^alpha=0\.37$/,
    right: op('LeakyRelu', ['x'], [float('alpha', 0.37)]), wrong: op('LeakyRelu', ['x'], [float('alpha', 0.2)]) },
  { name: 'an epsilon that no one uses', dims: SQUARE, kind: 'epsilon', setting: /^epsilon=0\.003$/,
    right: op('LayerNormalization', ['x', 'five'], [float('epsilon', 0.003)]), wrong: op('LayerNormalization', ['x', 'five']) },
  { name: 'a bound', dims: SQUARE, kind: 'bounds', setting: /^max=0\.5$/,
    right: op('Clip', ['x', 'zero', 'half']), wrong: op('Clip', ['x', 'zero', 'quarter']) },
  { name: 'a constant factor', dims: SQUARE, kind: 'constant', setting: /constant 0\.5 instead of 0\.25/,
    right: op('Mul', ['x', 'half']), wrong: op('Mul', ['x', 'quarter']) },
  { name: 'a constant divisor', dims: SQUARE, kind: 'constant', setting: /constant 0\.5 instead of 0\.25/,
    right: op('Div', ['x', 'half']), wrong: op('Div', ['x', 'quarter']) },
  { name: 'the last of equal maxima', dims: [2, 6], kind: 'tie-order', setting: /^select_last_index=1$/,
    right: op('ArgMax', ['rounded'], [int('axis', 1), int('select_last_index', 1)]), wrong: op('ArgMax', ['rounded'], [int('axis', 1)]) },
  { name: 'a linear enlargement', dims: IMAGE, kind: 'resize-mode', setting: /^mode=linear$/,
    right: op('Resize', ['x', '', 'twice'], [text('mode', 'linear')]), wrong: op('Resize', ['x', '', 'twice'], [text('mode', 'nearest')]) },
  { name: 'rounding down', dims: SQUARE, kind: 'rounding', setting: /^Floor instead of Round$/,
    right: op('Floor', ['x']), wrong: op('Round', ['x']) },
  { name: 'a lost activation', dims: SQUARE, kind: 'operation-missing', setting: /^Relu after it$/,
    right: [node('MatMul', ['x', 'w'], ['m']), node('Relu', ['m'], ['y'])], wrong: op('MatMul', ['x', 'w']) },
  { name: 'an activation too many', dims: SQUARE, kind: 'operation-added', setting: /^Relu left out$/,
    right: [{ ...node('MatMul', ['x', 'w'], ['y']), name: '/op/MatMul' }],
    wrong: [{ ...node('MatMul', ['x', 'w'], ['m']), name: '/op/MatMul' }, { ...node('Relu', ['m'], ['y']), name: '/op/Relu' }] },
  { name: 'QuickGELU for GELU', dims: SQUARE, kind: 'activation-flavour', setting: /^GELU\(approximate='none'\)$/, opset: 20,
    right: [{ ...node('Gelu', ['x'], ['y']), name: '/op/Gelu' }],
    wrong: [
      { ...node('Mul', ['x', 'quick'], ['a']), name: '/op/Mul' },
      { ...node('Sigmoid', ['a'], ['s']), name: '/op/Sigmoid' },
      { ...node('Mul', ['x', 's'], ['y']), name: '/op/Mul_1' },
    ] },
]; // prettier-ignore

function bytesFor({ dims, opset = 17 }: Case, nodes: readonly Node[]): Uint8Array {
  const used = new Set(nodes.flatMap((one) => one.input ?? []));
  const rounding = used.has('rounded') ? [node('Round', ['x'], ['rounded'])] : [];
  const weights = [
    floats('w', SQUARE, weight), floats('grid', [1, 4, 4, 2], GRID), floats('five', [5], [1, 0.5, 2, 1, 1.5]),
    floats('half', [], [0.5]), floats('quarter', [], [0.25]), floats('zero', [], [0]), floats('quick', [], [1.702]),
    floats('twice', [4], [1, 1, 2, 2]), floats('other five', [5], [1, 0.5, 3, 1, 1.5]),
    int64s('pads', [8], [0, 0, 1, 1, 0, 0, 1, 1]), int64s('axis', [], [1]),
  ]; // prettier-ignore
  return modelBytes(
    {
      node: [...rounding, ...nodes],
      input: [value('x', TYPE.float32, [...dims])],
      output: [{ name: 'y' }],
      initializer: weights.filter((one) => used.has(one.name ?? '')),
    },
    { opsetImport: [{ domain: '', version: opset }] },
  );
}

async function compared(one: Case): Promise<Verdict> {
  const x = noise(one.dims.reduce((all, dim) => all * dim, 1)).map((number) => 1.5 * number);
  const session = await ort.InferenceSession.create(bytesFor(one, one.right), {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
  });
  const y = (await session.run({ x: new ort.Tensor('float32', Float32Array.from(x), one.dims) }))['y'];
  await session.release();
  if (y === undefined) throw new Error('no result');
  const name = one.name.replaceAll(' ', '-');
  writeFileSync(at(`${name}.onnx`), bytesFor(one, one.wrong));
  const dtype = y.type === 'int64' ? 'int64' : 'float32';
  writeDump(
    {
      modules: [
        { path: '', class: 'Net' },
        { path: 'op', class: 'Op' },
      ],
      samples: [
        {
          tensors: {
            x: { dims: one.dims, values: x },
            y: { dtype, dims: y.dims, values: Array.from(y.data as Float32Array, Number) },
          },
          entries: [
            ['#0:input.0', 'x'],
            ['op#0:input.0', 'x'],
            ['op#0:output.0', 'y'],
            ['#0:output.0', 'y'],
          ],
          inputs: { x: '#0:input.0' },
          outputs: { y: '#0:output.0' },
        },
      ],
    },
    at(name),
  );
  return (await compareFiles(at(`${name}.onnx`), at(name))).verdict;
}

test.each(CASES)('$name', async (one) => {
  const { sites } = await compared(one);
  const [site] = sites;
  expect(sites).toHaveLength(1);
  expect(site?.cause?.kind).toBe(one.kind);
  const experiment = site?.cause?.experiment;
  expect(experiment?.reproduces).toBe(true);
  expect(experiment?.setting).toMatch(one.setting);
  expect(experiment?.error).toBeLessThan(2e-6);
});

test('of two factors either explains a wrong scale: neither is said to be the place', async () => {
  const scaled = (last: string): readonly Node[] => [
    { ...node('Mul', ['x', 'half'], ['a']), name: '/op/Mul' },
    { ...node('Tanh', ['w'], ['t']), name: '/op/Tanh' },
    { ...node('Mul', ['t', last], ['b']), name: '/op/Mul_1' },
    { ...node('MatMul', ['a', 'b'], ['y']), name: '/op/MatMul' },
  ];
  const { sites } = await compared({
    name: 'two factors',
    dims: SQUARE,
    kind: 'constant',
    setting: /constant/,
    right: scaled('half'),
    wrong: scaled('quick'),
  });
  const experiment = sites[0]?.cause?.experiment;
  expect(sites).toHaveLength(1);
  expect(sites[0]?.node).toBeUndefined();
  expect(sites[0]?.narrowedBy).toBeUndefined();
  expect(experiment?.reproduces).toBe(true);
  expect(experiment?.text).toMatch(
    /the constant 0\.5 instead of 1\.702 .*and so does the constant 0\.1468\d* instead of 0\.5/,
  );
});

test('where one node is narrowed down to, it is that one which is named', async () => {
  const { sites, sentence } = await compared({
    name: 'one factor',
    dims: SQUARE,
    kind: 'constant',
    setting: /constant/,
    right: [node('Mul', ['x', 'half'], ['a']), node('Tanh', ['a'], ['y'])],
    wrong: [
      { ...node('Mul', ['x', 'quarter'], ['a']), name: '/op/Mul' },
      { ...node('Tanh', ['a'], ['y']), name: '/op/Tanh' },
    ],
  });
  expect(sites[0]).toMatchObject({ node: '/op/Mul', opType: 'Mul' });
  expect(sentence).toContain('is introduced at Mul /op/Mul (op)');
});

test('a product of two computed values is not said to hold other weights', async () => {
  const shifted = (by: string): readonly Node[] => [
    { ...node('MatMul', ['x', 'x'], ['m']), name: '/op/MatMul' },
    { ...node('Add', ['m', by], ['y']), name: '/op/Add' },
  ];
  const { sites } = await compared({
    name: 'one column',
    dims: SQUARE,
    kind: 'structure',
    setting: /./,
    right: shifted('five'),
    wrong: shifted('other five'),
  });
  expect(sites[0]?.structure.map(({ kind }) => kind)).toContain('channels');
  expect(sites[0]?.cause).toBeDefined();
  expect(sites[0]?.cause?.kind).not.toBe('weights');
});
