import { describe, expect, test } from 'vitest';
import { resolveScopes } from '../../../src/engine/match/scopes.ts';
import { DIMS, matchSmall, outputPairs, recordingOf, smallGraph, smallSample } from './small.ts';

function scopeOf(
  name: string,
  known: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): string {
  const graph = smallGraph({
    inputs: ['x'],
    outputs: ['y'],
    nodes: [{ op: 'Relu', in: ['x'], out: ['y'], name }],
  });
  const map = new Map(Object.entries(aliases));
  const { chains } = resolveScopes(graph, new Set([...known, ...map.keys()]), map, (path) => path);
  return (chains[0] ?? [])
    .map((step) => (step.reuse === undefined ? step.path : `${step.path}@${step.reuse}`))
    .join(' > ');
}

describe('TorchScript scopes', () => {
  test.each([
    ['a Sequential repeats its name in its items', '/stem/stem.0/Conv', ['stem', 'stem.0'], 'stem > stem.0'],
    [
      'a Sequential in a Sequential',
      '/inc/inc.0/inc.0.1/Relu',
      ['inc', 'inc.0', 'inc.0.1'],
      'inc > inc.0 > inc.0.1',
    ],
    [
      'a Sequential inside a module',
      '/down/block/block.0/Conv',
      ['down', 'down.block', 'down.block.0'],
      'down > down.block > down.block.0',
    ],
    [
      'a ModuleList has no level',
      '/layers.0/conv1/Conv',
      ['layers.0', 'layers.0.conv1'],
      'layers.0 > layers.0.conv1',
    ],
    [
      'a ModuleList inside a module',
      '/enc/layers.1/fc/Gemm',
      ['enc', 'enc.layers.1.fc'],
      'enc > enc.layers.1 > enc.layers.1.fc',
    ],
    [
      'the second call of a module',
      '/layers.0/act_1/Relu',
      ['layers.0', 'layers.0.act'],
      'layers.0 > layers.0.act@1',
    ],
    [
      'a module really called act_1',
      '/layers.0/act_1/Relu',
      ['layers.0.act', 'layers.0.act_1'],
      'layers.0 > layers.0.act_1',
    ],
    ['the second call of a module called act_1', '/act_1_1/Relu', ['act', 'act_1'], 'act_1@1'],
    ['the second call of a Sequential', '/body_1/body.0/Conv', ['body', 'body.0'], 'body@1 > body.0'],
    ['nothing recorded', '/a/b_1/Relu', [], 'a > a.b@1'],
    ['at the root', '/Relu', ['a'], ''],
  ])('%s', (_, name, known, chain) => {
    expect(scopeOf(name, known)).toBe(chain);
  });

  test('a shared module bears the path of the call, the dump its first name', () => {
    expect(scopeOf('/loop/act_2/Relu', ['act', 'loop'], { 'loop.act': 'act' })).toBe('loop > act@2');
    // A dump that does not tell: the bare name is the last resort.
    expect(scopeOf('/loop/act_2/Relu', ['act', 'loop'])).toBe('loop > act@2');
    // A module of that name which did not run is that module all the same.
    expect(scopeOf('/block/norm/Relu', ['norm', 'block', 'block.norm'])).toBe('block > block.norm');
  });
});

describe('module calls', () => {
  const chain = (names: readonly string[]): ReturnType<typeof smallGraph> =>
    smallGraph({
      inputs: ['v0'],
      outputs: [`v${names.length}`],
      nodes: names.map((name, index) => ({
        op: name.split('/').at(-1)?.replace(/_\d+$/, '') ?? '',
        in: [`v${index}`],
        out: [`v${index + 1}`],
        name,
      })),
    });

  test('calls of a reused module are told apart by the mark, and by order', () => {
    const match = matchSmall(
      chain(['/act/Relu', '/fc/Gemm', '/act_1/Relu', '/fc_1/Gemm', '/act_2/Relu']),
      smallSample(['act#0:output.0', 'fc#0:output.0', 'act#1:output.0', 'fc#1:output.0', 'act#2:output.0']),
      { recording: recordingOf({ act: 'ReLU', fc: 'Linear' }) },
    );
    expect(outputPairs(match)).toEqual({
      'act#0:output.0': 'v1',
      'fc#0:output.0': 'v2',
      'act#1:output.0': 'v3',
      'fc#1:output.0': 'v4',
      'act#2:output.0': 'v5',
    });
  });

  test('calls that cannot be told apart are left alone, not guessed', () => {
    const match = matchSmall(
      chain(['/act/Relu', '/fc/Gemm', '/act/Relu_1']),
      smallSample(['act#0:output.0', 'act#1:output.0', 'act#2:output.0', 'fc#0:output.0']),
      { recording: recordingOf({ act: 'ReLU', fc: 'Linear' }) },
    );
    expect(outputPairs(match)).toEqual({ 'fc#0:output.0': 'v2' });
  });

  test('dynamo repeats the scope of every call: occurrences are the calls', () => {
    const scopes = (path: string, fx: string): string[] => ['', path, fx];
    const graph = smallGraph({
      inputs: ['x'],
      outputs: ['d'],
      nodes: [
        { op: 'Gemm', in: ['x'], out: ['a'], scopes: scopes('fc', 'linear') },
        { op: 'Relu', in: ['a'], out: ['b'], scopes: scopes('act', 'relu') },
        { op: 'Gemm', in: ['b'], out: ['c'], scopes: scopes('fc', 'linear_1') },
        { op: 'Relu', in: ['c'], out: ['d'], scopes: scopes('act', 'relu_1') },
      ],
    });
    const match = matchSmall(
      graph,
      smallSample(['fc#0:output.0', 'act#0:output.0', 'fc#1:output.0', 'act#1:output.0']),
      { recording: recordingOf({ act: 'ReLU', fc: 'Linear' }) },
    );
    expect(Object.values(outputPairs(match))).toEqual(['a', 'b', 'c', 'd']);
    expect(match.pairs[0]).toMatchObject({ rule: 'dynamo-scope', confidence: 'high' });
  });

  test('of several inputs that fit, the one that is the same stored tensor', () => {
    const graph = smallGraph({
      inputs: ['x'],
      outputs: ['out'],
      nodes: [
        { op: 'Gemm', in: ['x'], out: ['q'], name: '/q/Gemm' },
        { op: 'Gemm', in: ['x'], out: ['k'], name: '/k/Gemm' },
        // The exporter reads the key first.
        { op: 'Transpose', in: ['k'], out: ['kt'], name: '/attend/Transpose' },
        { op: 'MatMul', in: ['q', 'kt'], out: ['out'], name: '/attend/MatMul' },
      ],
    });
    const match = matchSmall(
      graph,
      smallSample([
        { key: 'q#0:output.0', storage: 's1' },
        { key: 'k#0:output.0', storage: 's2' },
        { key: 'attend#0:input.0', storage: 's1' },
        { key: 'attend#0:input.1', storage: 's2' },
      ]),
      { recording: recordingOf({ q: 'Linear', k: 'Linear', attend: 'Attend' }) },
    );
    const inputs = match.pairs.filter((pair) => pair.entry.role === 'input');
    expect(inputs.map((pair) => [pair.entry.key, pair.tensor])).toEqual([
      ['attend#0:input.0', 'q'],
      ['attend#0:input.1', 'k'],
    ]);
  });

  test('of several values that leave, an output is the one that a module inside made as this stored tensor', () => {
    const graph = smallGraph({
      inputs: ['x'],
      outputs: ['y'],
      nodes: [
        { op: 'Conv', in: ['x'], out: ['a'], scopes: ['', 'back', 'back.enter', 'conv2d'] },
        // What an optimiser puts in has no scope, so `a` seems to leave the module.
        { op: 'Split', in: ['a'], out: ['left', 'right'] },
        { op: 'Conv', in: ['right'], out: ['b'], scopes: ['', 'back', 'back.leave', 'conv2d_1'] },
        { op: 'Conv', in: ['b'], out: ['c'], scopes: ['', 'back', 'back.coarse', 'conv2d_2'] },
        { op: 'Concat', in: ['b', 'c', 'left'], out: ['y'], scopes: ['', 'cat'] },
      ],
    });
    const match = matchSmall(
      graph,
      smallSample([
        { key: 'back.enter#0:output.0', storage: 's1' },
        { key: 'back.leave#0:output.0', storage: 's2' },
        { key: 'back.coarse#0:output.0', storage: 's3' },
        { key: 'back#0:output.0', storage: 's2' },
        { key: 'back#0:output.1', storage: 's3' },
      ]),
      { recording: recordingOf({ back: 'Back', 'back.enter': 'A', 'back.leave': 'B', 'back.coarse': 'C' }) },
    );
    expect(outputPairs(match)).toEqual({
      'back.enter#0:output.0': 'a',
      'back.leave#0:output.0': 'b',
      'back.coarse#0:output.0': 'c',
      'back#0:output.0': 'b',
      'back#0:output.1': 'c',
    });
    expect(match.pairs.map((pair) => pair.confidence)).toEqual(['high', 'high', 'high', 'high', 'high']);
  });

  test('a residual sum belongs to no module: it is what the next one reads', () => {
    const graph = smallGraph({
      inputs: ['x'],
      outputs: ['y'],
      nodes: [
        { op: 'Conv', in: ['x'], out: ['a'], name: '/block/conv/Conv' },
        { op: 'Add', in: ['x', 'a'], out: ['sum'], name: '/block/Add' },
        { op: 'Relu', in: ['sum'], out: ['y'], name: '/block/act/Relu' },
      ],
    });
    const match = matchSmall(
      graph,
      smallSample([
        'block.conv#0:output.0',
        { key: 'block.act#0:input.0', storage: 'sum', dims: DIMS },
        { key: 'block.act#0:output.0', storage: 'out' },
        { key: 'block#0:output.0', storage: 'out' },
      ]),
      { recording: recordingOf({ block: 'Block', 'block.conv': 'Conv2d', 'block.act': 'ReLU' }) },
    );
    expect(match.pairs.map((pair) => [pair.entry.key, pair.tensor, pair.rule])).toEqual([
      ['block.conv#0:output.0', 'a', 'torchscript-scope'],
      ['block.act#0:input.0', 'sum', 'module-input'],
      ['block.act#0:output.0', 'y', 'torchscript-scope'],
      ['block#0:output.0', 'y', 'torchscript-scope'],
    ]);
  });
});
