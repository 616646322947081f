import { describe, expect, test } from 'vitest';
import { indexGraph } from '../../../src/engine/graph/index.ts';
import { openModel } from '../../../src/engine/onnx/index.ts';
import { Arena, execute, planSegments, tensorFacts } from '../../../src/engine/run/index.ts';
import type { Tensor } from '../../../src/engine/tensor/index.ts';
import { bytesOf } from '../../../src/engine/tensor/index.ts';
import { readProto } from '../../support/edit-model.ts';
import { recordedFeeds } from '../../support/recorded-feeds.ts';
import { allValues } from '../../support/tensor-effect.ts';

/**
 * A model cut into segments computes the same bits as the untouched model in one piece, whatever the budget: from one
 * node a segment to all in one. The whole run is the plain runtime's, without our code.
 */
const NETS = ['residual', 'transformer', 'lstm', 'unet', 'reuse', 'wrapped'];
const FILES = ['ts12', 'ts17', 'dynamo20'];
const settings = { level: 'disabled', provider: 'cpu', threads: 1 } as const;

describe.each(NETS)('%s', (net) => {
  test.each(FILES)('%s has the same bits at every budget', async (file) => {
    const path = `test/fixtures/exports/${net}/${file}.onnx`;
    const proto = readProto(path);
    const feeds = recordedFeeds(proto, `test/fixtures/exports/${net}/dump`);
    const whole = await allValues(proto, feeds);
    const model = openModel(path);
    const graph = indexGraph(model);
    const inputs = new Map(
      Object.entries(feeds).map(([name, feed]): [string, Tensor] => [
        name,
        { dtype: feed.type, dims: feed.dims, bytes: bytesOf(feed.data as Float32Array) },
      ]),
    );
    const facts = await tensorFacts(model, graph, inputs, { ...settings, level: 'basic' });
    const counts: number[] = [];
    // A carry limit of nothing sends every value between segments through the disk.
    for (const [budget, carryLimit] of [
      [1, 0],
      [20_000, 1e9],
      [1e12, 1e9],
    ] as const) {
      const plan = planSegments(graph, facts, budget);
      counts.push(plan.segments.length);
      expect(plan.segments.flatMap((segment) => segment.nodes)).toEqual(
        graph.nodes.map((node) => node.index),
      );
      const seen = new Map<string, Uint8Array>();
      await execute({
        model,
        graph,
        facts,
        plan,
        settings,
        arena: new Arena(),
        carryLimit,
        inputs,
        fed: new Map(),
        wants: () => true,
        onTensor: (name, tensor) => seen.set(name, tensor.bytes.slice()),
        onSegment: () => undefined,
      });
      for (const [name, values] of whole) {
        expect(
          Buffer.compare(seen.get(name) ?? new Uint8Array(), bytesOf(values)),
          `${name} at budget ${budget}`,
        ).toBe(0);
      }
    }
    expect(counts[0]).toBeGreaterThan(counts[1] ?? 0);
    expect(counts[2]).toBe(1);
  });
});

test.each(['unet', 'transformer'])('%s on two threads has the same bits at every budget', async (net) => {
  const path = `test/fixtures/exports/${net}/ts17.onnx`;
  const model = openModel(path);
  const graph = indexGraph(model);
  const feeds = recordedFeeds(readProto(path), `test/fixtures/exports/${net}/dump`);
  const inputs = new Map(
    Object.entries(feeds).map(([name, feed]): [string, Tensor] => [
      name,
      { dtype: feed.type, dims: feed.dims, bytes: bytesOf(feed.data as Float32Array) },
    ]),
  );
  const facts = await tensorFacts(model, graph, inputs, { ...settings, level: 'basic' });
  const run = async (budget: number): Promise<Map<string, Buffer>> => {
    const seen = new Map<string, Buffer>();
    await execute({
      model,
      graph,
      facts,
      plan: planSegments(graph, facts, budget),
      settings: { ...settings, threads: 2 },
      arena: new Arena(),
      carryLimit: 1000,
      inputs,
      fed: new Map(),
      wants: () => true,
      onTensor: (name, tensor) => {
        // Every node runs once.
        expect(seen.has(name), name).toBe(false);
        seen.set(name, Buffer.from(tensor.bytes));
      },
      onSegment: () => undefined,
    });
    return seen;
  };
  const whole = await run(1e12);
  expect(whole.size).toBe(graph.nodes.flatMap((node) => node.outputs).filter((name) => name !== '').length);
  for (const budget of [0, 20_000]) expect(await run(budget)).toEqual(whole);
});
