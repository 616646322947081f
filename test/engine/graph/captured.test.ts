import { describe, expect, test } from 'vitest';
import { bodiesOf, indexGraph } from '../../../src/engine/graph/index.ts';
import { modelFromBytes } from '../../../src/engine/onnx/index.ts';
import type { Attribute, Graph, Node } from '../../support/proto-model.ts';
import { body, floats, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';

function holder(...attributes: Attribute[]): { captured: readonly string[]; bodyNodes: number } {
  const model = modelFromBytes(modelBytes({ node: [node('If', ['c'], ['y'], attributes)] }), 'm.onnx');
  const { captured, bodyNodes } = indexGraph(model).nodes[0] ?? { captured: [], bodyNodes: -1 };
  return { captured, bodyNodes };
}
const branch = (g: Graph): Attribute => body('then_branch', g);
const nested = (g: Graph): Node => node('If', ['c2'], ['inner'], [branch(g)]);

describe('names that bodies read from the graph around them', () => {
  test.each<readonly [string, readonly Attribute[], readonly string[], number]>([
    ['a plain read', [branch({ node: [node('Neg', ['a'], ['n'])] })], ['a'], 1],
    [
      'not what the body makes itself',
      [branch({ node: [node('Neg', ['a'], ['n']), node('Abs', ['n'], ['m'])] })],
      ['a'],
      2,
    ],
    [
      'not its inputs',
      [branch({ input: [value('a', TYPE.float32, [1])], node: [node('Add', ['a', 'b'], ['n'])] })],
      ['b'],
      1,
    ],
    [
      'not its weights',
      [branch({ initializer: [floats('a', [1], [1])], node: [node('Add', ['a', 'b'], ['n'])] })],
      ['b'],
      1,
    ],
    [
      'not its sparse weights',
      [
        branch({
          sparseInitializer: [{ values: floats('a', [1], [1]) }],
          node: [node('Add', ['a', 'b'], ['n'])],
        }),
      ],
      ['b'],
      1,
    ],
    ['not omitted inputs', [branch({ node: [node('Clip', ['a', '', 'b'], ['n'])] })], ['a', 'b'], 1],
    ['an outer value that is the result', [branch({ output: [{ name: 'a' }] })], ['a'], 0],
    ['two deep', [branch({ node: [nested({ node: [node('Neg', ['deep'], ['n'])] })] })], ['c2', 'deep'], 2],
    [
      'two deep, but made one deep',
      [branch({ node: [node('Neg', ['a'], ['mid']), nested({ node: [node('Neg', ['mid'], ['n'])] })] })],
      ['a', 'c2'],
      3,
    ],
    [
      'two bodies, one name once',
      [
        branch({ node: [node('Neg', ['a'], ['n'])] }),
        body('else_branch', { node: [node('Add', ['b', 'a'], ['n'])] }),
      ],
      ['a', 'b'],
      2,
    ],
    [
      'a list of graphs',
      [{ name: 'graphs', type: 10, graphs: [{ node: [node('Neg', ['a'], ['n'])] }] }],
      ['a'],
      1,
    ],
  ])('%s', (_, attributes, captured, bodyNodes) => {
    expect(holder(...attributes)).toEqual({ captured, bodyNodes });
  });

  test('a node without bodies has none', () => {
    const model = modelFromBytes(modelBytes({ node: [node('Neg', ['a'], ['y'])] }), 'm.onnx');
    expect(model.graph.nodes.flatMap(bodiesOf)).toEqual([]);
  });
});
