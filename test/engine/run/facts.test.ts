import { describe, expect, test } from 'vitest';
import { indexGraph } from '../../../src/engine/graph/index.ts';
import type { TensorFacts } from '../../../src/engine/graph/index.ts';
import { modelFromBytes, openModel } from '../../../src/engine/onnx/index.ts';
import type { InputType } from '../../../src/engine/run/index.ts';
import { tensorFacts } from '../../../src/engine/run/index.ts';
import { allValues } from '../../support/tensor-effect.ts';
import { readProto } from '../../support/edit-model.ts';
import { recordedFeeds } from '../../support/recorded-feeds.ts';
import type { Graph } from '../../support/proto-model.ts';
import { floats, int64s, ints, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';
import { SETTINGS } from '../../support/run-engine.ts';

const factsOf = async (
  graph: Graph,
  inputs: Readonly<Record<string, InputType>>,
): Promise<ReadonlyMap<string, TensorFacts>> => {
  const model = modelFromBytes(modelBytes(graph), 'm.onnx');
  return tensorFacts(model, indexGraph(model), new Map(Object.entries(inputs)), {
    ...SETTINGS,
    level: 'basic',
  });
};

describe('types and shapes before anything is run', () => {
  test('by the shapes that are fed, through Shape → Gather → Concat → Reshape', async () => {
    const facts = await factsOf(
      {
        node: [
          node('Shape', ['x'], ['shape']),
          node('Gather', ['shape', 'first'], ['batch']),
          node('Concat', ['batch', 'rest'], ['target'], [{ name: 'axis', type: 2, i: 0 }]),
          node('Reshape', ['x', 'target'], ['flat']),
          node('MatMul', ['flat', 'w'], ['y']),
        ],
        input: [value('x', TYPE.float32, ['n', 2, 3])],
        output: [value('y', TYPE.float32, undefined)],
        initializer: [
          int64s('first', [1], [0]),
          int64s('rest', [1], [-1]),
          floats('w', [6, 4], new Array<number>(24).fill(1)),
        ],
      },
      { x: { dtype: 'float32', dims: [5, 2, 3] } },
    );
    expect(facts.get('flat')).toEqual({ dtype: 'float32', dims: [5, 6], unfetchable: undefined });
    expect(facts.get('y')).toEqual({ dtype: 'float32', dims: [5, 4], unfetchable: undefined });
    expect(facts.get('target')).toMatchObject({ dtype: 'int64', dims: [2] });
    expect(facts.get('w')).toMatchObject({ dtype: 'float32', dims: [6, 4] });
  });

  test('an input of unknown shape leaves shapes open, not types', async () => {
    const facts = await factsOf(
      {
        node: [node('Neg', ['x'], ['y'])],
        input: [value('x', TYPE.float32, undefined)],
        output: [value('y', TYPE.float32, undefined)],
      },
      { x: { dtype: 'float32', dims: undefined } },
    );
    expect(facts.get('y')).toEqual({ dtype: 'float32', dims: undefined, unfetchable: undefined });
  });

  test('large weights are not needed: their values are never read', async () => {
    const size = 4096;
    const facts = await factsOf(
      {
        node: [node('Conv', ['x', 'w'], ['y'], [ints('pads', [1, 1, 1, 1])])],
        input: [value('x', TYPE.float32, [1, 3, 8, 8])],
        output: [value('y', TYPE.float32, undefined)],
        // 4096 × 3 × 3 × 3 values that are not in the file.
        initializer: [
          { name: 'w', dataType: TYPE.float32, dims: [size, 3, 3, 3], rawData: new Uint8Array() },
        ],
      },
      { x: { dtype: 'float32', dims: [1, 3, 8, 8] } },
    );
    expect(facts.get('y')?.dims).toEqual([1, size, 8, 8]);
  });
});

describe.each(['residual', 'transformer', 'lstm', 'unet', 'reuse', 'wrapped'])('%s', (net) => {
  test.each(['ts12', 'ts20', 'dynamo18'])('%s: what is foreseen is what comes out', async (file) => {
    const path = `test/fixtures/exports/${net}/${file}.onnx`;
    const proto = readProto(path);
    const feeds = recordedFeeds(proto, `test/fixtures/exports/${net}/dump`);
    const values = await allValues(proto, feeds);
    const model = openModel(path);
    const inputs = Object.entries(feeds).map(([name, feed]): [string, InputType] => [
      name,
      { dtype: feed.type === 'int64' ? 'int64' : 'float32', dims: feed.dims },
    ]);
    const facts = await tensorFacts(model, indexGraph(model), new Map(inputs), {
      ...SETTINGS,
      level: 'basic',
    });
    for (const [name, array] of values) {
      const one = facts.get(name);
      expect(one?.unfetchable, name).toBeUndefined();
      expect(one?.dtype, name).toBe('float32');
      // A scalar has no dims to know; everything else is foreseen.
      if (one?.dims === undefined) {
        expect(array.length, name).toBe(1);
        continue;
      }
      expect(
        one.dims.reduce((all, dim) => all * dim, 1),
        name,
      ).toBe(array.length);
    }
  });
});
