import { describe, expect, test } from 'vitest';
import { readExtraRepr } from '../../../src/engine/lint/extra-repr.ts';
import type { ModelLintContext } from '../../../src/engine/lint/index.ts';
import { operatorSince } from '../../../src/engine/lint/model/operator-since.ts';
import type { Graph } from '../../support/proto-model.ts';
import { floats, int, ints, node } from '../../support/proto-model.ts';
import { float, input, lintsOf, text, TRUTH } from './support.ts';

describe('extra_repr', () => {
  test.each<readonly [repr: string, positional: unknown[], named: Record<string, unknown>]>([
    ['', [], {}],
    ['4, 3, padding_idx=0', [4, 3], { padding_idx: 0 }],
    ['(3, 4), eps=1e-12, bias=True', [[3, 4]], { eps: 1e-12, bias: true }],
    ["size=(3, 4), mode='nearest'", [], { size: [3, 4], mode: 'nearest' }],
    ['stride=(2,), padding=same', [], { stride: [2], padding: 'same' }],
    ['eps=None, momentum=None', [], { eps: undefined, momentum: undefined }],
    ['min_val=-2, max_val=inf', [], { min_val: -2, max_val: Infinity }],
    ["a='x, y', b=[1, [2]]", [], { a: 'x, y', b: [1, [2]] }],
    // Damaged or hostile: text stays text, and nothing is lost but meaning.
    ['a=(1, 2', [], { a: '(1, 2' }],
    [')))(', [')))('], {}],
    ['__proto__=1', [], { ['__proto__']: 1 }],
    ['a=__import__("os")', [], { a: '__import__("os")' }],
  ])('%j', (repr, positional, named) => {
    const read = readExtraRepr(repr);
    expect(read.positional).toEqual(positional);
    expect([...read.named]).toEqual(Object.entries(named));
  });

  test('depth and length are bounded', () => {
    const deep = `a=${'('.repeat(5000)}1${')'.repeat(5000)}`;
    expect(() => readExtraRepr(deep)).not.toThrow();
  });
});

/** One node of the module `m`, recorded as torch prints it. */
function against(module: string, repr: string, graph: Graph, opset = 18): string[] {
  const context: ModelLintContext = {
    scopeOf: (graph.node ?? []).map(() => 'm'),
    recording: {
      granularity: 'module',
      environment: {
        torch: '2.13.0',
        python: '',
        device: 'cpu',
        modelDtype: 'float32',
        training: false,
        deterministic: true,
        tf32: false,
        autocast: false,
        attention: '',
        precision: 'exact',
        changed: [],
        versions: {},
      },
      modules: [
        {
          path: 'm',
          className: module,
          extraRepr: repr,
          training: false,
          file: undefined,
          line: undefined,
          parameters: [],
        },
      ],
      parameters: [],
      settings: {},
      exported: undefined,
    },
  };
  return lintsOf(graph, opset, context)
    .filter(({ kind }) => kind === 'lint:module-attributes')
    .map((found) => found.text.slice(0, found.text.indexOf(': the two')));
}

/** As torch of make-truth.py prints it; the last of a class where there are several. */
function printed(name: string, has = ''): readonly [module: string, repr: string] {
  const module = TRUTH.modules.find((one) => one.class.endsWith(`.${name}`) && one.repr.includes(has));
  if (module === undefined) throw new Error(`make-truth.py has no ${name}`);
  return [module.class, module.repr];
}

const one = (opType: string, ...given: Parameters<typeof node>[3] & object): Graph => ({
  node: [node(opType, ['x'], ['y'], given, { name: 'n' })],
});
const clip = (min: number, max: number): Graph => ({
  node: [node('Clip', ['x', 'min', 'max'], ['y'], [], { name: 'n' })],
  initializer: [floats('min', [], [min]), floats('max', [], [max])],
});
const CONV = [
  ints('kernel_shape', [3, 3]),
  ints('strides', [2, 2]),
  ints('pads', [1, 2, 1, 2]),
  ints('dilations', [2, 2]),
];
const PLAIN = [ints('kernel_shape', [3, 3]), ints('strides', [1, 1])];
const POOL = [ints('kernel_shape', [3, 3]), ints('strides', [2, 2])];
const underRoot = (eps: number): Graph => ({
  node: [node('Add', ['v', 'eps'], ['s']), node('Sqrt', ['s'], ['r'], [], { name: 'n' })],
  initializer: [floats('eps', [], [eps])],
});
const scaled = (opType: string, mode: string, scale: number): Graph => ({
  node: [node(opType, ['x', '', 's'], ['y'], [text('mode', mode)], { name: 'n' })],
  initializer: [floats('s', [4], [1, 1, scale, scale])],
});

type Row = readonly [
  what: string,
  module: readonly [string, string],
  right: Graph,
  wrong: Graph,
  says: string,
];

test.each<Row>([
  [
    'BatchNorm',
    printed('BatchNorm2d'),
    one('BatchNormalization', float('epsilon', 1e-3)),
    one('BatchNormalization'),
    'epsilon 1e-5',
  ],
  [
    'LayerNorm',
    printed('LayerNorm'),
    one('LayerNormalization', float('epsilon', 1e-12), int('axis', -2)),
    one('LayerNormalization', int('axis', -2)),
    'epsilon 1e-5',
  ],
  [
    'LayerNorm axis',
    printed('LayerNorm'),
    one('LayerNormalization', float('epsilon', 1e-12), int('axis', -2)),
    one('LayerNormalization', float('epsilon', 1e-12)),
    'axis -1',
  ],
  ['LayerNorm taken apart', printed('LayerNorm'), underRoot(1e-12), underRoot(1e-5), 'epsilon 1e-5'],
  [
    'GroupNorm',
    printed('GroupNorm'),
    one('InstanceNormalization'),
    one('InstanceNormalization', float('epsilon', 1e-3)),
    'epsilon 0.001',
  ],
  [
    'RMSNorm without eps',
    printed('RMSNorm'),
    one('RMSNormalization', float('epsilon', 1e-7)),
    one('RMSNormalization'),
    '',
  ],
  [
    'InstanceNorm',
    printed('InstanceNorm2d'),
    one('BatchNormalization'),
    one('InstanceNormalization'),
    'statistics of the input',
  ],
  ['GELU', printed('GELU'), one('Gelu', text('approximate', 'tanh')), one('Gelu'), 'approximate none'],
  ['GELU taken apart', printed('GELU'), one('Tanh'), one('Erf'), 'the exact formula'],
  ['LeakyReLU', printed('LeakyReLU'), one('LeakyRelu', float('alpha', 0.1)), one('LeakyRelu'), 'alpha 0.01'],
  ['ELU', printed('ELU'), one('Elu', float('alpha', 0.5)), one('Elu'), 'alpha 1'],
  ['CELU', printed('CELU'), one('Celu', float('alpha', 0.5)), one('Celu'), 'alpha 1'],
  ['Hardtanh', printed('Hardtanh'), clip(-2, 2), clip(-1, 2), 'min -1'],
  ['ReLU6', printed('ReLU6'), clip(0, 6), clip(0, 5), 'max 5'],
  ['Softmax', printed('Softmax'), one('Softmax', int('axis', 1)), one('Softmax', int('axis', 2)), 'axis 2'],
  [
    'Conv',
    printed('Conv2d', 'groups'),
    one('Conv', ...CONV, int('group', 2)),
    one('Conv', ...CONV),
    'group 1',
  ],
  [
    'Conv pads',
    printed('Conv2d', 'groups'),
    one('Conv', ...CONV, int('group', 2)),
    one('Conv', ...CONV.filter(({ name }) => name !== 'pads'), int('group', 2)),
    'pads [0, 0, 0, 0]',
  ],
  [
    'Conv, padding same',
    printed('Conv2d', 'same'),
    one('Conv', ...PLAIN, ints('pads', [1, 1, 1, 1])),
    one('Conv', ...PLAIN, ints('dilations', [2, 2])),
    'dilations [2, 2]',
  ],
  [
    'ConvTranspose',
    printed('ConvTranspose2d'),
    one('ConvTranspose', ...POOL, ints('pads', [1, 1, 1, 1]), ints('output_padding', [1, 1])),
    one('ConvTranspose', ...POOL, ints('pads', [1, 1, 1, 1])),
    'output_padding [0, 0]',
  ],
  [
    'MaxPool',
    printed('MaxPool2d'),
    one('MaxPool', ...POOL, ints('pads', [1, 1, 1, 1])),
    one('MaxPool', ...POOL),
    'pads [0, 0, 0, 0]',
  ],
  [
    'AvgPool',
    printed('AvgPool2d'),
    one('AveragePool', ...POOL, ints('pads', [1, 1, 1, 1])),
    one('AveragePool', ints('kernel_shape', [2, 2]), ints('strides', [2, 2]), ints('pads', [1, 1, 1, 1])),
    'kernel_shape [2, 2]',
  ],
  [
    'Upsample',
    printed('Upsample', 'scale'),
    scaled('Resize', 'cubic', 2),
    scaled('Resize', 'linear', 2),
    'mode linear',
  ],
  [
    'Upsample scale',
    printed('Upsample', 'scale'),
    scaled('Resize', 'cubic', 2),
    scaled('Resize', 'cubic', 3),
    'scales 3, 3',
  ],
  [
    'PixelShuffle',
    printed('PixelShuffle'),
    one('DepthToSpace', int('blocksize', 2), text('mode', 'CRD')),
    one('DepthToSpace', int('blocksize', 2)),
    'mode DCR',
  ],
  [
    'GRU',
    printed('GRU'),
    one('GRU', text('direction', 'bidirectional'), int('linear_before_reset', 1)),
    one('GRU', text('direction', 'bidirectional')),
    'linear_before_reset 0',
  ],
])('%s', (_, [module, repr], right, wrong, says) => {
  expect(against(module, repr, right)).toEqual([]);
  const found = against(module, repr, wrong);
  // A module that prints None says nothing.
  expect(found).toHaveLength(says === '' ? 0 : 1);
  for (const text of found) expect(text).toContain(`has ${says}`);
});

test('numbers of both sides', () => {
  const [module, repr] = printed('LeakyReLU');
  expect(against(module, repr, one('LeakyRelu', float('alpha', 0.3)))).toEqual([
    'LeakyRelu has alpha 0.3, the recorded module m (LeakyReLU) has negative_slope=0.1',
  ]);
});

describe('quiet', () => {
  const [module, repr] = printed('LeakyReLU');
  test.each<readonly [what: string, module: string, repr: string, graph: Graph]>([
    ["a class of one's own", 'mine.LeakyReLU', repr, one('LeakyRelu')],
    ['another operator', module, repr, one('Relu')],
    ['a module that prints nothing', module, '', one('LeakyRelu')],
    [
      'a Pad of its own',
      ...printed('Conv2d', 'reflect'),
      { node: [node('Pad', ['x'], ['p']), node('Conv', ['p'], ['y'], PLAIN)] },
    ],
    [
      'auto_pad',
      ...printed('Conv2d', 'groups'),
      one(
        'Conv',
        ...CONV.filter(({ name }) => name !== 'pads'),
        int('group', 2),
        text('auto_pad', 'SAME_UPPER'),
      ),
    ],
    [
      'two Clips that the exporter made one of',
      ...printed('Hardtanh'),
      {
        ...clip(0, 2),
        node: [
          node('Clip', ['x', 'min', 'max'], ['y'], [], {
            metadataProps: [{ key: 'pkg.onnxscript.rewriter.rule_name', value: 'FuseSuccessiveClip' }],
          }),
        ],
      },
    ],
    ['a computed bound', ...printed('ReLU6'), { node: [node('Clip', ['x', 'min'], ['y'])] }],
  ])('%s', (_, of, printedRepr, graph) => {
    expect(against(of, printedRepr, graph)).toEqual([]);
  });

  test('axes of both signs need a rank', () => {
    const graph = one('Softmax', int('axis', -2));
    expect(against(...printed('Softmax'), graph)).toEqual([]);
    expect(against(...printed('Softmax'), { ...graph, input: [input('x', 2, 3, 4)] })).toEqual([]);
    expect(against(...printed('Softmax'), { ...graph, input: [input('x', 2, 3, 4, 5)] })).toHaveLength(1);
  });
});

test('the opset of each operator is that of onnx', () => {
  for (const [opType, since] of Object.entries(TRUTH.since)) {
    const known = operatorSince(opType);
    if (known !== undefined) expect([opType, known]).toEqual([opType, since]);
  }
  expect(operatorSince('Gelu')).toBe(20);
  expect(operatorSince('constructor')).toBeUndefined();
});
