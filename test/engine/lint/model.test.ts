import { describe, expect, test } from 'vitest';
import type { ModelLintContext } from '../../../src/engine/lint/index.ts';
import type { Graph, Node } from '../../support/proto-model.ts';
import { body, bools, floats, int, int64s, ints, node, TYPE, value } from '../../support/proto-model.ts';
import { float, input, lintsOf, text } from './support.ts';

interface Case {
  readonly what: string;
  readonly graph: Graph;
  readonly opset?: number;
  readonly context?: ModelLintContext;
  readonly producer?: string[];
  /** `severity kind`, in order; none of a healthy model. */
  readonly lints: readonly string[];
}

const named: Node = { name: 'n' };
const warning = (kind: string): string[] => [`warning lint:${kind}`];
const info = (kind: string): string[] => [`info lint:${kind}`];

const batchNorm = (outputs: readonly string[], ...given: Parameters<typeof node>[3] & object): Graph => ({
  node: [node('BatchNormalization', ['x', 's', 'b', 'm', 'v'], outputs, given, named)],
});
const dropout = (inputs: readonly string[], ...given: Parameters<typeof node>[3] & object): Graph => ({
  node: [node('Dropout', inputs, ['y'], given, named)],
  initializer: [
    floats('ratio', [], [0.3]),
    bools('on', [], [1]),
    bools('off', [], [0]),
    floats('zero', [], [0]),
  ],
});
const softmax = (opType: string, axis: number | undefined, dims?: readonly number[]): Graph => ({
  node: [node(opType, ['x'], ['y'], axis === undefined ? [] : [int('axis', axis)], named)],
  input: dims === undefined ? [] : [input('x', ...dims)],
});
const one = (opType: string, ...given: Parameters<typeof node>[3] & object): Graph => ({
  node: [node(opType, ['x'], ['y'], given, named)],
});
const averagePool = (length: number | string, ...given: Parameters<typeof node>[3] & object): Graph => ({
  node: [
    node('AveragePool', ['x'], ['y'], [ints('kernel_shape', [3]), ints('strides', [2]), ...given], named),
  ],
  input: [input('x', 1, 1, length)],
});
const scatter = (
  opType: string,
  dims: readonly number[],
  places: readonly number[],
  reduction?: string,
): Graph => ({
  node: [
    node(
      opType,
      ['x', 'i', 'u'],
      ['y'],
      reduction === undefined ? [] : [text('reduction', reduction)],
      named,
    ),
  ],
  initializer: places.length === 0 ? [] : [int64s('i', dims, places)],
});
const masked = (mask: number, cast: boolean): Graph => ({
  node: [
    node('Where', ['c', 'mask', 'x'], ['w']),
    cast ? node('Cast', ['w'], ['z'], [int('to', TYPE.float16)]) : node('Identity', ['w'], ['z']),
    node('Softmax', ['z'], ['y'], [int('axis', -1)], named),
  ],
  initializer: [floats('mask', [], [mask])],
});
const sized = (size: number, axis: number | string): Graph => ({
  node: [node('Reshape', ['x', 'shape'], ['y'], [], named)],
  input: [input('x', 1, 3, axis, 20)],
  initializer: [int64s('shape', [3], [1, 3, size])],
});
const recorded = { sampleDims: new Map([['x', [1, 3, 14, 20]]]) };
const EVEN = [ints('pads', [1, 1])] as const;

const CASES: readonly Case[] = [
  { what: 'an operator that no lint knows', graph: one('Relu'), lints: [] },

  {
    what: 'training_mode 1',
    graph: batchNorm(['y'], int('training_mode', 1)),
    lints: warning('training-mode'),
  },
  { what: 'training_mode 0', graph: batchNorm(['y'], int('training_mode', 0)), lints: [] },
  { what: 'training_mode unsaid', graph: batchNorm(['y']), lints: [] },
  {
    what: 'outputs of training',
    graph: batchNorm(['y', 'mean', 'var']),
    opset: 13,
    lints: warning('training-mode'),
  },
  { what: 'other outputs left out', graph: batchNorm(['y', '', '']), opset: 13, lints: [] },
  { what: 'Dropout that is on', graph: dropout(['x', 'ratio', 'on']), lints: warning('training-mode') },

  { what: 'Dropout that is off', graph: dropout(['x', 'ratio', 'off']), lints: info('dropout-ratio') },
  { what: 'Dropout without a flag', graph: dropout(['x', 'ratio']), lints: info('dropout-ratio') },
  { what: 'Dropout with ratio 0', graph: dropout(['x', 'zero']), lints: [] },
  {
    what: 'Dropout with a computed flag',
    graph: dropout(['x', 'ratio', 'flag']),
    lints: warning('dropout-ratio'),
  },
  { what: 'Dropout-7', graph: dropout(['x'], float('ratio', 0.3)), opset: 9, lints: info('dropout-ratio') },
  {
    what: 'Dropout-1',
    graph: dropout(['x'], float('ratio', 0.3)),
    opset: 6,
    lints: warning('dropout-ratio'),
  },
  {
    what: 'Dropout-1 for tests',
    graph: dropout(['x'], float('ratio', 0.3), int('is_test', 1)),
    opset: 6,
    lints: info('dropout-ratio'),
  },

  {
    what: 'Softmax-11',
    graph: softmax('Softmax', 1, [2, 3, 4]),
    opset: 12,
    lints: warning('softmax-before-13'),
  },
  {
    what: 'silent axis',
    graph: softmax('LogSoftmax', undefined, [2, 3, 4]),
    opset: 11,
    lints: warning('softmax-before-13'),
  },
  { what: 'last axis', graph: softmax('Softmax', 2, [2, 3, 4]), opset: 12, lints: [] },
  { what: 'axis -1', graph: softmax('Softmax', -1), opset: 12, lints: [] },
  { what: 'axes of length 1 behind it', graph: softmax('Hardmax', 1, [2, 3, 1]), opset: 12, lints: [] },
  { what: 'unknown rank', graph: softmax('Softmax', 3), opset: 12, lints: info('softmax-before-13') },
  {
    what: 'unknown rank from PyTorch',
    graph: softmax('Softmax', 3),
    opset: 12,
    producer: ['pytorch', '2.1'],
    lints: [],
  },
  { what: 'Softmax-13', graph: softmax('Softmax', 1, [2, 3, 4]), opset: 13, lints: [] },
  {
    what: 'rank of a run',
    graph: softmax('Softmax', 3),
    opset: 12,
    context: { dimsOf: () => [1, 2, 3, 4] },
    lints: [],
  },

  { what: 'RandomNormal', graph: one('RandomNormal'), lints: warning('random') },
  { what: 'Multinomial', graph: one('Multinomial'), lints: warning('random') },
  { what: 'a seed', graph: one('Bernoulli', float('seed', 3)), lints: warning('random') },
  { what: 'random, but not so', graph: one('RandomForest'), lints: [] },
  {
    what: 'random in a body',
    graph: {
      node: [
        node(
          'If',
          ['c'],
          ['y'],
          [body('then_branch', { node: [node('RandomNormalLike', ['x'], ['z'])] }), body('else_branch', {})],
          named,
        ),
      ],
    },
    lints: warning('random'),
  },
  {
    what: 'an operator of another domain',
    graph: { node: [node('Softmax', ['x'], ['y'], [], { name: 'n', domain: 'mine' })] },
    opset: 12,
    lints: [],
  },

  {
    what: 'divisor of the last window',
    graph: averagePool(4, ...EVEN, int('ceil_mode', 1), int('count_include_pad', 1)),
    lints: warning('pool-divisor'),
  },
  {
    what: 'settled since opset 19',
    graph: averagePool(4, ...EVEN, int('ceil_mode', 1), int('count_include_pad', 1)),
    opset: 19,
    lints: info('pool-divisor'),
  },
  {
    what: 'a runtime that divides like PyTorch',
    graph: averagePool(4, ...EVEN, int('ceil_mode', 1), int('count_include_pad', 1)),
    context: { runtime: '1.30.0' },
    lints: info('pool-divisor'),
  },
  {
    what: 'a runtime before it',
    graph: averagePool(4, ...EVEN, int('ceil_mode', 1), int('count_include_pad', 1)),
    context: { runtime: '1.27.1' },
    lints: warning('pool-divisor'),
  },
  {
    what: 'a window in the padding, in a runtime that drops it',
    graph: {
      node: [
        node(
          'MaxPool',
          ['x'],
          ['y'],
          [ints('kernel_shape', [2]), ints('strides', [3]), int('ceil_mode', 1)],
          named,
        ),
      ],
      input: [input('x', 1, 1, 9)],
    },
    context: { runtime: '1.30.0' },
    lints: info('pool-window-in-padding'),
  },
  {
    what: 'windows that fit',
    graph: averagePool(5, ...EVEN, int('ceil_mode', 1), int('count_include_pad', 1)),
    lints: [],
  },
  {
    what: 'floor',
    graph: averagePool(4, ...EVEN, int('ceil_mode', 0), int('count_include_pad', 1)),
    lints: [],
  },

  { what: 'silent count_include_pad', graph: averagePool(5, ...EVEN), lints: warning('pool-padding-count') },
  {
    what: 'from PyTorch',
    graph: averagePool(5, ...EVEN),
    producer: ['pytorch', '1.8'],
    lints: info('pool-padding-count'),
  },
  {
    what: 'from PyTorch at opset 9',
    graph: averagePool(5, ...EVEN),
    opset: 9,
    producer: ['pytorch', '1.8'],
    lints: [],
  },
  { what: 'said', graph: averagePool(5, ...EVEN, int('count_include_pad', 0)), lints: [] },
  { what: 'no pads', graph: averagePool(5), lints: [] },

  { what: 'RoiAlign before 16', graph: one('RoiAlign'), opset: 11, lints: info('roi-align') },
  { what: 'RoiAlign silent', graph: one('RoiAlign'), lints: info('roi-align') },
  {
    what: 'RoiAlign that says it',
    graph: one('RoiAlign', text('coordinate_transformation_mode', 'output_half_pixel')),
    lints: [],
  },
  {
    what: 'RoiAlign max',
    graph: one('RoiAlign', text('coordinate_transformation_mode', 'half_pixel'), text('mode', 'max')),
    lints: warning('roi-align'),
  },

  { what: 'mask of -1e9', graph: masked(-1e9, false), lints: info('mask-constant') },
  { what: 'mask of -1e9 in float16', graph: masked(-1e9, true), lints: warning('mask-constant') },
  { what: 'mask of -1e4 in float16', graph: masked(-1e4, true), lints: info('mask-constant') },
  { what: 'mask of -∞', graph: masked(-Infinity, true), lints: info('mask-constant') },
  { what: 'a value', graph: masked(-100, true), lints: [] },
  {
    what: 'a constant that meets no Softmax',
    graph: { node: [node('Add', ['x', 'mask'], ['y'])], initializer: [floats('mask', [], [-1e9])] },
    lints: [],
  },

  {
    what: 'a place twice',
    graph: scatter('ScatterND', [2, 1], [1, 1]),
    lints: warning('scatter-duplicates'),
  },
  { what: 'two places', graph: scatter('ScatterND', [2, 1], [0, 1]), lints: [] },
  { what: 'rows that differ in one axis', graph: scatter('ScatterND', [2, 2], [0, 1, 1, 1]), lints: [] },
  { what: 'computed places', graph: scatter('ScatterND', [], []), lints: info('scatter-duplicates') },
  {
    what: 'a column twice',
    graph: scatter('ScatterElements', [2, 2], [0, 1, 0, 0]),
    lints: warning('scatter-duplicates'),
  },
  { what: 'each column once', graph: scatter('ScatterElements', [2, 2], [0, 1, 1, 0]), lints: [] },
  { what: 'a sum', graph: scatter('ScatterND', [2, 1], [1, 1], 'add'), lints: [] },
  {
    what: 'a sum before opset 16',
    graph: scatter('ScatterND', [2, 1], [1, 1], 'add'),
    opset: 15,
    lints: warning('scatter-duplicates'),
  },
  {
    what: 'a maximum before opset 18',
    graph: scatter('ScatterND', [2, 1], [1, 1], 'max'),
    lints: warning('scatter-duplicates'),
  },

  { what: 'a frozen size', graph: sized(14, 'height'), context: recorded, lints: info('traced-constant') },
  { what: 'another number', graph: sized(15, 'height'), context: recorded, lints: [] },
  { what: 'a fixed axis', graph: sized(14, 14), context: recorded, lints: [] },
  { what: 'no recording', graph: sized(14, 'height'), lints: [] },
  {
    what: 'a width of the model',
    graph: {
      ...sized(14, 'height'),
      initializer: [int64s('shape', [3], [1, 3, 14]), floats('w', [14], Array(14).fill(1))],
    },
    context: recorded,
    lints: [],
  },
  {
    what: 'a small number',
    graph: sized(4, 'h'),
    context: { sampleDims: new Map([['x', [1, 3, 4, 20]]]) },
    lints: [],
  },

  {
    what: 'LayerNormalization at opset 16',
    graph: one('LayerNormalization'),
    opset: 16,
    lints: warning('opset'),
  },
  { what: 'LayerNormalization at opset 17', graph: one('LayerNormalization'), lints: [] },
  {
    what: 'GridSample with an old mode',
    graph: one('GridSample', text('mode', 'bilinear')),
    opset: 20,
    lints: warning('opset'),
  },
  {
    what: 'GridSample with its mode',
    graph: one('GridSample', text('mode', 'linear')),
    opset: 20,
    lints: [],
  },
  {
    what: 'PyTorch at opset 8',
    graph: one('Relu'),
    opset: 8,
    producer: ['pytorch', '2.0'],
    lints: info('opset'),
  },
  { what: 'others at opset 8', graph: one('Relu'), opset: 8, lints: [] },
  {
    what: 'dynamo at opset 17',
    graph: {
      node: [
        node('Relu', ['x'], ['y'], [], {
          metadataProps: [{ key: 'pkg.torch.onnx.name_scopes', value: "['', 'act', 'relu']" }],
        }),
      ],
    },
    producer: ['pytorch', '2.13.0'],
    lints: info('opset'),
  },

  {
    what: 'uneven pads under an old runtime',
    graph: averagePool(5, ints('pads', [0, 1]), int('count_include_pad', 1)),
    opset: 19,
    context: { runtime: '1.25.3' },
    lints: warning('known-bad'),
  },
  {
    what: 'uneven pads under a newer one',
    graph: averagePool(5, ints('pads', [0, 1]), int('count_include_pad', 1)),
    opset: 19,
    context: { runtime: '1.26.0' },
    lints: [],
  },
  {
    what: 'even pads',
    graph: averagePool(5, ...EVEN, int('count_include_pad', 1)),
    opset: 19,
    context: { runtime: '1.25.3' },
    lints: [],
  },
  {
    what: 'Sigmoid under 1.14.1',
    graph: one('Sigmoid'),
    context: { runtime: '1.14.1' },
    lints: warning('known-bad'),
  },
  { what: 'Sigmoid under 1.9', graph: one('Sigmoid'), context: { runtime: '1.9' }, lints: [] },
  { what: 'Sigmoid under no version', graph: one('Sigmoid'), context: { runtime: 'nightly' }, lints: [] },
  {
    what: 'RoiAlign from PyTorch 1.13, silent',
    graph: one('RoiAlign'),
    producer: ['pytorch', '1.13.1'],
    lints: ['warning lint:known-bad', 'info lint:roi-align'],
  },
  {
    what: 'RoiAlign from PyTorch 1.13 that says its mode',
    graph: one('RoiAlign', text('coordinate_transformation_mode', 'half_pixel')),
    producer: ['pytorch', '1.13.1'],
    lints: [],
  },
  {
    what: 'RoiAlign from PyTorch 2, silent',
    graph: one('RoiAlign'),
    producer: ['pytorch', '2.0.0'],
    lints: info('roi-align'),
  },
];

test.each(CASES)('$what: $lints', ({ graph, opset, context, producer, lints }) => {
  const found = lintsOf(graph, opset, context, producer);
  expect(found.map(({ severity, kind }) => `${severity} ${kind}`)).toEqual(lints);
  for (const { kind, subject } of found.filter((one) => one.kind !== 'lint:opset'))
    expect([kind, subject]).toEqual([kind, 'n']);
});

describe('what a lint says', () => {
  test('what is there, why it matters, the way out, the source', () => {
    const [found] = lintsOf(batchNorm(['y'], int('training_mode', 1)));
    expect(found?.text).toBe(
      'BatchNormalization has training_mode 1: it normalises by the statistics of the batch, PyTorch in eval mode by ' +
        'the running ones; export after model.eval(), without training=TrainingMode.TRAINING (pytorch#75252)',
    );
  });

  test('numbers of the file', () => {
    expect(lintsOf(masked(-1e9, false))[0]?.text).toContain('a constant -1e9 masks a Softmax');
    expect(lintsOf(sized(14, 'height'), 17, recorded)[0]?.text).toContain(
      'the constant 14, the recorded size of axis 2 of x',
    );
    expect(lintsOf(scatter('ScatterND', [3, 1], [1, 1, 1]))[0]?.text).toContain(
      'writes 2 places more than once',
    );
  });

  test('warnings before the rest', () => {
    const found = lintsOf({ node: [node('RoiAlign', ['x'], ['y']), node('RandomNormal', [], ['z'])] });
    expect(found.map(({ severity }) => severity)).toEqual(['warning', 'info']);
  });

  test('a name from the file does not steer a terminal', () => {
    const evil = 'x\u001b[2J';
    const found = lintsOf(
      { ...sized(14, 'height'), input: [value(evil, TYPE.float32, [1, 3, 'height'])] },
      17,
      { sampleDims: new Map([[evil, [1, 3, 14]]]) },
    );
    expect(found[0]?.text).toContain('x\\u001b[2J');
  });
});
