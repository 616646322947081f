import { expect, it } from 'vitest';
import { relateTokens } from '../../../src/engine/prompt/index.ts';

const TEXT = [101, 7592, 2088, 2003, 102];

it.each<readonly [string, readonly number[], readonly number[], readonly RegExp[]]>([
  ['equal', TEXT, TEXT, []],
  [
    'longer padding',
    [...TEXT, 0, 0, 0],
    [...TEXT, 0],
    [/^pad-length: the same text, padded to 8 where PyTorch's is padded to 6$/],
  ],
  [
    'no padding',
    TEXT,
    [...TEXT, 0, 0],
    [/^pad-length: the same text, 5 tokens without padding where PyTorch's is padded to 7$/],
  ],
  [
    'padding at the start',
    [0, 0, ...TEXT],
    [...TEXT, 0, 0],
    [/^pad-side: padded at the start, .* at the end/],
  ],
  ['another id', [...TEXT, 1, 1], [...TEXT, 0, 0], [/^pad-id: padded with 1 where .* 0$/]],
  ['without special tokens', TEXT.slice(1, -1), TEXT, [/^special-tokens: without 2 tokens \(101 and 102\)/]],
  ['cut', TEXT.slice(0, 2), [...TEXT, 5, 6], [/^shortened: cut: 5 tokens/]],
  ['shifted', [9, 101, 7592, 2088, 2003], TEXT, [/^shifted: shifted by 1 position towards the end/]],
  ['another text', [101, 1, 2, 3, 102], TEXT, [/^tokens: other tokens at 3 of 5 positions, first at 1/]],
])('%s', (_, deployed, recorded, expected) => {
  const told = relateTokens(deployed, recorded).map(({ kind, text }) => `${kind}: ${text}`);
  expect(told).toHaveLength(expected.length);
  expected.forEach((pattern, index) => expect(told[index]).toMatch(pattern));
});
