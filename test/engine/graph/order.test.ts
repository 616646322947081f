import { describe, expect, test } from 'vitest';
import { indexGraph } from '../../../src/engine/graph/index.ts';
import { modelFromBytes } from '../../../src/engine/onnx/index.ts';
import { seeded } from '../../support/random.ts';
import type { Node } from '../../support/proto-model.ts';
import { body, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';

const order = (nodes: readonly Node[]): string[] =>
  indexGraph(
    modelFromBytes(modelBytes({ node: [...nodes], input: [value('x', TYPE.float32, [1])] }), 'm.onnx'),
  ).nodes.map((one) => one.name);

const named = (name: string, inputs: readonly string[], outputs: readonly string[]): Node =>
  node('Op', inputs, outputs, [], { name });

describe('execution order', () => {
  test('a file in order keeps its order', () => {
    expect(
      order([named('b', ['x'], ['1']), named('a', ['x'], ['2']), named('c', ['2', '1'], ['3'])]),
    ).toEqual(['b', 'a', 'c']);
  });

  test('a file out of order is put in order; of those that are ready, the first in the file runs first', () => {
    expect(
      order([
        named('last', ['2', '3'], ['4']),
        named('right', ['1'], ['3']),
        named('left', ['1'], ['2']),
        named('first', ['x'], ['1']),
      ]),
    ).toEqual(['first', 'right', 'left', 'last']);
  });

  test('what a body reads from outside comes before the node that holds the body', () => {
    const inner = node('If', ['c'], ['i'], [body('then_branch', { node: [node('Neg', ['late'], ['n'])] })]);
    const outer = node('If', ['c'], ['y'], [body('then_branch', { node: [inner] })], { name: 'outer' });
    expect(order([outer, named('producer', ['x'], ['late'])])).toEqual(['producer', 'outer']);
  });

  test('any shuffle of a random graph runs every node after what it reads', () => {
    const random = seeded(3);
    const nodes = Array.from({ length: 300 }, (_, index) => {
      const inputs = Array.from({ length: 3 }, () =>
        index === 0 ? 'x' : `v${Math.floor(random() * index)}`,
      );
      return named(`n${index}`, inputs, [`v${index}`]);
    });
    const shuffled = nodes
      .map((one) => ({ one, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);
    const place = new Map(order(shuffled).map((name, position) => [name, position]));
    expect(place.size).toBe(300);
    nodes.forEach((one, index) => {
      for (const input of one.input ?? [])
        if (input !== 'x') expect(place.get(`n${input.slice(1)}`)).toBeLessThan(place.get(`n${index}`) ?? -1);
    });
  });

  test('a chain of 20,000 nodes in reverse order does not take a stack frame a node', () => {
    const nodes = Array.from({ length: 20_000 }, (_, index) =>
      named(`n${index}`, [`v${index}`], [`v${index + 1}`]),
    );
    const names = order([...nodes].reverse());
    expect(names[0]).toBe('n0');
    expect(names.at(-1)).toBe('n19999');
  });
});

describe('cycles are refused, naming a node that stands in one', () => {
  test.each<readonly [string, readonly Node[], string]>([
    ['two nodes', [named('a', ['2'], ['1']), named('b', ['1'], ['2'])], 'node a'],
    ['a node that reads itself', [named('fine', ['x'], ['0']), named('self', ['1'], ['1'])], 'node self'],
    [
      'not one that only waits for it',
      [named('waits', ['1'], ['3']), named('a', ['2'], ['1']), named('b', ['1'], ['2'])],
      'node a',
    ],
    ['nameless nodes', [node('Add', ['2', 'x'], ['1']), node('Mul', ['1', 'x'], ['2'])], 'node Add#0'],
    [
      'through a body',
      [
        node('If', ['c'], ['1'], [body('then_branch', { node: [node('Neg', ['2'], ['n'])] })], {
          name: 'if',
        }),
        named('b', ['1'], ['2']),
      ],
      'node if',
    ],
  ])('%s', (_, nodes, place) => {
    expect(() => order(nodes)).toThrow(expect.objectContaining({ tag: 'bad-file', file: 'm.onnx', place }));
  });
});
