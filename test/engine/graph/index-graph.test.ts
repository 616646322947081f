import { describe, expect, test } from 'vitest';
import type { Graph as Indexed } from '../../../src/engine/graph/index.ts';
import { indexGraph } from '../../../src/engine/graph/index.ts';
import { modelFromBytes } from '../../../src/engine/onnx/index.ts';
import type { Graph, Node } from '../../support/proto-model.ts';
import { body, floats, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';

const indexed = (graph: Graph): Indexed => indexGraph(modelFromBytes(modelBytes(graph), 'm.onnx'));
const names = (node_: readonly Node[]): string[] =>
  indexed({ node: [...node_] }).nodes.map((one) => one.name);

describe('node names are unique', () => {
  test('nameless and repeated names become OpType#index, the index being the place in the file', () => {
    expect(
      names([
        node('Relu', ['x'], ['1'], [], { name: 'act' }),
        node('Relu', ['1'], ['2']),
        node('Neg', ['2'], ['3'], [], { name: 'twin' }),
        node('Abs', ['3'], ['4'], [], { name: 'twin' }),
      ]),
    ).toEqual(['act', 'Relu#1', 'Neg#2', 'Abs#3']);
  });

  test('also where the file itself uses such a name', () => {
    expect(names([node('Relu', ['x'], ['1'], [], { name: 'Relu#1' }), node('Relu', ['1'], ['2'])])).toEqual([
      'Relu#1',
      'Relu#1_',
    ]);
  });

  test('by the place in the file even where the order of execution is another', () => {
    expect(names([node('Neg', ['1'], ['2']), node('Abs', ['x'], ['1'])])).toEqual(['Abs#1', 'Neg#0']);
  });
});

describe('inputs', () => {
  test('an initializer that is also listed as an input need not be fed', () => {
    const graph = indexed({
      node: [node('Add', ['x', 'w'], ['y'])],
      input: [value('x', TYPE.float32, [1]), value('w', TYPE.float32, [1])],
      initializer: [floats('w', [1], [2])],
    });
    expect(graph.inputs.map((input) => input.name)).toEqual(['x']);
    expect(graph.initializers.get('w')?.index).toBe(0);
  });
});

describe('tensors', () => {
  const graph = indexed({
    node: [
      node('Split', ['x'], ['left', '', 'right']),
      node('Clip', ['left', '', 'top'], ['clipped']),
      node('Add', ['right', 'right'], ['sum']),
      node(
        'If',
        ['c'],
        ['y'],
        [body('then_branch', { node: [node('Mul', ['right', 'clipped'], ['m'])], output: [{ name: 'm' }] })],
      ),
    ],
    input: [value('x', TYPE.float32, [4]), value('c', TYPE.bool, [])],
    output: [value('y', TYPE.float32, ['n', 2]), { name: 'x' }],
    initializer: [floats('top', [], [6])],
    valueInfo: [value('left', TYPE.float32, [2, 'n'])],
  });
  const tensor = (name: string) => graph.tensors.get(name);

  test('know their maker, which of its outputs they are, and their readers, each once, bodies included', () => {
    expect(tensor('right')).toMatchObject({
      producer: 0,
      outputIndex: 2,
      consumers: [2, 3],
      isOutput: false,
    });
    expect(tensor('left')).toMatchObject({ producer: 0, outputIndex: 0, consumers: [1] });
    expect(tensor('x')).toMatchObject({ producer: undefined, consumers: [0], isOutput: true });
    expect(tensor('top')).toMatchObject({ producer: undefined, consumers: [1] });
    expect(tensor('y')).toMatchObject({ producer: 3, consumers: [], isOutput: true });
  });

  test('omitted inputs and outputs are no tensors', () => {
    expect(tensor('')).toBeUndefined();
    expect(graph.nodes[0]?.outputs).toEqual(['left', '', 'right']);
    expect(graph.nodes[1]?.inputs).toEqual(['left', '', 'top']);
  });

  test('know what the file declares, symbolic dims by name; a body keeps its own values to itself', () => {
    expect(tensor('left')?.declared?.dims).toEqual([2, 'n']);
    expect(tensor('y')?.declared?.dims).toEqual(['n', 2]);
    expect(tensor('sum')?.declared).toBeUndefined();
    expect(tensor('m')).toBeUndefined();
    expect(graph.nodes[3]).toMatchObject({ captured: ['right', 'clipped'], bodyNodes: 1 });
  });
});
