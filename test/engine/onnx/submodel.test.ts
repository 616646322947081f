import { createRequire } from 'node:module';
import type * as OnnxProto from 'onnx-proto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { modelFromBytes, openModel, submodelBytes } from '../../../src/engine/onnx/index.ts';
import { onnx } from '../../../src/engine/onnx/proto.ts';
import type { Graph, Node } from '../../support/proto-model.ts';
import { body, floats, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';
import { floatTensor, runEngine } from '../../support/run-engine.ts';

/** Another decoder than the engine's looks at what was put together. */
const old = createRequire(import.meta.url)('onnx-proto') as typeof OnnxProto;

const FILES = ['residual/ts17', 'transformer/dynamo20', 'lstm/dynamo18', 'unet/ts12'];

describe.each(FILES)('%s', (file) => {
  const model = openModel(`test/fixtures/exports/${file}.onnx`);
  const original = Buffer.from(model.bytes);

  test('nodes and weights of a sub-model are the bytes of the file', () => {
    const { nodes, initializers } = model.graph;
    const chosen = nodes.map((_, index) => index).filter((index) => index % 3 === 0);
    const weights = initializers.map((_, index) => index).filter((index) => index % 2 === 0);
    const sub = Buffer.from(
      submodelBytes(model, {
        nodes: chosen,
        initializers: weights,
        inputs: [{ name: 'fed', dtype: 'float16', dims: [2, 3] }],
        outputs: ['out'],
      }),
    );
    for (const range of [
      ...chosen.map((index) => model.layout.nodes[index]),
      ...weights.map((index) => model.layout.initializers[index]),
    ])
      expect(sub.includes(original.subarray(range?.start, range?.end))).toBe(true);
    const { graph, opsetImport, irVersion, producerName } = old.onnx.ModelProto.decode(sub);
    expect(graph?.node?.map((one) => one.output)).toEqual(chosen.map((index) => nodes[index]?.outputs));
    expect(graph?.initializer?.map((one) => one.name)).toEqual(
      weights.map((index) => initializers[index]?.name),
    );
    expect(graph?.input).toMatchObject([{ name: 'fed', type: { tensorType: { elemType: 10 } } }]);
    expect(graph?.input?.[0]?.type?.tensorType?.shape?.dim?.map((dim) => Number(dim.dimValue))).toEqual([
      2, 3,
    ]);
    expect(graph?.output?.map((one) => one.name)).toEqual(['out']);
    const whole = onnx.ModelProto.decode(readFileSync(`test/fixtures/exports/${file}.onnx`));
    expect(Number(irVersion)).toBe(whole.irVersion);
    expect(producerName).toBe(whole.producerName);
    expect(opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual(
      whole.opsetImport?.map(({ domain, version }) => [domain, version]),
    );
  });
});

test('fields of a newer schema survive at model, graph and node level, renamed nodes included', () => {
  // Field 999 of each message, length-delimited (tag 0xba 0x3e), each with bytes of its own.
  const unknown = (mark: number): Buffer => Buffer.from([0xba, 0x3e, 3, mark, mark, mark]);
  const field = (tag: number, ...parts: Uint8Array[]): Buffer => {
    const all = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([tag, all.length]), all]);
  };
  const one = onnx.NodeProto.encode(node('Neg', ['x'], ['y'])).finish();
  const bytes = Buffer.concat([unknown(0xa1), field(0x3a, unknown(0xa2), field(0x0a, one, unknown(0xa3)))]);
  const model = modelFromBytes(bytes, 'new.onnx');
  const request = { nodes: [0], initializers: [], inputs: [], outputs: ['y'] };
  for (const renames of [
    new Map<number, ReadonlyMap<string, string>>(),
    new Map([[0, new Map([['x', 'fed']])]]),
  ]) {
    const sub = Buffer.from(submodelBytes(model, { ...request, renames }));
    for (const mark of [0xa1, 0xa2, 0xa3]) expect(sub.includes(unknown(mark))).toBe(true);
    expect(onnx.ModelProto.decode(sub).graph?.node?.[0]?.input).toEqual([renames.size === 0 ? 'x' : 'fed']);
  }
});

/** The only node of a sub-model in which node 0 reads `fed` for `a`. */
function renamed(one: Node): Node {
  const model = modelFromBytes(modelBytes({ node: [one] }), 'm.onnx');
  const renames = new Map([[0, new Map([['a', 'fed']])]]);
  const sub = submodelBytes(model, { nodes: [0], initializers: [], inputs: [], outputs: [], renames });
  return onnx.ModelProto.decode(sub).graph?.node?.[0] ?? {};
}

const inputsOf = (one: Node): unknown => [
  one.input,
  ...(one.attribute ?? []).map((attribute) => attribute.g?.node?.map(inputsOf)),
];

describe('renaming what a node reads', () => {
  const reading = (g: Graph): Node =>
    node('If', ['cond'], ['y'], [body('then_branch', { node: [node('Neg', ['a'], ['n'])], ...g })]);

  test('its inputs, each time, and nothing that only looks alike', () => {
    const one = renamed(
      node('Sum', ['a', 'b', 'a', 'aa', ''], ['a.out'], [{ name: 'a', type: 3, s: Buffer.from('a') }], {
        name: 'a',
        docString: 'a',
      }),
    );
    expect(one).toMatchObject({
      input: ['fed', 'b', 'fed', 'aa', ''],
      output: ['a.out'],
      name: 'a',
      docString: 'a',
    });
    expect(Buffer.from(one.attribute?.[0]?.s ?? []).toString()).toBe('a');
  });

  test('in its body, two deep', () => {
    const inner = reading({});
    expect(inputsOf(renamed(node('If', ['c'], ['y'], [body('then_branch', { node: [inner] })])))).toEqual([
      ['c'],
      [[['cond'], [[['fed']]]]],
    ]);
  });

  test.each<readonly [string, Graph]>([
    ['an input of the body', { input: [value('a', TYPE.float32, [1])] }],
    ['a weight of the body', { initializer: [floats('a', [1], [1])] }],
    ['a sparse weight of the body', { sparseInitializer: [{ values: floats('a', [1], [1]) }] }],
    ['made in the body', { node: [node('Abs', ['z'], ['a']), node('Neg', ['a'], ['n'])] }],
  ])('not where the name is %s', (_, g) => {
    const one = renamed(reading(g));
    expect(one.attribute?.[0]?.g?.node?.at(-1)?.input).toEqual(['a']);
  });

  test('a body beside the one that defines the name still reads the fed value', () => {
    const shadowed = body('then_branch', {
      input: [value('a', TYPE.float32, [1])],
      node: [node('Neg', ['a'], ['n'])],
    });
    const open = body('else_branch', { node: [node('Neg', ['a'], ['m'])] });
    expect(inputsOf(renamed(node('If', ['c'], ['y'], [shadowed, open])))).toEqual([
      ['c'],
      [[['a']]],
      [[['fed']]],
    ]);
  });
});

test('functions of the model run in a sub-model', async () => {
  const bytes = modelBytes(
    {
      node: [node('Twice', ['x'], ['t'], [], { domain: 'my' }), node('Neg', ['t'], ['y'])],
      input: [value('x', TYPE.float32, [2])],
      output: [value('y', TYPE.float32, [2])],
    },
    {
      opsetImport: [
        { domain: '', version: 17 },
        { domain: 'my', version: 1 },
      ],
      functions: [
        {
          domain: 'my',
          name: 'Twice',
          input: ['a'],
          output: ['b'],
          node: [node('Add', ['a', 'a'], ['b'])],
          opsetImport: [{ domain: '', version: 17 }],
        },
      ],
    },
  );
  const run = await runEngine(bytes, { x: floatTensor([2], [1, -3]) });
  expect(run.plan.segments).toHaveLength(2);
  expect(run.values).toEqual({ t: [2, -6], y: [-2, 6] });
});
