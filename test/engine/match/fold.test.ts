import { describe, expect, test } from 'vitest';
import { parseMapFile } from '../../../src/engine/match/index.ts';
import { matchSmall, outputPairs, recordingOf, smallGraph, smallSample } from './small.ts';

const CLASSES = recordingOf({ conv: 'pkg.Conv2d', bn: 'pkg.BatchNorm2d', act: 'pkg.ReLU' });
const ENTRIES = smallSample([
  { key: 'conv#0:output.0', storage: 'c' },
  { key: 'bn#0:input.0', storage: 'c' },
  { key: 'bn#0:output.0', storage: 'b' },
  { key: 'act#0:input.0', storage: 'b' },
  { key: 'act#0:output.0', storage: 'a' },
]);
const FOLDED = smallGraph({
  inputs: ['x'],
  outputs: ['out'],
  nodes: [
    { op: 'Conv', in: ['x'], out: ['t'], name: '/conv/Conv' },
    { op: 'Relu', in: ['t'], out: ['out'], name: '/act/Relu' },
  ],
});

describe('a BatchNorm folded into what is before it', () => {
  test('the tensor is the norm’s output, and the other entries of the Conv have none', () => {
    const match = matchSmall(FOLDED, ENTRIES, { recording: CLASSES });
    expect(outputPairs(match)).toEqual({ 'bn#0:output.0': 't', 'act#0:output.0': 'out' });
    expect(match.pairs.find((pair) => pair.entry.key === 'bn#0:output.0')?.rule).toBe('fold');
    expect(match.folded.map((one) => [one.entry.key, one.into])).toEqual([
      ['conv#0:output.0', 'bn'],
      ['bn#0:input.0', 'bn'],
    ]);
  });

  test('dynamo names the norm: the same, the other way round', () => {
    const graph = smallGraph({
      inputs: ['x'],
      outputs: ['out'],
      nodes: [
        { op: 'Conv', in: ['x'], out: ['t'], scopes: ['', 'bn', 'batch_norm'] },
        { op: 'Relu', in: ['t'], out: ['out'], scopes: ['', 'act', 'relu'] },
      ],
    });
    const match = matchSmall(graph, ENTRIES, { recording: CLASSES });
    expect(outputPairs(match)).toEqual({ 'bn#0:output.0': 't', 'act#0:output.0': 'out' });
    expect(match.folded.map((one) => one.entry.key)).toContain('conv#0:output.0');
  });

  test('the norm stands in another container than the Conv', () => {
    const entries = smallSample([
      { key: 'body.conv#0:output.0', storage: 'c' },
      { key: 'body#0:output.0', storage: 'c' },
      { key: 'bn#0:input.0', storage: 'c' },
      { key: 'bn#0:output.0', storage: 'b' },
    ]);
    const graph = smallGraph({
      inputs: ['x'],
      outputs: ['t'],
      nodes: [{ op: 'Conv', in: ['x'], out: ['t'], name: '/body/conv/Conv' }],
    });
    const recording = recordingOf({ body: 'Body', 'body.conv': 'Conv2d', bn: 'BatchNorm2d' });
    expect(outputPairs(matchSmall(graph, entries, { recording }))).toEqual({ 'bn#0:output.0': 't' });
  });

  test('not where the norm has a node of its own', () => {
    const graph = smallGraph({
      inputs: ['x'],
      outputs: ['out'],
      nodes: [
        { op: 'Conv', in: ['x'], out: ['t'], name: '/conv/Conv' },
        { op: 'BatchNormalization', in: ['t'], out: ['n'], name: '/bn/BatchNormalization' },
        { op: 'Relu', in: ['n'], out: ['out'], name: '/act/Relu' },
      ],
    });
    const match = matchSmall(graph, ENTRIES, { recording: CLASSES });
    expect(outputPairs(match)).toEqual({
      'conv#0:output.0': 't',
      'bn#0:output.0': 'n',
      'act#0:output.0': 'out',
    });
    expect(match.folded).toEqual([]);
  });

  test('not where what follows is no norm, or reads something else', () => {
    const recording = recordingOf({ conv: 'Conv2d', bn: 'Dropout', act: 'ReLU' });
    expect(matchSmall(FOLDED, ENTRIES, { recording }).folded).toEqual([]);
    const apart = smallSample([
      { key: 'conv#0:output.0', storage: 'c' },
      { key: 'bn#0:input.0', storage: 'other' },
      { key: 'bn#0:output.0', storage: 'b' },
    ]);
    const match = matchSmall(FOLDED, apart, { recording: CLASSES });
    expect(match.folded).toEqual([]);
    expect(outputPairs(match)).toEqual({ 'conv#0:output.0': 't' });
  });

  test.each([
    ['in the order they ran', ['conv', 'bn', 'act']],
    ['a folder of files, by name', ['act', 'bn', 'conv']],
    ['norm2 of conv2', ['b.conv2', 'b.norm2']],
    ['items of a Sequential', ['s.0', 's.1', 's.2']],
    ['with underscores', ['s_0', 's_1', 's_2']],
  ])('in a bare dump without classes: %s', (_, names) => {
    const [conv = '', norm = ''] = names[0] === 'act' ? ['conv', 'bn'] : names;
    const graph = smallGraph({
      inputs: ['x'],
      outputs: ['out'],
      nodes: [
        {
          op: 'Conv',
          in: ['x'],
          out: ['t'],
          name: `/${conv.replace(/[._]/g, '/').replace('s/', 's/s.')}/Conv`,
        },
        { op: 'Relu', in: ['t'], out: ['out'], name: '/last/Relu' },
      ],
    });
    const match = matchSmall(graph, smallSample(names));
    expect(outputPairs(match)).toMatchObject({ [norm]: 't' });
    expect(match.folded.map((one) => one.entry.key)).toEqual([conv]);
  });

  test('in a bare dump, a second Conv of the same shape is no norm', () => {
    const graph = smallGraph({
      inputs: ['x'],
      outputs: ['out'],
      nodes: [
        { op: 'Conv', in: ['x'], out: ['t'], name: '/conv1/Conv' },
        { op: 'Conv', in: ['t'], out: ['out'], name: '/conv2/Conv' },
      ],
    });
    const match = matchSmall(graph, smallSample(['conv1', 'conv2']));
    expect(match.folded).toEqual([]);
    expect(outputPairs(match)).toEqual({ conv1: 't', conv2: 'out' });
  });
});

describe('the user’s map wins over folding', () => {
  const withMap = (...pairs: [candidate: string, entry: string][]): ReturnType<typeof matchSmall> =>
    matchSmall(FOLDED, ENTRIES, {
      recording: CLASSES,
      map: parseMapFile(
        JSON.stringify({
          schema: 'layerdiff.map/1',
          pairs: pairs.map(([candidate, entry]) => ({ candidate, entry })),
        }),
        'my.json',
      ),
    });

  test.each<[string, [string, string][], Record<string, string>, string[]]>([
    [
      'the Conv’s output has a tensor: nothing is folded, and what the ReLU reads is that tensor too',
      [['t', 'conv#0:output.0']],
      { 'conv#0:output.0': 't', 'bn#0:output.0': 't', 'act#0:output.0': 'out' },
      [],
    ],
    [
      'the norm’s output is another tensor: nothing is folded',
      [['out', 'bn#0:output.0']],
      { 'conv#0:output.0': 't', 'bn#0:output.0': 'out', 'act#0:output.0': 'out' },
      [],
    ],
    [
      'the norm’s output is the Conv’s tensor: what folding says',
      [['t', 'bn#0:output.0']],
      { 'bn#0:output.0': 't', 'act#0:output.0': 'out' },
      ['conv#0:output.0', 'bn#0:input.0'],
    ],
    [
      'another entry of the Conv’s output has a tensor: nothing is folded',
      [['out', 'bn#0:input.0']],
      { 'conv#0:output.0': 'out', 'bn#0:output.0': 't', 'act#0:output.0': 'out' },
      [],
    ],
  ])('%s', (_, pairs, expected, folded) => {
    const match = withMap(...pairs);
    expect(outputPairs(match)).toEqual(expected);
    expect(match.folded.map((one) => one.entry.key)).toEqual(folded);
    for (const [tensor, entry] of pairs)
      expect(match.pairs.find((pair) => pair.entry.key === entry)).toMatchObject({ tensor, rule: 'map' });
  });
});

describe('aliases', () => {
  test('entries of one stored tensor stand for one candidate tensor, each told', () => {
    const graph = smallGraph({
      inputs: ['x'],
      outputs: ['y'],
      nodes: [{ op: 'Relu', in: ['x'], out: ['y'], name: '/body/act/Relu' }],
    });
    const match = matchSmall(
      graph,
      smallSample([
        { key: 'body.act#0:output.0', storage: 's' },
        { key: 'drop#0:input.0', storage: 's' },
        { key: 'drop#0:output.0', storage: 's' },
      ]),
      { recording: recordingOf({ 'body.act': 'ReLU', drop: 'Dropout' }) },
    );
    expect(match.pairs.map((pair) => [pair.entry.key, pair.tensor, pair.rule])).toEqual([
      ['body.act#0:output.0', 'y', 'torchscript-scope'],
      ['drop#0:input.0', 'y', 'alias'],
      ['drop#0:output.0', 'y', 'alias'],
    ]);
  });

  test('a shared module under the path of the call', () => {
    const graph = smallGraph({
      inputs: ['x'],
      outputs: ['c'],
      nodes: [
        { op: 'Gemm', in: ['x'], out: ['a'], name: '/first/fc/Gemm' },
        { op: 'Relu', in: ['a'], out: ['b'], name: '/first/act/Relu' },
        { op: 'Relu', in: ['b'], out: ['c'], name: '/second/act/Relu' },
      ],
    });
    const match = matchSmall(graph, smallSample(['first.act#0:output.0', 'first.act#1:output.0']), {
      recording: recordingOf({ 'first.act': 'ReLU' }, { 'first.act': ['second.act'] }),
    });
    expect(outputPairs(match)).toEqual({ 'first.act#0:output.0': 'b', 'first.act#1:output.0': 'c' });
  });
});
