import { describe, expect, test } from 'vitest';
import { parseMapFile, transformToJson } from '../../../src/engine/match/index.ts';
import type { Transform } from '../../../src/engine/match/index.ts';
import { factsOf, matchSmall, outputPairs, recordingOf, smallGraph, smallSample } from './small.ts';

const GRAPH = smallGraph({
  inputs: ['x'],
  outputs: ['b'],
  nodes: [
    { op: 'Relu', in: ['x'], out: ['a'], name: '/one/Relu' },
    { op: 'Relu', in: ['a'], out: ['b'], name: '/two/Relu' },
  ],
});
const SAMPLE = smallSample([
  { key: 'one#0:output.0', storage: 's1' },
  { key: 'two#0:input.0', storage: 's1' },
  { key: 'two#0:output.0', storage: 's2' },
]);
const RECORDING = recordingOf({ one: 'ReLU', two: 'ReLU' });

const file = (content: object): string => JSON.stringify({ schema: 'layerdiff.map/1', ...content });
const withMap = (content: object): ReturnType<typeof matchSmall> =>
  matchSmall(GRAPH, SAMPLE, { recording: RECORDING, map: parseMapFile(file(content), 'my.json') });

describe('refused with the place in the file', () => {
  test.each([
    ['no JSON', '{', 'is not JSON', undefined],
    ['another file', '{"pairs":[]}', 'layerdiff.map/1', undefined],
    ['a list', '[]', 'layerdiff.map/1', undefined],
    ['half a pair', file({ pairs: [{ candidate: 'a' }] }), 'needs "candidate" and "entry"', 'pairs[0]'],
    [
      'an unknown transform',
      file({
        pairs: [
          { candidate: 'a', entry: 'e' },
          { candidate: 'a', entry: 'e', transform: 'mirror' },
        ],
      }),
      'unknown transform',
      'pairs[1]',
    ],
    [
      'a permutation of text',
      file({ pairs: [{ candidate: 'a', entry: 'e', transform: { permutation: ['0'] } }] }),
      'unknown transform',
      'pairs[0]',
    ],
    ['a number to ignore', file({ ignore: ['a', 1] }), 'is not text', 'ignore[1]'],
  ])('%s', (_, text, message, place) => {
    expect(() => parseMapFile(text, 'my.json')).toThrow(
      expect.objectContaining({
        tag: 'bad-request',
        file: 'my.json',
        message: expect.stringContaining(message) as string,
        ...(place === undefined ? {} : { place }),
      }) as Error,
    );
  });

  test.each([
    ['an unknown tensor', { pairs: [{ candidate: 'zz', entry: 'one#0:output.0' }] }, '"zz"', 'pairs[0]'],
    [
      'an unknown entry',
      { pairs: [{ candidate: 'a', entry: 'three#0:output.0' }] },
      '"three#0:output.0"',
      'pairs[0]',
    ],
    [
      'axes that are no permutation',
      { pairs: [{ candidate: 'a', entry: 'one#0:output.0', transform: { permutation: [0, 0, 2, 3] } }] },
      'shapes that do not fit',
      'pairs[0]',
    ],
    [
      'a permutation to other dims',
      { pairs: [{ candidate: 'a', entry: 'one#0:output.0', transform: { permutation: [0, 2, 3, 1] } }] },
      'shapes that do not fit',
      'pairs[0]',
    ],
    ['an unknown name to ignore', { ignore: ['a', 'nobody'] }, '"nobody"', 'ignore[1]'],
    [
      'a name both paired and ignored',
      { pairs: [{ candidate: 'a', entry: 'one#0:output.0' }], ignore: ['a'] },
      'also in "pairs"',
      'ignore[0]',
    ],
  ])('%s', (_, content, message, place) => {
    expect(() => withMap(content)).toThrow(
      expect.objectContaining({
        tag: 'bad-request',
        file: 'my.json',
        place,
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });
});

describe('taken at its word', () => {
  test('a pair of the map wins over every rule', () => {
    const match = withMap({ pairs: [{ candidate: 'b', entry: 'one#0:output.0' }] });
    expect(outputPairs(match)).toMatchObject({ 'one#0:output.0': 'b' });
    expect(match.pairs[0]).toMatchObject({ rule: 'map', confidence: 'certain' });
  });

  test('an ignored tensor stands for nothing, and that is told', () => {
    const match = withMap({ ignore: ['a'] });
    expect(match.pairs.map((pair) => pair.entry.key)).toEqual(['two#0:output.0']);
    expect(match.notes).toEqual(['left out by the map file: a']);
    expect([...match.ignored]).toEqual(['a']);
  });

  test('an ignored entry has no pair; its aliases keep theirs', () => {
    const match = withMap({ ignore: ['one#0:output.0', 'one#0:output.0'] });
    expect(match.pairs.map((pair) => pair.entry.key)).toEqual(['two#0:input.0', 'two#0:output.0']);
    expect(match.notes).toEqual(['left out by the map file: one#0:output.0']);
  });

  test.each<Transform>([{ kind: 'none' }, { kind: 'reshape' }, { kind: 'permutation', axes: [0, 3, 1, 2] }])(
    'what is written is read again: $kind',
    (transform) => {
      const map = parseMapFile(
        file({ pairs: [{ candidate: 'a', entry: 'e', transform: transformToJson(transform) }] }),
        'my.json',
      );
      expect(map.pairs[0]?.transform).toEqual(transform);
    },
  );

  test('a transform of the map is used as given', () => {
    const map = parseMapFile(
      file({
        pairs: [{ candidate: 'a', entry: 'one#0:output.0', transform: { permutation: [0, 3, 1, 2] } }],
      }),
      'my.json',
    );
    const match = matchSmall(GRAPH, SAMPLE, {
      recording: RECORDING,
      map,
      facts: factsOf(GRAPH, { a: [1, 4, 2, 3] }),
    });
    expect(match.pairs[0]?.transform).toEqual({ kind: 'permutation', axes: [0, 3, 1, 2] });
  });
});
