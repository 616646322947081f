import { describe, expect, test } from 'vitest';
import type { FedValue } from '../../../src/engine/run/index.ts';
import type { Tensor } from '../../../src/engine/tensor/index.ts';
import type { Node } from '../../support/proto-model.ts';
import { body, floats, int, int64s, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';
import { boolTensor, floatTensor, int64Tensor, runEngine } from '../../support/run-engine.ts';

const fed = (tensor: Tensor, key = 'k'): FedValue => ({
  key,
  type: tensor,
  load: (target) => target.set(tensor.bytes),
});
const edges = (
  ...list: readonly (readonly [node: number, input: string, value: FedValue])[]
): ReadonlyMap<number, ReadonlyMap<string, FedValue>> => {
  const map = new Map<number, Map<string, FedValue>>();
  for (const [at, input, one] of list)
    map.set(at, (map.get(at) ?? new Map<string, FedValue>()).set(input, one));
  return map;
};
const BUDGETS = [0, 1e9];

describe.each(BUDGETS)('budget %s', (budget) => {
  /** y = c ? a + k : (a shadowed by the body's own a), with a = −x. */
  const branch = (own: boolean): Node =>
    node(
      'If',
      ['c'],
      ['y'],
      [
        body('then_branch', {
          node: [node('Add', ['a', 'k'], ['t'])],
          output: [value('t', TYPE.float32, undefined)],
        }),
        body('else_branch', {
          node: own ? [node('Add', ['own', 'own'], ['e'])] : [node('Neg', ['a'], ['e'])],
          ...(own ? { initializer: [floats('own', [2], [7, 8])] } : {}),
          output: [value('e', TYPE.float32, undefined)],
        }),
      ],
    );
  const withBranch = (own: boolean): Uint8Array =>
    modelBytes({
      node: [node('Neg', ['x'], ['a']), branch(own)],
      input: [value('x', TYPE.float32, [2]), value('c', TYPE.bool, [])],
      output: [value('y', TYPE.float32, undefined)],
      initializer: [floats('k', [], [100])],
    });

  test('a body reads the fed value, the other branch its own', async () => {
    const feeding = edges([1, 'a', fed(floatTensor([2], [10, 20]))]);
    const run = (bytes: Uint8Array, c: number) =>
      runEngine(bytes, { x: floatTensor([2], [1, 2]), c: boolTensor([], [c]) }, { budget, fed: feeding });
    expect((await run(withBranch(false), 1)).values).toEqual({ a: [-1, -2], y: [110, 120] });
    expect((await run(withBranch(false), 0)).values).toEqual({ a: [-1, -2], y: [-10, -20] });
    expect((await run(withBranch(true), 0)).values).toEqual({ a: [-1, -2], y: [14, 16] });
  });

  test('the condition of a branch can be fed too', async () => {
    const feeding = edges([1, 'c', fed(boolTensor([], [1]))]);
    const run = await runEngine(
      withBranch(false),
      { x: floatTensor([2], [1, 2]), c: boolTensor([], [0]) },
      { budget, fed: feeding },
    );
    expect(run.values).toEqual({ a: [-1, -2], y: [99, 98] });
  });

  test('a Loop reads a fed outer value on every turn', async () => {
    const bytes = modelBytes({
      node: [
        node('Neg', ['x'], ['step']),
        node(
          'Loop',
          ['turns', '', 'start'],
          ['sum'],
          [
            body('body', {
              input: [
                value('turn', TYPE.int64, []),
                value('go', TYPE.bool, []),
                value('before', TYPE.float32, [1]),
              ],
              node: [node('Add', ['before', 'step'], ['after']), node('Identity', ['go'], ['on'])],
              output: [value('on', TYPE.bool, []), value('after', TYPE.float32, [1])],
            }),
          ],
        ),
      ],
      input: [value('x', TYPE.float32, [1])],
      output: [value('sum', TYPE.float32, [1])],
      initializer: [int64s('turns', [], [3]), floats('start', [1], [1000])],
    });
    const inputs = { x: floatTensor([1], [1]) };
    expect((await runEngine(bytes, inputs, { budget })).values).toEqual({ step: [-1], sum: [997] });
    const feeding = edges([1, 'step', fed(floatTensor([1], [10]))]);
    expect((await runEngine(bytes, inputs, { budget, fed: feeding })).values).toEqual({
      step: [-1],
      sum: [1030],
    });
  });

  test('whole numbers, and another shape than the producer makes', async () => {
    const bytes = modelBytes({
      node: [node('Abs', ['i'], ['index']), node('Gather', ['x', 'index'], ['y'])],
      input: [value('x', TYPE.float32, [4]), value('i', TYPE.int64, [2])],
      output: [value('y', TYPE.float32, undefined)],
    });
    const inputs = { x: floatTensor([4], [5, 6, 7, 8]), i: int64Tensor([2], [0, 1]) };
    const run = await runEngine(bytes, inputs, {
      budget,
      fed: edges([1, 'index', fed(int64Tensor([3], [3, 2, 3]))]),
    });
    expect(run.values).toEqual({ index: [0, 1], y: [8, 7, 8] });
  });

  test('a cast reads the fed dtype of its input', async () => {
    const bytes = modelBytes({
      node: [
        node('Neg', ['x'], ['a']),
        node('Cast', ['a'], ['half'], [int('to', TYPE.float16)]),
        node('Cast', ['half'], ['y'], [int('to', 1)]),
      ],
      input: [value('x', TYPE.float32, [2])],
      output: [value('y', TYPE.float32, [2])],
    });
    // 65504 is the largest float16; 2049 lies between two of them and rounds to the even one.
    const feeding = edges([1, 'a', fed(floatTensor([2], [65504, 2049]))]);
    const run = await runEngine(bytes, { x: floatTensor([2], [1, 2]) }, { budget, fed: feeding });
    expect(run.values['y']).toEqual([65504, 2048]);
    const half: Tensor = {
      dtype: 'float16',
      dims: [2],
      bytes: new Uint8Array(Uint16Array.of(0x3c00, 0xc000).buffer),
    };
    const narrow = await runEngine(
      bytes,
      { x: floatTensor([2], [1, 2]) },
      { budget, fed: edges([2, 'half', fed(half)]) },
    );
    expect(narrow.values['y']).toEqual([1, -2]);
  });

  test('a node that reads one value twice reads the fed one twice; a weight can be fed', async () => {
    const bytes = modelBytes({
      node: [node('Neg', ['x'], ['a']), node('Mul', ['a', 'a'], ['b']), node('Add', ['b', 'w'], ['y'])],
      input: [value('x', TYPE.float32, [2])],
      output: [value('y', TYPE.float32, [2])],
      initializer: [floats('w', [2], [1, 1])],
    });
    const feeding = edges(
      [1, 'a', fed(floatTensor([2], [3, 4]), 'a')],
      [2, 'w', fed(floatTensor([2], [100, 200]), 'w')],
    );
    const run = await runEngine(bytes, { x: floatTensor([2], [1, 2]) }, { budget, fed: feeding });
    expect(run.values).toEqual({ a: [-1, -2], b: [9, 16], y: [109, 216] });
  });

  test('a value is loaded once a segment, however many read it', async () => {
    let loads = 0;
    const once: FedValue = {
      key: 'a',
      type: { dtype: 'float32', dims: [1] },
      load: (target) => {
        loads++;
        target.set(floatTensor([1], [5]).bytes);
      },
    };
    const bytes = modelBytes({
      node: [
        node('Neg', ['x'], ['a']),
        node('Abs', ['a'], ['b']),
        node('Neg', ['a'], ['c']),
        node('Add', ['b', 'c'], ['y']),
      ],
      input: [value('x', TYPE.float32, [1])],
      output: [value('y', TYPE.float32, [1])],
    });
    const run = await runEngine(
      bytes,
      { x: floatTensor([1], [1]) },
      { budget, fed: edges([1, 'a', once], [2, 'a', once]) },
    );
    expect(run.values).toEqual({ a: [-1], b: [5], c: [-5], y: [0] });
    expect(loads).toBe(budget === 0 ? 2 : 1);
  });
});
