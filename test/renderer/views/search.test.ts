import { describe, expect, test } from 'vitest';
import { matchScore, search } from '../../../src/renderer/views/search.ts';
import { seeded } from '../../support/random.ts';

describe('what is found', () => {
  test.each([
    ['', 'anything', true],
    ['conv', 'Conv', true],
    ['conv', '/layers.0/CONV1/out', true],
    ['l0c1', 'layers.0.conv1', true],
    ['layers conv', 'layers.0.conv1', true],
    ['vnoc', 'conv', false],
    ['conv2', 'conv1', false],
    ['ll', 'layer', false],
    ['x', '', false],
    ['量', '张量', true],
    ['.*', 'conv', false],
    ['.0', 'layers.0', true],
  ])('%j in %j: %s', (query, text, isFound) => {
    expect(matchScore(query, text) !== undefined).toBe(isFound);
  });
});

describe('what comes first', () => {
  const order = (query: string, ...texts: string[]): string[] => search(query, texts, (text) => text, 10);
  test.each([
    ['together before apart', 'conv', ['c.o.n.v', 'conv']],
    ['at the start of a word before inside one', 'act', ['compact', 'layer.act']],
    ['early before late', 'conv', ['layers.0.blocks.conv', 'conv.layers.0.blocks']],
    ['short before long', 'conv', ['conv_projection_of_the_layer', 'conv']],
    ['initials before letters anywhere', 'lc', ['blicker', 'layers.conv']],
  ])('%s', (_name, query, [worse, better]) => {
    expect(order(query, worse ?? '', better ?? '')).toEqual([better, worse]);
    expect(order(query, better ?? '', worse ?? '')).toEqual([better, worse]);
  });

  test('equals stay in their order, and no more come than are wanted', () => {
    expect(order('a', 'a1', 'a2', 'a3')).toEqual(['a1', 'a2', 'a3']);
    expect(search('a', ['a1', 'a2', 'a3'], (text) => text, 2)).toEqual(['a1', 'a2']);
    expect(search('  A1 ', ['a1', 'a2'], (text) => text, 5)).toEqual(['a1']);
    expect(search('', ['b', 'a'], (text) => text, 5)).toEqual(['b', 'a']);
  });
});

test.each([1, 2, 3])('letters in order are found wherever they are, seed %i', (seed) => {
  const random = seeded(seed);
  const letters = 'abcdefgh./_0';
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: 30 }, () => letters[Math.floor(random() * letters.length)]).join('');
    const query = Array.from(text)
      .filter(() => random() < 0.2)
      .join('');
    expect(matchScore(query, text), `${query} in ${text}`).toBeDefined();
    expect(matchScore(`${query}z`, text)).toBeUndefined();
  }
});
