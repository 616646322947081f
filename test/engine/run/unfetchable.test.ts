import { describe, expect, test } from 'vitest';
import type { Node, Value, Weight } from '../../support/proto-model.ts';
import { floats, int, int64s, modelBytes, node, sequence, TYPE, value } from '../../support/proto-model.ts';
import { floatTensor, runEngine } from '../../support/run-engine.ts';

/**
 * Values that the runtime cannot hand out: asked for one, it fails the whole run, or ends the process (int4). The
 * tests run in the process that would end.
 */
interface Case {
  readonly nodes: readonly Node[];
  readonly weights?: readonly Weight[];
  readonly opset?: number;
  readonly unfetchable: readonly string[];
  readonly values: Readonly<Record<string, readonly number[]>>;
  /** Pairs of nodes that stay together. */
  readonly together: readonly (readonly [number, number])[];
}

const CASES: Readonly<Record<string, Case>> = {
  int4: {
    // Quantised to −8 … 7 in steps of 2, and back: 1 lies between 0 and 2 and goes to the even step, 0.
    nodes: [
      node('QuantizeLinear', ['x', 'two', 'zero'], ['q']),
      node('DequantizeLinear', ['q', 'two', 'zero'], ['d']),
      node('Neg', ['d'], ['y']),
    ],
    weights: [floats('two', [], [2]), { name: 'zero', dataType: TYPE.int4, dims: [], int32Data: [0] }],
    opset: 21,
    unfetchable: ['q'],
    values: { d: [0, 4, -16], y: [-0, -4, 16] },
    together: [[0, 1]],
  },
  bfloat16: {
    nodes: [
      node('Cast', ['x'], ['b'], [int('to', TYPE.bfloat16)]),
      node('Cast', ['b'], ['d'], [int('to', TYPE.float32)]),
      node('Neg', ['d'], ['y']),
    ],
    unfetchable: ['b'],
    values: { d: [1, 4, -100], y: [-1, -4, 100] },
    together: [[0, 1]],
  },
  'a sequence': {
    nodes: [
      node('SequenceConstruct', ['x', 'w'], ['s']),
      node('Neg', ['x'], ['n']),
      node('SequenceAt', ['s', 'one'], ['d']),
      node('Add', ['d', 'n'], ['y']),
    ],
    weights: [floats('w', [3], [10, 20, 30]), int64s('one', [], [1])],
    unfetchable: ['s'],
    values: { n: [-1, -4, 100], d: [10, 20, 30], y: [9, 16, 130] },
    together: [
      [0, 1],
      [1, 2],
    ],
  },
  text: {
    nodes: [
      node('Cast', ['x'], ['t'], [int('to', TYPE.string)]),
      node('Cast', ['t'], ['d'], [int('to', TYPE.float32)]),
      node('Neg', ['d'], ['y']),
    ],
    unfetchable: ['t'],
    values: { d: [1, 4, -100], y: [-1, -4, 100] },
    together: [[0, 1]],
  },
  'an optional': {
    nodes: [
      node('Optional', ['x'], ['o']),
      node('OptionalGetElement', ['o'], ['d']),
      node('Neg', ['d'], ['y']),
    ],
    opset: 18,
    unfetchable: ['o'],
    values: { d: [1, 4, -100], y: [-1, -4, 100] },
    together: [[0, 1]],
  },
};

const output: Value = value('y', TYPE.float32, undefined);

describe.each(Object.entries(CASES))('%s', (_, one) => {
  const bytes = modelBytes(
    {
      node: [...one.nodes],
      input: [value('x', TYPE.float32, [3])],
      output: [output],
      initializer: [...(one.weights ?? [])],
    },
    { irVersion: 10, opsetImport: [{ domain: '', version: one.opset ?? 17 }] },
  );

  test.each([0, 1e9])('is never asked for, never cut through, and told (budget %s)', async (budget) => {
    const run = await runEngine(bytes, { x: floatTensor([3], [1, 4, -100]) }, { budget });
    expect(run.values).toEqual(one.values);
    for (const name of one.unfetchable) expect(run.facts.get(name)?.unfetchable, name).toMatch(/\w/);
    for (const name of Object.keys(one.values))
      expect(run.facts.get(name)?.unfetchable, name).toBeUndefined();
    for (const pair of one.together)
      expect(run.plan.segments.some((segment) => pair.every((index) => segment.nodes.includes(index)))).toBe(
        true,
      );
  });
});

test('outputs of the model that cannot be handed out are left out, the others are there', async () => {
  const bytes = modelBytes({
    node: [
      node('SequenceConstruct', ['x', 'x'], ['s']),
      node('Cast', ['x'], ['t'], [int('to', TYPE.string)]),
      node('Neg', ['x'], ['y']),
    ],
    input: [value('x', TYPE.float32, [1])],
    output: [sequence('s', TYPE.float32), value('t', TYPE.string, [1]), value('y', TYPE.float32, [1])],
  });
  for (const budget of [0, 1e9])
    expect((await runEngine(bytes, { x: floatTensor([1], [2]) }, { budget })).values).toEqual({ y: [-2] });
});

test('many values of unsupported types among many of supported ones: halving finds each of them', async () => {
  const nodes: Node[] = [];
  const kinds = [TYPE.float16, TYPE.bfloat16, TYPE.float64, TYPE.bfloat16, TYPE.int32, TYPE.bool];
  for (let index = 0; index < 48; index++) {
    nodes.push(node('Cast', ['x'], [`c${index}`], [int('to', kinds[index % kinds.length] ?? 1)]));
    nodes.push(node('Cast', [`c${index}`], [`f${index}`], [int('to', TYPE.float32)]));
  }
  const bytes = modelBytes({
    node: [
      ...nodes,
      node(
        'Sum',
        Array.from({ length: 48 }, (_, index) => `f${index}`),
        ['y'],
      ),
    ],
    input: [value('x', TYPE.float32, [1])],
    output: [value('y', TYPE.float32, [1])],
  });
  const run = await runEngine(bytes, { x: floatTensor([1], [1]) }, { budget: 0 });
  const out = [...run.facts].filter(([, facts]) => facts.unfetchable !== undefined).map(([name]) => name);
  expect(out).toEqual(
    Array.from({ length: 48 }, (_, index) => `c${index}`).filter(
      (_, index) => kinds[index % kinds.length] === TYPE.bfloat16,
    ),
  );
  expect(run.values['y']).toEqual([48]);
  expect(run.facts.get('c0')).toMatchObject({ dtype: 'float16', dims: [1] });
});

test('a node all of whose values are of no use to anyone is left alone', async () => {
  const bytes = modelBytes({
    node: [
      node('SequenceConstruct', ['x'], ['s']),
      node('SequenceLength', ['s'], ['n']),
      node('Neg', ['x'], ['y']),
    ],
    input: [value('x', TYPE.float32, [1])],
    output: [value('y', TYPE.float32, [1])],
  });
  const run = await runEngine(bytes, { x: floatTensor([1], [2]) }, { wants: (name) => name === 'y' });
  expect(run.values).toEqual({ y: [-2] });
  expect((await runEngine(bytes, { x: floatTensor([1], [2]) })).values).toEqual({ n: [1], y: [-2] });
});
