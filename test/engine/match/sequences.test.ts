import { describe, expect, test } from 'vitest';
import { alignForced } from '../../../src/engine/match/align.ts';
import { findGroups } from '../../../src/engine/match/node-groups.ts';
import { counterpartOf, keepsValues, plainOperator } from '../../../src/engine/match/operators.ts';
import { segmentsBetween } from '../../../src/engine/match/segments.ts';
import type { SmallNode } from './small.ts';
import { factsOf, matchSmall, outputPairs, recordingOf, smallGraph, smallSample } from './small.ts';

/** Letters that are the same meet. */
function align(a: string, b: string): string | undefined {
  const meetings = alignForced(a.length, b.length, (row) =>
    Array.from(b).flatMap((letter, column): [number, number][] => (letter === a[row] ? [[column, 1]] : [])),
  );
  return meetings?.map(({ row, column }) => `${a[row] ?? ''}${row}${column}`).join(' ');
}

describe('only what every best alignment has', () => {
  test.each([
    ['equal', 'abc', 'abc', 'a00 b11 c22'],
    ['something more on one side', 'abc', 'axbyc', 'a00 b12 c24'],
    ['something missing', 'abc', 'ac', 'a00 c21'],
    ['two places for one', 'aba', 'a', ''],
    ['one of two, told apart by what is between', 'aba', 'ba', 'b10 a21'],
    ['crossed: either could be kept, so neither is', 'ab', 'ba', ''],
    ['nothing in common', 'ab', 'cd', ''],
    ['empty', '', 'ab', ''],
  ])('%s', (_, a, b, meetings) => {
    expect(align(a, b)).toBe(meetings);
  });

  test('a table that would fill the memory is not made', () => {
    expect(alignForced(10_000, 10_000, () => [])).toBeUndefined();
  });
});

test('sequences are cut at the marks they share, in the longest order they agree on', () => {
  const isMark = (item: string): string | undefined => (item === item.toUpperCase() ? item : undefined);
  const pieces = segmentsBetween(Array.from('aXbYcZd'), Array.from('eXfZgYh'), isMark);
  expect(pieces.map(({ left, right }) => `${left.join('')}|${right.join('')}`)).toEqual([
    'a|e',
    'bYc|f',
    'd|gYh',
  ]);
});

describe('groups that stand for one operator', () => {
  const groupsOf = (
    nodes: readonly SmallNode[],
    weights: readonly string[] = ['w', 'b', 'half'],
  ): string[] => {
    const graph = smallGraph({ inputs: ['x'], outputs: [nodes.at(-1)?.out[0] ?? ''], weights, nodes });
    return findGroups(graph).map(({ kind, nodes: own }) => `${kind} ${own.join()}`);
  };
  const node = (op: string, inputs: string, out: string): SmallNode => ({
    op,
    in: inputs.split(' '),
    out: [out],
  });

  test('SiLU, and a product with a gate that is none', () => {
    expect(groupsOf([node('Sigmoid', 'x', 's'), node('Mul', 'x s', 'y')])).toEqual(['SiLU 0,1']);
    expect(groupsOf([node('Relu', 'x', 'r'), node('Sigmoid', 'x', 's'), node('Mul', 'r s', 'y')])).toEqual(
      [],
    );
  });

  test('GELU as either exporter writes it, after a residual sum', () => {
    const head = [
      node('Add', 'x x', 'r'),
      node('Div', 'r w', 'd'),
      node('Erf', 'd', 'e'),
      node('Add', 'e b', 'f'),
    ];
    expect(groupsOf([...head, node('Mul', 'r f', 'g'), node('Mul', 'g half', 'y')])).toEqual([
      'GELU 1,2,3,4,5',
    ]);
    expect(groupsOf([...head, node('Mul', 'half f', 'g'), node('Mul', 'r g', 'y')])).toEqual([
      'GELU 1,2,3,4,5',
    ]);
    expect(groupsOf([...head, node('Mul', 'r half', 'h'), node('Mul', 'h f', 'y')])).toEqual([
      'GELU 1,2,3,4,5',
    ]);
  });

  test('LayerNorm of nine nodes, not the sum before it; a square root alone is none', () => {
    expect(
      groupsOf([
        node('Add', 'x x', 'r'),
        node('ReduceMean', 'r', 'm'),
        node('Sub', 'r m', 'c'),
        node('Pow', 'c w', 'p'),
        node('ReduceMean', 'p', 'v'),
        node('Add', 'v b', 'e'),
        node('Sqrt', 'e', 's'),
        node('Div', 'c s', 'd'),
        node('Mul', 'd w', 'g'),
        node('Add', 'g b', 'y'),
      ]),
    ).toEqual(['LayerNorm 1,2,3,4,5,6,7,8,9']);
    expect(groupsOf([node('Sqrt', 'x', 's'), node('Div', 'x s', 'y')])).toEqual([]);
  });

  test('Linear on three axes; a product of two values is none', () => {
    expect(groupsOf([node('MatMul', 'x w', 'm'), node('Add', 'm b', 'y')])).toEqual(['Linear 0,1']);
    expect(groupsOf([node('MatMul', 'x x', 'm'), node('Add', 'm b', 'y')])).toEqual([]);
  });
});

describe('operators', () => {
  test.each([
    ['aten.convolution.default', 'Conv'],
    ['aten.add_.Tensor', 'Add'],
    ['aten.relu_.default', 'Relu'],
    ['aten._softmax.default', 'Softmax'],
    ['aten.sigmoid.default', 'Sigmoid'],
    ['aten.transpose.int', 'Transpose'],
    ['aten.constructor.default', 'Constructor'],
  ])('%s → %s', (op, onnx) => {
    expect(counterpartOf(op).nodes).toContain(onnx);
  });

  test('names', () => {
    expect(plainOperator('aten._unsafe_view.default')).toBe('_unsafe_view');
    expect([keepsValues('aten.view.default'), keepsValues('aten.transpose.int')]).toEqual([true, false]);
  });

  test('are paired inside their own module call, cut at the calls within', () => {
    const graph = smallGraph({
      inputs: ['x'],
      outputs: ['out'],
      weights: ['w'],
      nodes: [
        { op: 'Mul', in: ['x', 'w'], out: ['m1'], name: '/block/Mul' },
        { op: 'Relu', in: ['m1'], out: ['r'], name: '/block/act/Relu' },
        { op: 'Mul', in: ['r', 'w'], out: ['m2'], name: '/block/Mul_1' },
        { op: 'Sigmoid', in: ['m2'], out: ['s'], name: '/block/Sigmoid' },
        { op: 'Add', in: ['s', 'x'], out: ['out'], name: '/Add' },
      ],
    });
    const op = (
      path: string,
      name: string,
      call: number,
      storage: string,
    ): { key: string; op: string; storage: string } => ({
      key: `${path}#0:aten.${name}/${call}.0`,
      op: `aten.${name}`,
      storage,
    });
    const sample = smallSample([
      op('block', 'mul.Tensor', 0, 't1'),
      op('block.act', 'relu.default', 0, 't2'),
      { key: 'block.act#0:output.0', storage: 't2' },
      // Recorded, but the exporter folded it away: nothing stands for it.
      op('block', 'neg.default', 0, 't3'),
      op('block', 'mul.Tensor', 1, 't4'),
      op('block', 'sigmoid.default', 0, 't5'),
      { key: 'block#0:output.0', storage: 't5' },
      op('', 'add.Tensor', 0, 't6'),
      { key: '#0:output.0', storage: 't7' },
    ]);
    const match = matchSmall(graph, sample, {
      recording: recordingOf({ '': 'Net', block: 'Block', 'block.act': 'ReLU' }),
    });
    expect(outputPairs(match)).toEqual({
      'block#0:aten.mul.Tensor/0.0': 'm1',
      'block.act#0:aten.relu.default/0.0': 'r',
      'block.act#0:output.0': 'r',
      'block#0:aten.mul.Tensor/1.0': 'm2',
      'block#0:aten.sigmoid.default/0.0': 's',
      'block#0:output.0': 's',
      '#0:aten.add.Tensor/0.0': 'out',
    });
    const ruleOf = (key: string): unknown => match.pairs.find((pair) => pair.entry.key === key)?.rule;
    expect(ruleOf('block#0:aten.mul.Tensor/0.0')).toBe('op');
    expect(ruleOf('block#0:aten.sigmoid.default/0.0')).toBe('alias');
  });
});

describe('graphs that name no modules', () => {
  const sample = smallSample([
    { key: 'up#0:input.0', storage: 'x' },
    { key: 'up#0:output.0', storage: 'u' },
    { key: 'act#0:input.0', storage: 'u' },
    { key: 'act#0:output.0', storage: 'a' },
    { key: 'down#0:input.0', storage: 'a' },
    { key: 'down#0:output.0', storage: 'd' },
  ]);
  const recording = recordingOf({ up: 'Linear', act: 'ReLU', down: 'Linear' });
  const nodes: readonly SmallNode[] = [
    { op: 'Gemm', in: ['x', 'w1'], out: ['1'] },
    { op: 'Relu', in: ['1'], out: ['2'] },
    { op: 'Gemm', in: ['2', 'w2'], out: ['3'] },
  ];
  const graph = (list: readonly SmallNode[] = nodes): ReturnType<typeof smallGraph> =>
    smallGraph({ inputs: ['x'], outputs: [list.at(-1)?.out[0] ?? ''], weights: ['w1', 'w2'], nodes: list });

  test('kind, shape and order place the modules', () => {
    const match = matchSmall(graph(), sample, { recording });
    expect(outputPairs(match)).toEqual({
      'up#0:output.0': '1',
      'act#0:output.0': '2',
      'down#0:output.0': '3',
    });
    expect(match.scopeOf).toEqual(['up', 'act', 'down']);
  });

  test('a node more than the modules: what fits two places is left out', () => {
    const more = [...nodes, { op: 'Gemm', in: ['3', 'w1'], out: ['4'] }];
    const bare = smallSample(['up#0:output.0', 'act#0:output.0', 'down#0:output.0']);
    const match = matchSmall(graph(more), bare, { recording });
    expect(outputPairs(match)).toEqual({ 'up#0:output.0': '1', 'act#0:output.0': '2' });
  });

  test('what was read decides between places', () => {
    const more = [...nodes, { op: 'Gemm', in: ['3', 'w1'], out: ['4'] }];
    expect(outputPairs(matchSmall(graph(more), sample, { recording }))).toEqual({
      'up#0:output.0': '1',
      'act#0:output.0': '2',
      'down#0:output.0': '3',
    });
  });

  test('weights decide against the order', () => {
    const weightOwners = new Map([
      ['w1', 'down.weight'],
      ['w2', 'up.weight'],
    ]);
    const bare = smallSample(['up#0:output.0', 'act#0:output.0', 'down#0:output.0']);
    const match = matchSmall(graph(), bare, { recording, weightOwners });
    expect(outputPairs(match)).toMatchObject({ 'up#0:output.0': '3', 'down#0:output.0': '1' });
    expect(match.pairs[0]).toMatchObject({ rule: 'weight', confidence: 'medium' });
  });

  test('no shape fits: nothing is paired by its position', () => {
    const facts = factsOf(graph(), { 1: [9], 2: [9], 3: [9] });
    expect(outputPairs(matchSmall(graph(), sample, { recording, facts }))).toEqual({});
  });
});
