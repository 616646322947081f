import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  body,
  bools,
  floats,
  int,
  int64s,
  modelBytes,
  node,
  TYPE,
  value,
} from '../../support/proto-model.ts';
import { boolTensor, floatTensor, int64Tensor, runEngine } from '../../support/run-engine.ts';

/** Tiny models against numbers worked out by hand, cut after every node and not at all. */
const BUDGETS = [0, 1e9];
const floatIn = (name: string, dims: readonly (number | string)[] | undefined) =>
  value(name, TYPE.float32, dims);

describe.each(BUDGETS)('budget %s', (budget) => {
  test('outputs that no node makes: a model input, a weight, a weight of whole numbers', async () => {
    const bytes = modelBytes({
      node: [node('Neg', ['x'], ['y'])],
      input: [floatIn('x', [2])],
      output: [{ name: 'x' }, { name: 'y' }, { name: 'w' }, { name: 'n' }],
      initializer: [floats('w', [1, 2], [5, 6]), int64s('n', [2], [-1, 7])],
    });
    const run = await runEngine(bytes, { x: floatTensor([2], [1, 2]) }, { budget });
    expect(run.values).toEqual({ y: [-1, -2], x: [1, 2], w: [5, 6], n: [-1, 7] });
    expect(run.seen.find((one) => one.name === 'w')?.dims).toEqual([1, 2]);
  });

  test('a model without any node', async () => {
    const bytes = modelBytes({ node: [], input: [floatIn('x', [1])], output: [{ name: 'x' }] });
    expect((await runEngine(bytes, { x: floatTensor([1], [3]) }, { budget })).values).toEqual({ x: [3] });
  });

  test('shapes that only the run tells: NonZero', async () => {
    const bytes = modelBytes({
      node: [
        node('NonZero', ['x'], ['at']),
        node('Transpose', ['at'], ['t']),
        node('Cast', ['t'], ['y'], [int('to', 1)]),
      ],
      input: [floatIn('x', [2, 2])],
      output: [value('y', TYPE.float32, undefined)],
    });
    const run = await runEngine(bytes, { x: floatTensor([2, 2], [1, 0, 3, 4]) }, { budget });
    // Non-zero at (0,0), (1,0), (1,1).
    expect(run.values).toEqual({ at: [0, 1, 1, 0, 0, 1], t: [0, 0, 1, 0, 1, 1], y: [0, 0, 1, 0, 1, 1] });
    expect(run.seen.map((one) => one.dims)).toEqual([
      [2, 3],
      [3, 2],
      [3, 2],
    ]);
    expect(run.facts.get('at')?.dims).toBeUndefined();
  });

  test('inputs without a declared shape, of symbolic shape, and scalars', async () => {
    const bytes = modelBytes({
      node: [
        node('Add', ['x', 's'], ['a']),
        node('ReduceSum', ['a'], ['total'], [int('keepdims', 0)]),
        node('Mul', ['total', 'z'], ['y']),
      ],
      input: [floatIn('x', undefined), floatIn('s', []), floatIn('z', ['batch'])],
      output: [value('y', TYPE.float32, undefined)],
    });
    const inputs = {
      x: floatTensor([2, 2], [1, 2, 3, 4]),
      s: floatTensor([], [10]),
      z: floatTensor([1], [2]),
    };
    const run = await runEngine(bytes, inputs, { budget });
    expect(run.values).toEqual({ a: [11, 12, 13, 14], total: [50], y: [100] });
    expect(run.seen.find((one) => one.name === 'total')?.dims).toEqual([]);
  });

  test('dims of zero', async () => {
    const bytes = modelBytes({
      node: [
        node('Neg', ['x'], ['a']),
        node('Concat', ['a', 'w'], ['c'], [int('axis', 0)]),
        node('Abs', ['c'], ['y']),
      ],
      input: [floatIn('x', [0, 2])],
      output: [value('y', TYPE.float32, undefined)],
      initializer: [floats('w', [1, 2], [-1, 2])],
    });
    const run = await runEngine(bytes, { x: floatTensor([0, 2], []) }, { budget });
    expect(run.values).toEqual({ a: [], c: [-1, 2], y: [1, 2] });
    expect(run.seen[0]?.dims).toEqual([0, 2]);
  });

  test('omitted inputs and outputs', async () => {
    const bytes = modelBytes({
      node: [node('Unique', ['x'], ['set', '', 'where']), node('Clip', ['set', '', 'top'], ['y'])],
      input: [floatIn('x', [3])],
      output: [value('where', TYPE.int64, undefined), value('y', TYPE.float32, undefined)],
      initializer: [floats('top', [], [2])],
    });
    const run = await runEngine(bytes, { x: floatTensor([3], [3, 1, 3]) }, { budget });
    expect(run.values).toEqual({ set: [1, 3], where: [1, 0, 1], y: [1, 2] });
  });

  test('IR version 3, whose weights are also inputs', async () => {
    const bytes = modelBytes(
      {
        node: [node('Add', ['x', 'w'], ['a']), node('Mul', ['a', 'w'], ['y'])],
        input: [floatIn('x', [2]), floatIn('w', [2])],
        output: [floatIn('y', [2])],
        initializer: [floats('w', [2], [10, 20])],
      },
      { irVersion: 3, opsetImport: [{ domain: '', version: 8 }] },
    );
    expect((await runEngine(bytes, { x: floatTensor([2], [1, 2]) }, { budget })).values).toEqual({
      a: [11, 22],
      y: [110, 440],
    });
  });

  test('a file out of order', async () => {
    const bytes = modelBytes({
      node: [node('Abs', ['b'], ['y']), node('Add', ['a', 'x'], ['b']), node('Abs', ['x'], ['a'])],
      input: [floatIn('x', [2])],
      output: [floatIn('y', [2])],
    });
    const run = await runEngine(bytes, { x: floatTensor([2], [-1, 2]) }, { budget });
    expect(run.seen.map((one) => one.name)).toEqual(['a', 'b', 'y']);
    expect(run.values).toEqual({ a: [1, 2], b: [0, 4], y: [0, 4] });
  });

  test('bodies that read outer values, two deep; weights read only inside a body come along', async () => {
    const inner = node(
      'If',
      ['yes'],
      ['inner'],
      [
        body('then_branch', {
          node: [node('Mul', ['a', 'w'], ['t'])],
          output: [value('t', TYPE.float32, undefined)],
        }),
        body('else_branch', {
          node: [node('Neg', ['a'], ['e'])],
          output: [value('e', TYPE.float32, undefined)],
        }),
      ],
    );
    const bytes = modelBytes({
      node: [
        node('Add', ['x', 'x'], ['a']),
        node(
          'If',
          ['c'],
          ['y'],
          [
            body('then_branch', { node: [inner], output: [value('inner', TYPE.float32, undefined)] }),
            body('else_branch', {
              node: [node('Abs', ['a'], ['abs'])],
              output: [value('abs', TYPE.float32, undefined)],
            }),
          ],
        ),
      ],
      input: [floatIn('x', [2]), value('c', TYPE.bool, [])],
      output: [value('y', TYPE.float32, undefined)],
      initializer: [floats('w', [2], [3, 4]), bools('yes', [], [1])],
    });
    const run = (c: number) =>
      runEngine(bytes, { x: floatTensor([2], [-1, 2]), c: boolTensor([], [c]) }, { budget });
    expect((await run(1)).values).toEqual({ a: [-2, 4], y: [-6, 16] });
    expect((await run(0)).values).toEqual({ a: [-2, 4], y: [2, 4] });
  });

  test.each([
    '__proto__',
    '39',
    'constructor',
    '{"1": "1_minute_timer"}',
    'a b/c:0',
    'é 卷',
    'layerdiff.fed.0',
  ])('a value called %s, as input, between and as output', async (name) => {
    for (const [input, middle, output] of [
      [name, 'm', 'y'],
      ['x', name, 'y'],
      ['x', 'm', name],
    ] as const) {
      const bytes = modelBytes({
        node: [
          node('Neg', [input], [middle]),
          node('Add', [middle, middle], [output]),
          node('Abs', [output], ['last']),
        ],
        input: [floatIn(input, [2])],
        output: [floatIn('last', [2]), floatIn(output, [2])],
      });
      const inputs = Object.fromEntries([[input, floatTensor([2], [1, 2])]]);
      const { seen } = await runEngine(bytes, inputs, { budget });
      expect(seen.map((one) => [one.name, one.values])).toEqual([
        [middle, [-1, -2]],
        [output, [-2, -4]],
        ['last', [2, 4]],
      ]);
    }
  });

  test('what is not wanted is computed where it is needed, and not handed out', async () => {
    const bytes = modelBytes({
      node: [
        node('Neg', ['x'], ['a']),
        node('Neg', ['a'], ['b']),
        node('Abs', ['x'], ['idle']),
        node('Add', ['b', 'x'], ['y']),
      ],
      input: [floatIn('x', [1])],
      output: [floatIn('y', [1])],
    });
    const run = await runEngine(
      bytes,
      { x: floatTensor([1], [4]) },
      { budget, wants: (name) => name === 'y' },
    );
    expect(run.values).toEqual({ y: [8] });
  });
});

test('__proto__ of a shape that only the run tells is not handed out, the rest is', async () => {
  const bytes = modelBytes({
    node: [node('NonZero', ['x'], ['__proto__']), node('Neg', ['x'], ['y'])],
    input: [floatIn('x', [2])],
    output: [floatIn('y', [2])],
  });
  const run = await runEngine(bytes, { x: floatTensor([2], [1, 2]) }, { budget: 1e9 });
  expect(run.values).toEqual({ y: [-1, -2] });
});

describe('a run that fails', () => {
  const failing = modelBytes({
    node: [
      node('Neg', ['x'], ['a'], [], { name: 'first' }),
      node('Gather', ['a', 'i'], ['y'], [], { name: 'second' }),
    ],
    input: [floatIn('x', [2]), value('i', TYPE.int64, [1])],
    output: [floatIn('y', [1])],
  });
  const inputs = { x: floatTensor([2], [1, 2]), i: int64Tensor([1], [9]) };

  test('names file and node', async () => {
    await expect(runEngine(failing, inputs)).rejects.toMatchObject({
      tag: 'runtime',
      file: 'model.onnx',
      place: 'node second',
    });
    await expect(runEngine(failing, inputs, { budget: 1e9 })).rejects.toMatchObject({
      tag: 'runtime',
      place: 'nodes first and the 1 after it',
    });
  });

  test('leaves nothing on disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'layerdiff-spill-'));
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    const held: number[] = [];
    try {
      const onSegment = (): void => {
        const spilled = readdirSync(folder)
          .map((name) => join(folder, name, 'carried'))
          .filter((path) => existsSync(path));
        held.push(spilled.reduce((sum, path) => sum + statSync(path).size, 0));
      };
      await expect(runEngine(failing, inputs, { carryLimit: 0, onSegment })).rejects.toMatchObject({
        tag: 'runtime',
      });
      // `a`, two floats, waited on disk before the second node.
      expect(held).toEqual([0, 8]);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      rmSync(folder, { recursive: true });
    }
  });
});
