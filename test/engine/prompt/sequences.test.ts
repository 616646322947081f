import { expect, test } from 'vitest';
import { relateSequences } from '../../../src/engine/prompt/index.ts';

const RECORDED = [101, 7, 8, 102, 0, 0, 101, 9, 102, 0, 0, 0];

test.each([
  ['equal', RECORDED, 6, []],
  [
    'padded further',
    [101, 7, 8, 102, 0, 0, 0, 0, 101, 9, 102, 0, 0, 0, 0, 0],
    8,
    ["pad-length: the same text, padded to 8 where PyTorch's is padded to 6"],
  ],
  [
    'another text behind one that is only padded otherwise',
    [101, 7, 8, 102, 1, 1, 101, 5, 102, 1, 1, 1],
    6,
    ['tokens: other tokens at 4 of 6 positions, first at 1 (5 where PyTorch has 9)'],
  ],
  [
    'another id in each',
    [101, 7, 8, 102, 1, 1, 101, 9, 102, 1, 1, 1],
    6,
    ["pad-id: padded with 1 where PyTorch's is padded with 0"],
  ],
] as const)('%s', (_, deployed, length, expected) => {
  const told = relateSequences(deployed, RECORDED, [length, 6]).map(({ kind, text }) => `${kind}: ${text}`);
  expect(told).toEqual(expected);
});

test('of no length there is nothing to say', () => {
  expect(relateSequences([], RECORDED, [0, 6])).toEqual([]);
});
