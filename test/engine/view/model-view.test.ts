import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { viewModel } from '../../../src/engine/view/index.ts';
import { scopePath } from '../../../src/engine/graph/scope-path.ts';
import type { ScopeOrigin } from '../../../src/engine/graph/index.ts';
import type { AttributeView } from '../../../src/shared/model-view.ts';
import { exportFile } from '../../support/demo.ts';
import type { Attribute, Graph } from '../../support/proto-model.ts';
import {
  body,
  floats,
  int,
  int64s,
  ints,
  modelBytes,
  node,
  sequence,
  TYPE,
  value,
} from '../../support/proto-model.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-view-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function view(graph: Graph, opset = 17): ReturnType<typeof viewModel> {
  const path = join(folder, `model-${count++}.onnx`);
  writeFileSync(path, modelBytes(graph, { opsetImport: [{ domain: '', version: opset }] }));
  return viewModel(path);
}

describe('the module path of a node', () => {
  const torchscript = (...segments: string[]): ScopeOrigin => ({ kind: 'torchscript', segments });
  const dynamo = (...scopes: string[]): ScopeOrigin => ({ kind: 'dynamo', scopes, fxNode: 'conv2d' });
  test.each<readonly [origin: ScopeOrigin, path: string]>([
    [{ kind: 'none' }, ''],
    [dynamo(), ''],
    [dynamo(''), ''],
    [dynamo('', 'layers.0', 'layers.0.attention', 'layers.0.attention.query'), 'layers.0.attention.query'],
    [torchscript(), ''],
    [torchscript('relu'), 'relu'],
    [torchscript('layers.0', 'conv1'), 'layers.0.conv1'],
    // A container's own path is repeated by its children.
    [torchscript('head', 'head.0'), 'head.0'],
    [torchscript('down1', 'down1.1', 'down1.1.0'), 'down1.1.0'],
    [torchscript('a', 'a.b', 'c', 'c.0'), 'a.b.c.0'],
    // Names that begin alike are no repetition.
    [torchscript('head', 'header'), 'head.header'],
    [torchscript('head', 'head'), 'head.head'],
    [torchscript('', 'conv'), 'conv'],
  ])('%j is %s', (origin, path) => {
    expect(scopePath(origin)).toBe(path);
  });

  test.each([
    'residual/ts12',
    'residual/ts17',
    'residual/ts20',
    'residual/dynamo18',
    'transformer/ts17',
    'transformer/dynamo20',
    'unet/ts17',
    'unet/dynamo18',
    'lstm/ts20',
  ])('%s: every path is that of a module which the recorder saw', (name) => {
    const [model] = name.split('/');
    const manifest = JSON.parse(readFileSync(exportFile(`${model ?? ''}/dump/manifest.json`), 'utf8')) as {
      modules: { path: string }[];
    };
    const modules = new Set(manifest.modules.map(({ path }) => path));
    const scopes = new Set(viewModel(exportFile(`${name}.onnx`)).view.nodes.map(({ scope }) => scope));
    expect([...scopes].filter((scope) => !modules.has(scope))).toEqual([]);
    expect(scopes.size).toBeGreaterThan(2);
  });
});

describe('a model', () => {
  test('is described by what its file says', () => {
    const { view: seen } = view({
      node: [
        node('Conv', ['x', 'w', ''], ['c'], [], { name: 'first' }),
        node('Relu', ['c'], ['r'], [], { name: 'same' }),
        node('Relu', ['r'], ['y'], [], { name: 'same' }),
        node(
          'If',
          ['condition'],
          ['z'],
          [
            body('then_branch', { node: [node('Neg', ['c'], ['t'])], output: [value('t', 1, undefined)] }),
            body('else_branch', { node: [node('Abs', ['c'], ['e'])], output: [value('e', 1, undefined)] }),
          ],
        ),
      ],
      input: [value('x', TYPE.float32, ['N', 3, 8, 8]), value('condition', TYPE.bool, [])],
      output: [value('y', TYPE.float32, undefined), sequence('z', TYPE.float32)],
      initializer: [floats('w', [4, 3, 1, 1], new Array<number>(12).fill(0.5))],
    });
    expect(seen).toMatchObject({
      irVersion: 8,
      opsets: [{ domain: '', version: 17 }],
      inputs: [
        { name: 'x', dtype: 'float32', dims: ['N', 3, 8, 8] },
        { name: 'condition', dtype: 'bool', dims: [] },
      ],
      outputs: [
        { name: 'y', dtype: 'float32', dims: undefined },
        { name: 'z', dtype: 'sequence', dims: undefined },
      ],
      initializers: { count: 1, bytes: 48 },
      functions: [],
      lints: [],
    });
    // Names are unique; what the bodies of If read is among its inputs.
    expect(
      seen.nodes.map(({ opType, inputs, outputs, bodyNodes }) => [opType, inputs, outputs, bodyNodes]),
    ).toEqual([
      ['Conv', ['x', 'w', ''], ['c'], 0],
      ['Relu', ['c'], ['r'], 0],
      ['Relu', ['r'], ['y'], 0],
      ['If', ['condition', 'c'], ['z'], 2],
    ]);
    expect(new Set(seen.nodes.map(({ name }) => name)).size).toBe(4);
  });

  test.each(['no such node', '', '__proto__', 'constructor'])('has no node called %j', (name) => {
    const { node: detail } = view({ node: [node('Relu', ['x'], ['y'], [], { name: 'relu' })] });
    expect(() => detail(name)).toThrow(
      expect.objectContaining({ tag: 'bad-request', message: 'no such node', place: `node ${name}` }),
    );
  });

  test.each([
    ['text', 'text'],
    ['nothing', ''],
  ])('that is %s is refused', (_name, content) => {
    const path = join(folder, 'not.onnx');
    writeFileSync(path, content);
    expect(() => viewModel(path)).toThrow(expect.objectContaining({ tag: 'bad-file' }));
  });
});

/** 2^63 − 1 as protobuf's writer takes it; as a number it would be 2^63, which does not fit. */
const INT64_MAX = { low: -1, high: 0x7fffffff, unsigned: false } as unknown as number;

describe('attributes in words', () => {
  const attribute = (name: string, type: number, more: Attribute): Attribute => ({ name, type, ...more });
  const f = (f: number): Attribute => attribute('a', 1, { f: Math.fround(f) });
  const fs = (values: number[]): Attribute => attribute('a', 6, { floats: values.map(Math.fround) });
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const many = Array.from({ length: 20 }, (_, index) => index);
  const graph = { name: 'g', node: [node('Relu', ['x'], ['y']), node('Neg', ['y'], ['z'])] };

  test.each<readonly [name: string, given: Attribute, text: string]>([
    ['a float that float32 rounds', f(0.1), '0.1'],
    ['a small float', f(1e-5), '1e-5'],
    ['a large float', f(2.5e9), '2.5e9'],
    ['a float that needs all digits', f(1.6732632), '1.6732632'],
    ['a whole float', f(3), '3'],
    ['a float of 0', f(0), '0'],
    ['a negative float', f(-0.75), '-0.75'],
    ['NaN', f(NaN), 'NaN'],
    ['infinity', f(-Infinity), '−∞'],
    ['the largest float', f(3.4028234663852886e38), '3.4028235e38'],
    ['the smallest float', f(2 ** -149), '1e-45'],
    ['an int', int('a', 7), '7'],
    ['a large int in full', int('a', 123456789), '123456789'],
    ['the largest int', attribute('a', 2, { i: INT64_MAX }), '9223372036854775807'],
    ['ints, each in full', ints('a', [1, -1, 150528]), '[1, -1, 150528]'],
    ['no ints', ints('a', []), '[]'],
    ['many ints', ints('a', many), '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, … 4 more]'],
    ['floats', fs([0.1, 1e-5, 2]), '[0.1, 1e-5, 2]'],
    ['a text', attribute('a', 3, { s: encode('same_upper ‮') }), 'same_upper ‮'],
    ['a long text', attribute('a', 3, { s: encode('x'.repeat(600)) }), `${'x'.repeat(500)}…`],
    ['texts', attribute('a', 8, { strings: [encode('Tanh'), encode('Relu')] }), '[Tanh, Relu]'],
    ['a tensor', attribute('a', 4, { t: floats('', [2, 3], [1, 2, 3, 4, 5, 6]) }), 'float32 [2, 3]'],
    [
      'a tensor of a type from the future',
      attribute('a', 4, { t: { dataType: 99, dims: [2] } }),
      'type 99 [2]',
    ],
    ['tensors', attribute('a', 9, { tensors: [{}, {}] }), '2 tensors'],
    ['a body', attribute('a', 5, { g: graph }), 'body of 2 nodes'],
    ['bodies', attribute('a', 10, { graphs: [graph] }), '1 body'],
  ])('%s', (_name, given, text) => {
    const seen = view({ node: [node('Custom', ['x'], ['y'], [given], { name: 'n', domain: 'mine' })] });
    expect(seen.node('n').attributes).toEqual([{ name: 'a', value: text, isDefault: false }]);
  });

  const attributesOf = (
    opType: string,
    opset: number,
    given: Attribute[],
    domain = '',
  ): readonly AttributeView[] =>
    view({ node: [node(opType, ['x'], ['y'], given, { name: 'n', domain })] }, opset).node('n').attributes;

  test('what the file does not say is shown as the default of its opset', () => {
    expect(attributesOf('Softmax', 13, [])).toEqual([{ name: 'axis', value: '-1', isDefault: true }]);
    expect(attributesOf('Softmax', 12, [])).toEqual([{ name: 'axis', value: '1', isDefault: true }]);
    expect(attributesOf('Softmax', 12, [int('axis', 1)])).toEqual([
      { name: 'axis', value: '1', isDefault: false },
    ]);
    expect(attributesOf('Conv', 17, [ints('pads', [0, 0, 1, 1])])).toEqual([
      { name: 'auto_pad', value: 'NOTSET', isDefault: true },
      { name: 'group', value: '1', isDefault: true },
      { name: 'pads', value: '[0, 0, 1, 1]', isDefault: false },
    ]);
  });

  test.each([
    ['mine', 0],
    ['com.microsoft', 0],
    ['ai.onnx', 1],
    ['', 1],
  ])('an operator of the domain %j has %i defaults', (domain, number) => {
    expect(attributesOf('Softmax', 17, [], domain)).toHaveLength(number);
  });
});

describe('inputs and outputs of a node', () => {
  const detail = (): ReturnType<ReturnType<typeof viewModel>['node']> =>
    view({
      node: [
        node('Gemm', ['x', 'w', ''], ['y', ''], [], {
          name: 'n',
          metadataProps: [
            {
              key: 'pkg.torch.onnx.stack_trace',
              value:
                'File "/project/net.py", line 62, in forward\n    x = self.a(x)\n  File "/project/a.py", line 4, in forward\n    return f(x)',
            },
          ],
        }),
        node('Gather', ['y', 'ids'], ['z'], [], { name: 'm' }),
      ],
      input: [value('x', TYPE.float16, [1, 6])],
      output: [value('z', TYPE.float16, undefined)],
      initializer: [
        floats('w', [2, 3], [1, -2, 0, NaN, Infinity, 4]),
        int64s('ids', [3], [0, 0, 2]),
        { name: 'names', dims: [1], dataType: TYPE.string, stringData: [new Uint8Array(1)] },
      ],
    }).node('n');

  test('say dtype, shape and, of weights, their numbers', () => {
    expect(detail().inputs).toEqual([
      { name: 'x', dtype: 'float16', dims: [1, 6], weight: undefined },
      {
        name: 'w',
        dtype: 'float32',
        dims: [2, 3],
        // Of 1, −2, 0, 4: mean 3/4, variance (1/16 + 121/16 + 9/16 + 169/16) / 4 = 75/16.
        weight: {
          dtype: 'float32',
          count: 6,
          min: -2,
          max: 4,
          mean: 0.75,
          std: Math.sqrt(75) / 4,
          zeros: 1,
          nonFinite: 2,
        },
      },
    ]);
    expect(detail().outputs).toEqual([{ name: 'y', dtype: '', dims: undefined }]);
  });

  test('the Python source, innermost first', () => {
    expect(detail().source).toEqual([
      'File "/project/a.py", line 4, in forward',
      'File "/project/net.py", line 62, in forward',
    ]);
  });

  test('integers have numbers too, texts have none', () => {
    const model = view({
      node: [node('Custom', ['ids', 'names'], ['y'], [], { name: 'n', domain: 'mine' })],
      initializer: [
        int64s('ids', [4], [0, 0, 2, 6]),
        { name: 'names', dims: [1], dataType: TYPE.string, stringData: [new Uint8Array(1)] },
      ],
    });
    const [ids, names] = model.node('n').inputs;
    expect(ids?.weight).toMatchObject({ count: 4, min: 0, max: 6, mean: 2, zeros: 2, nonFinite: 0 });
    expect(ids?.weight?.std).toBeCloseTo(Math.sqrt(6), 12);
    expect(names).toMatchObject({ dtype: 'string', weight: undefined });
  });
});

describe('what the model alone gives away', () => {
  test.each<readonly [opType: string, opset: number, domain: string, given: Attribute[], rules: string[]]>([
    ['Relu', 17, '', [], []],
    ['BatchNormalization', 17, '', [int('training_mode', 1)], ['lint:training-mode']],
    ['BatchNormalization', 17, '', [int('training_mode', 0)], []],
    ['BatchNormalization', 17, '', [], []],
    ['RandomNormal', 17, '', [], ['lint:random']],
    ['RandomUniformLike', 17, '', [], ['lint:random']],
    ['Multinomial', 17, '', [], ['lint:random']],
    ['Bernoulli', 17, '', [], ['lint:random']],
    ['Softmax', 12, '', [], ['lint:softmax-before-13']],
    ['LogSoftmax', 11, 'ai.onnx', [], ['lint:softmax-before-13']],
    ['Hardmax', 12, '', [], ['lint:softmax-before-13']],
    ['Softmax', 13, '', [], []],
    ['Softmax', 12, 'mine', [], []],
  ])('%s in opset %i of the domain %j', (opType, opset, domain, given, rules) => {
    const { view: seen } = view({ node: [node(opType, ['x'], ['y'], given, { name: 'n', domain })] }, opset);
    expect(seen.lints.map(({ kind, subject }) => [kind, subject])).toEqual(rules.map((kind) => [kind, 'n']));
    for (const { text } of seen.lints) expect(text).toContain(opType);
  });
});
