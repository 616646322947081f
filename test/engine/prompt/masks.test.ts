import { expect, test } from 'vitest';
import { relateMasks } from '../../../src/engine/prompt/index.ts';

test.each([
  ['the complement', [0, 0, 1], [1, 1, 0], ['0 and 1 are the other way round']],
  [
    'ones alone',
    [1, 1, 1],
    [1, 1, 0],
    ["1 throughout, so that nothing is left out, where PyTorch's is 1 at 2"],
  ],
  ['fewer', [1, 0, 0], [1, 1, 0], ["1 at 1 of 3 positions, where PyTorch's is 1 at 2"]],
  ['the same', [1, 0, 1], [1, 0, 1], []],
  ['text at the other side, which is for tokens to say', [0, 1, 1], [1, 1, 0], []],
  ['token ids', [5, 0, 1], [1, 1, 0], []],
  ['another length', [1, 1], [1, 1, 0], []],
])('%s', (_, deployed, recorded, expected) => {
  expect(relateMasks(deployed, recorded).map(({ text }) => text)).toEqual(expected);
});
