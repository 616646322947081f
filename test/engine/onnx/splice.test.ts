import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { indexGraph } from '../../../src/engine/graph/index.ts';
import { modelFromBytes, openModel, spliceOutputs } from '../../../src/engine/onnx/index.ts';
import { onnx } from '../../../src/engine/onnx/proto.ts';
import { readProto } from '../../support/edit-model.ts';
import { floats, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';
import { recordedFeeds } from '../../support/recorded-feeds.ts';

interface OldNode {
  readonly name: string;
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
}

/** The npm package onnx-proto: an independent decoder, of the schema of ONNX 1.10. */
const old = createRequire(import.meta.url)('onnx-proto') as {
  onnx: {
    ModelProto: {
      decode(bytes: Uint8Array): {
        graph: { node: OldNode[]; initializer: { name: string; dims: unknown[]; rawData: Uint8Array }[] };
      };
    };
  };
};

const FILES = [
  'residual/ts17',
  'transformer/dynamo20',
  'lstm/ts12',
  'unet/dynamo18',
  'reuse/ts20',
  'wrapped/ts17',
];

describe.each(FILES)('%s', (file) => {
  const path = `test/fixtures/exports/${file}.onnx`;

  test('two decoders agree on what both know', () => {
    const model = openModel(path);
    const { graph } = old.onnx.ModelProto.decode(readFileSync(path));
    const plain = ({ name, opType, input, output }: OldNode): unknown => ({
      name,
      opType,
      input: [...input],
      output: [...output],
    });
    expect(
      model.graph.nodes.map((node) => ({
        name: node.name,
        opType: node.opType,
        input: node.inputs,
        output: node.outputs,
      })),
    ).toEqual(graph.node.map(plain));
    expect(model.graph.initializers.map((tensor) => [tensor.name, tensor.dims])).toEqual(
      graph.initializer.map((tensor) => [tensor.name, tensor.dims.map(Number)]),
    );
    model.graph.initializers.forEach((tensor, index) => {
      const bytes = tensor.data.kind === 'raw' ? tensor.data.bytes : undefined;
      expect(
        Buffer.compare(bytes ?? new Uint8Array(), graph.initializer[index]?.rawData ?? new Uint8Array()),
      ).toBe(0);
    });
  });

  test('a spliced model keeps every byte, and the runtime gives the exposed values', async () => {
    const original = readFileSync(path);
    const graph = indexGraph(openModel(path));
    const names = graph.nodes
      .flatMap((node) => node.outputs)
      .filter((name) => graph.tensors.get(name)?.isOutput === false);
    const spliced = spliceOutputs(original, names);
    expect(Buffer.compare(spliced.subarray(0, original.length), original)).toBe(0);
    expect(modelFromBytes(spliced, path).graph.nodes).toHaveLength(graph.nodes.length);
    const feeds = recordedFeeds(readProto(path), `test/fixtures/exports/${file.split('/')[0] ?? ''}/dump`);
    const options = { graphOptimizationLevel: 'disabled', logSeverityLevel: 4 } as const;
    const plain = await ort.InferenceSession.create(original, options);
    const exposed = await ort.InferenceSession.create(spliced, options);
    expect(exposed.outputNames).toEqual([...plain.outputNames, ...names]);
    const [before, after] = [await plain.run(feeds), await exposed.run(feeds)];
    for (const name of plain.outputNames) expect(after[name]?.data).toEqual(before[name]?.data);
  });
});

test('fields of a newer schema survive a splice', () => {
  // Field 999 of ModelProto, length-delimited: tag (999 << 3 | 2) as a varint, then one byte.
  const unknown = Uint8Array.from([0xba, 0x3e, 1, 42]);
  const model = onnx.ModelProto.encode({
    irVersion: 8,
    graph: { node: [{ opType: 'Relu', input: ['x'], output: ['y'] }] },
  }).finish();
  const bytes = new Uint8Array([...model, ...unknown]);
  const spliced = spliceOutputs(bytes, ['y']);
  expect(Buffer.from(spliced).includes(Buffer.from(unknown))).toBe(true);
  expect(modelFromBytes(spliced, 'm.onnx').graph.outputs.map((output) => output.name)).toEqual(['y']);
});

/** a = x + 1, b = a · a, y = −b. */
const CHAIN = modelBytes({
  node: [node('Add', ['x', 'one'], ['a']), node('Mul', ['a', 'a'], ['b']), node('Neg', ['b'], ['y'])],
  input: [value('x', TYPE.float32, ['batch', 2])],
  output: [value('y', TYPE.float32, ['batch', 2])],
  initializer: [floats('one', [], [1])],
});

test('exposed values are those of the calculation', async () => {
  const session = await ort.InferenceSession.create(spliceOutputs(CHAIN, ['a', 'b']), {
    logSeverityLevel: 4,
  });
  const results = await session.run({ x: new ort.Tensor('float32', [1, 2, 3, 4], [2, 2]) });
  const plain = Object.entries(results).map(([name, tensor]) => [
    name,
    tensor.dims,
    [...(tensor.data as Float32Array)],
  ]);
  expect(plain).toEqual([
    ['y', [2, 2], [-4, -9, -16, -25]],
    ['a', [2, 2], [2, 3, 4, 5]],
    ['b', [2, 2], [4, 9, 16, 25]],
  ]);
});

test('splicing twice is splicing once with all names, and an output listed twice is one output', () => {
  const twice = modelFromBytes(spliceOutputs(spliceOutputs(CHAIN, ['a']), ['b', 'y']), 'm.onnx');
  expect(twice.graph.outputs.map((output) => output.name)).toEqual(['y', 'a', 'b', 'y']);
  expect(indexGraph(twice).outputs).toEqual(['y', 'a', 'b']);
  // The other decoder takes the last graph message for the whole graph: the reason why it is not the reader.
  expect(old.onnx.ModelProto.decode(spliceOutputs(CHAIN, ['a'])).graph.node).toEqual([]);
});

test('a large model cut off anywhere is refused in one line, or is a shorter model', () => {
  const bytes = readFileSync('test/fixtures/exports/lstm/ts17.onnx');
  const { nodes } = modelFromBytes(bytes, 'whole.onnx').graph;
  let refused = 0;
  for (let end = 0; end < bytes.length; end += 7) {
    try {
      expect(modelFromBytes(bytes.subarray(0, end), 'cut.onnx').graph.nodes.length).toBeLessThanOrEqual(
        nodes.length,
      );
    } catch (error) {
      refused++;
      expect(error).toMatchObject({ tag: 'bad-file', file: 'cut.onnx' });
    }
  }
  expect(refused).toBeGreaterThan(bytes.length / 14);
});
