import { describe, expect, test } from 'vitest';
import { unifyLayouts } from '../../../src/engine/match/layout.ts';
import type { Pair } from '../../../src/engine/match/pair.ts';
import {
  fitDims,
  fitShape,
  holdsFor,
  possibleTransforms,
  usualTurns,
} from '../../../src/engine/match/shape-fit.ts';
import { entry } from './small.ts';

const turn = (...axes: number[]): object => ({ kind: 'permutation', axes });

describe('how the reference becomes the candidate, by dims', () => {
  test.each([
    ['same', [1, 3, 8, 6], [1, 3, 8, 6], { kind: 'none' }],
    ['NHWC recorded', [1, 3, 8, 6], [1, 8, 6, 3], turn(0, 3, 1, 2)],
    ['NHWC candidate', [1, 8, 6, 3], [1, 3, 8, 6], turn(0, 2, 3, 1)],
    ['NHWC recorded, H = W', [1, 3, 8, 8], [1, 8, 8, 3], turn(0, 3, 1, 2)],
    ['NHWC candidate, H = W', [1, 8, 8, 3], [1, 3, 8, 8], turn(0, 2, 3, 1)],
    ['NLC recorded, N = L', [5, 3, 5], [5, 5, 3], turn(0, 2, 1)],
    ['time first', [7, 2, 16], [2, 7, 16], turn(1, 0, 2)],
    ['axes of size 1', [1, 4, 1, 1], [1, 4], { kind: 'reshape' }],
    ['flattened', [2, 7, 16], [14, 16], { kind: 'reshape' }],
    ['other counts', [2, 3], [2, 4], undefined],
    ['empty', [0], [0], { kind: 'none' }],
    ['a number', [], [], { kind: 'none' }],
    ['a number in brackets', [1], [], { kind: 'reshape' }],
  ])('%s', (_, candidate, reference, transform) => {
    expect(fitDims(candidate, reference)).toEqual(transform);
    const fit = fitDims(candidate, reference);
    if (fit !== undefined) expect(holdsFor(fit, candidate, reference)).toBe(true);
  });

  test('floats do not stand for integers; unknown dims fit anything', () => {
    const reference = { dtype: 'int64', dims: [2] } as const;
    expect(fitShape({ dtype: 'float32', dims: [2], unfetchable: undefined }, reference)).toBeUndefined();
    expect(fitShape({ dtype: 'int64', dims: undefined, unfetchable: undefined }, reference)).toEqual({
      kind: 'none',
    });
    expect(fitShape(undefined, reference)).toBeUndefined();
  });
});

describe('what values may choose from', () => {
  test('each layout once, the likely ones first', () => {
    expect(possibleTransforms([2, 2, 3], [2, 3, 2])).toEqual([
      turn(0, 2, 1),
      turn(2, 0, 1),
      { kind: 'reshape' },
    ]);
    expect(possibleTransforms([1, 4, 6], [24])).toEqual([{ kind: 'reshape' }]);
    expect(possibleTransforms([2], [3])).toEqual([]);
    expect(possibleTransforms([3, 3], [3, 3])[0]).toEqual({ kind: 'none' });
  });

  test('a cube has both image layouts, a vector none', () => {
    expect(usualTurns([1, 3, 3, 3])).toEqual([turn(0, 3, 1, 2), turn(0, 2, 3, 1)]);
    expect(usualTurns([1, 3, 4, 4])).toEqual([]);
    expect(usualTurns([3])).toEqual([]);
  });
});

describe('a cube follows the layout around it', () => {
  const pair = (dims: readonly number[], transform: object): Pair => ({
    tensor: 't',
    entry: entry({ key: 'm#0:output.0', dims }),
    rule: 'torchscript-scope',
    confidence: 'high',
    transform: transform as Pair['transform'],
  });
  const cube = pair([1, 4, 4, 4], { kind: 'none' });
  const last = (pairs: readonly Pair[]): unknown => unifyLayouts(pairs).at(-1)?.transform;

  test('all others are turned', () => {
    expect(last([pair([1, 8, 8, 4], turn(0, 3, 1, 2)), cube])).toEqual(turn(0, 3, 1, 2));
  });
  test('not where another of its rank stands as it is', () => {
    const straight = pair([1, 4, 8, 8], { kind: 'none' });
    expect(last([pair([1, 8, 8, 4], turn(0, 3, 1, 2)), straight, cube])).toEqual({ kind: 'none' });
  });
  test('not where the others disagree, nor from another rank', () => {
    const two = [pair([1, 8, 8, 4], turn(0, 3, 1, 2)), pair([1, 4, 8, 8], turn(0, 2, 3, 1))];
    expect(last([...two, cube])).toEqual({ kind: 'none' });
    expect(last([pair([2, 5, 3], turn(0, 2, 1)), cube])).toEqual({ kind: 'none' });
  });
  test('not against the user’s map', () => {
    const mapped: Pair = { ...cube, rule: 'map' };
    expect(last([pair([1, 8, 8, 4], turn(0, 3, 1, 2)), mapped])).toEqual({ kind: 'none' });
  });
});
