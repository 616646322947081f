import { describe, expect, test } from 'vitest';
import type { Graph } from '../../../src/engine/graph/index.ts';
import { indexGraph } from '../../../src/engine/graph/index.ts';
import { modelFromBytes } from '../../../src/engine/onnx/index.ts';
import type { Plan } from '../../../src/engine/run/index.ts';
import { independentPieces, planSegments } from '../../../src/engine/run/index.ts';
import { modelBytes, node, TYPE, value } from '../../support/proto-model.ts';

/** v0 = −x, v1 = −v0, v2 = v1 + v0, v3 = −v2, y = v3 + v0: one segment a node. */
const graph: Graph = indexGraph(
  modelFromBytes(
    modelBytes({
      node: [
        node('Neg', ['x'], ['v0']),
        node('Neg', ['v0'], ['v1']),
        node('Add', ['v1', 'v0'], ['v2']),
        node('Neg', ['v2'], ['v3']),
        node('Add', ['v3', 'v0'], ['y']),
      ],
      input: [value('x', TYPE.float32, [2])],
      output: [value('y', TYPE.float32, [2])],
    }),
    'm.onnx',
  ),
);
const plan = planSegments(graph, new Map(), Infinity);
const single: Plan = {
  overBudget: [],
  segments: graph.nodes.map(({ index, inputs, outputs }) => ({
    nodes: [index],
    reads: inputs,
    carriedOut: outputs.filter((name) => name !== 'y'),
    bytes: 8,
  })),
};

describe('pieces between which no value is handed over', () => {
  const all = [...graph.nodes.flatMap(({ index, inputs }) => inputs.map((name) => `${index} ${name}`))];
  test.each<readonly [string, readonly string[], readonly (readonly number[])[]]>([
    ['nothing is replaced', [], [[0, 1, 2, 3, 4]]],
    ['everything is replaced', all, [[0], [1], [2], [3], [4]]],
    ['only what the second reads', ['1 v0'], [[0, 1, 2, 3, 4]]],
    ['v0 everywhere', ['1 v0', '2 v0', '4 v0'], [[0], [1, 2, 3, 4]]],
    ['v0 and v2', ['1 v0', '2 v0', '4 v0', '3 v2'], [[0], [1, 2], [3, 4]]],
    ['all but the last reader of v0', all.filter((edge) => edge !== '4 v0'), [[0, 1, 2, 3, 4]]],
  ])('%s', (_, replaced, expected) => {
    const pieces = independentPieces(graph, single, (index, name) => replaced.includes(`${index} ${name}`));
    expect(pieces.map((piece) => piece.segments.flatMap((segment) => segment.nodes))).toEqual(expected);
  });

  test('what no segment of the piece reads is not carried', () => {
    const replaced = ['1 v0', '2 v0', '4 v0', '3 v2'];
    const pieces = independentPieces(graph, single, (index, name) => replaced.includes(`${index} ${name}`));
    expect(pieces.map((piece) => piece.segments.map((segment) => segment.carriedOut))).toEqual([
      [[]],
      [['v1'], []],
      [['v3'], []],
    ]);
  });

  test('one segment is one piece', () => {
    expect(independentPieces(graph, plan, () => false)).toEqual([plan]);
  });
});
