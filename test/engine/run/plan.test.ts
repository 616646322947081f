import { describe, expect, test } from 'vitest';
import type { Graph, TensorFacts } from '../../../src/engine/graph/index.ts';
import { indexGraph } from '../../../src/engine/graph/index.ts';
import { modelFromBytes, openModel } from '../../../src/engine/onnx/index.ts';
import { planSegments, tensorFacts } from '../../../src/engine/run/index.ts';
import { recordedFeeds } from '../../support/recorded-feeds.ts';
import { readProto } from '../../support/edit-model.ts';
import type { Node } from '../../support/proto-model.ts';
import { body, floats, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';
import { SETTINGS } from '../../support/run-engine.ts';

const graphOf = (nodes: readonly Node[], weights: readonly string[] = []): Graph =>
  indexGraph(
    modelFromBytes(
      modelBytes({
        node: [...nodes],
        input: [value('x', TYPE.float32, [25])],
        initializer: weights.map((name) => floats(name, [25], new Array<number>(25).fill(0))),
      }),
      'm.onnx',
    ),
  );
/** 25 float32: 100 bytes each, unless told otherwise. */
const factsOf = (
  graph: Graph,
  other: Readonly<Record<string, Partial<TensorFacts>>> = {},
): Map<string, TensorFacts> =>
  new Map(
    [...graph.tensors.keys()].map((name) => [
      name,
      { dtype: 'float32' as const, dims: [25], unfetchable: undefined, ...other[name] },
    ]),
  );
const chain = (length: number): Node[] =>
  Array.from({ length }, (_, index) => node('Neg', [index === 0 ? 'x' : `v${index - 1}`], [`v${index}`]));
const nodesOf = (plan: ReturnType<typeof planSegments>): (readonly number[])[] =>
  plan.segments.map((segment) => segment.nodes);

describe('segments of a chain, 100 bytes a value', () => {
  const graph = graphOf(chain(5));
  test.each<readonly [number, readonly (readonly number[])[], readonly number[]]>([
    [0, [[0], [1], [2], [3], [4]], [0, 1, 2, 3, 4]],
    [99, [[0], [1], [2], [3], [4]], [0, 1, 2, 3, 4]],
    [100, [[0], [1], [2], [3], [4]], []],
    [250, [[0, 1], [2, 3], [4]], []],
    [499, [[0, 1, 2, 3], [4]], []],
    [500, [[0, 1, 2, 3, 4]], []],
    [Infinity, [[0, 1, 2, 3, 4]], []],
  ])('budget %s', (budget, nodes, over) => {
    const plan = planSegments(graph, factsOf(graph), budget);
    expect(nodesOf(plan)).toEqual(nodes);
    expect(plan.overBudget).toEqual(over);
  });

  test('what a segment reads and what it hands on', () => {
    const { segments } = planSegments(graph, factsOf(graph), 250);
    expect(segments).toEqual([
      { nodes: [0, 1], reads: ['x'], carriedOut: ['v1'], bytes: 200 },
      { nodes: [2, 3], reads: ['v1'], carriedOut: ['v3'], bytes: 200 },
      { nodes: [4], reads: ['v3'], carriedOut: [], bytes: 100 },
    ]);
  });

  test('values of unknown shape count nothing; one too large stands alone and is told', () => {
    expect(
      nodesOf(
        planSegments(graph, factsOf(graph, { v1: { dims: undefined }, v2: { dtype: undefined } }), 300),
      ),
    ).toEqual([[0, 1, 2, 3, 4]]);
    const plan = planSegments(graph, factsOf(graph, { v2: { dims: [1000] } }), 250);
    expect(nodesOf(plan)).toEqual([[0, 1], [2], [3, 4]]);
    expect(plan.overBudget).toEqual([2]);
  });

  test('only nodes that are run at all', () => {
    expect(nodesOf(planSegments(graph, factsOf(graph), 200, (index) => index !== 2))).toEqual([
      [0, 1],
      [3, 4],
    ]);
  });
});

test('values that cannot be handed over are never cut through, from their maker to their last reader', () => {
  const graph = graphOf([...chain(4), node('Add', ['v0', 'v3'], ['late']), node('Neg', ['late'], ['end'])]);
  const plan = (names: readonly string[]) =>
    nodesOf(
      planSegments(
        graph,
        factsOf(graph, Object.fromEntries(names.map((name) => [name, { unfetchable: 'is a sequence' }]))),
        0,
      ),
    );
  expect(plan(['v1'])).toEqual([[0], [1, 2], [3], [4], [5]]);
  expect(plan(['v0'])).toEqual([[0, 1, 2, 3, 4], [5]]);
  expect(plan(['v1', 'v2'])).toEqual([[0], [1, 2, 3], [4], [5]]);
  expect(plan(['v1', 'late'])).toEqual([[0], [1, 2], [3], [4, 5]]);
  // Nobody reads it: nothing to hold together.
  expect(plan(['end'])).toEqual([[0], [1], [2], [3], [4], [5]]);
});

test('a body reads: its names are handed on like inputs, weights are not', () => {
  const holder = node('If', ['c'], ['y'], [body('then_branch', { node: [node('Add', ['v0', 'w'], ['t'])] })]);
  const graph = graphOf([node('Neg', ['x'], ['v0']), node('Neg', ['x'], ['c']), holder], ['w']);
  const { segments } = planSegments(graph, factsOf(graph), 0);
  expect(segments.map((segment) => segment.reads)).toEqual([['x'], ['x'], ['c', 'v0']]);
  expect(segments.map((segment) => segment.carriedOut)).toEqual([['v0'], ['c'], []]);
});

describe.each(['residual', 'transformer', 'lstm', 'unet', 'reuse', 'wrapped'])('%s', (net) => {
  test('every node once, in order; no segment above its budget that could be cut', async () => {
    const path = `test/fixtures/exports/${net}/ts17.onnx`;
    const model = openModel(path);
    const graph = indexGraph(model);
    const inputs = Object.entries(recordedFeeds(readProto(path), `test/fixtures/exports/${net}/dump`)).map(
      ([name, feed]) =>
        [
          name,
          { dtype: feed.type === 'int64' ? ('int64' as const) : ('float32' as const), dims: feed.dims },
        ] as const,
    );
    const facts = await tensorFacts(model, graph, new Map(inputs), { ...SETTINGS, level: 'basic' });
    for (const budget of [0, 1e3, 1e4, 1e5, 1e6]) {
      const plan = planSegments(graph, facts, budget);
      expect(plan.segments.flatMap((segment) => segment.nodes)).toEqual(graph.nodes.map((one) => one.index));
      for (const segment of plan.segments) {
        const alone = segment.nodes.length === 1 || plan.overBudget.includes(segment.nodes[0] ?? -1);
        if (!alone) expect(segment.bytes).toBeLessThanOrEqual(budget);
      }
      // Every value read was made before, or is fed.
      const made = new Set(inputs.map(([name]) => name));
      for (const segment of plan.segments) {
        for (const name of segment.reads) expect(made).toContain(name);
        for (const name of segment.carriedOut) made.add(name);
      }
    }
  });
});
