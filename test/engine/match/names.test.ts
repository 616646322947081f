import { describe, expect, test } from 'vitest';
import { parsePythonStrings } from '../../../src/engine/graph/scope-origin.ts';
import { joinPath, normalizeName, unwrapPath } from '../../../src/engine/match/normalize.ts';
import { prefixNotes, voteForPrefix, withPrefix } from '../../../src/engine/match/prefix.ts';
import { factsOf, matchSmall, outputPairs, recordingOf, smallGraph, smallSample } from './small.ts';

describe('one spelling', () => {
  test.each([
    ['layers.0.conv1', 'layers.0.conv1'],
    ['layers_0_conv1.npy', 'layers.0.conv1'],
    ['/layers.0/conv1/Conv_output_0', 'layers.0.conv1.conv'],
    ['Layers:0/Conv1', 'layers.0.conv1'],
    ['_leading__double_', 'leading.double'],
    ['x.PT', 'x'],
    ['', ''],
    ['__proto__', 'proto'],
  ])('%s → %s', (name, spelled) => {
    expect(normalizeName(name)).toBe(spelled);
  });

  test.each([
    ['module.backbone.conv', 'backbone.conv'],
    ['_orig_mod.backbone.conv', 'backbone.conv'],
    ['module._orig_mod.a._fsdp_wrapped_module.b', 'a.b'],
    ['module', ''],
    ['my_module.conv', 'my_module.conv'],
  ])('without wrappers: %s → %s', (path, plain) => {
    expect(unwrapPath(path)).toBe(plain);
  });

  test('paths', () => {
    expect([joinPath('', 'a'), joinPath('a', ''), joinPath('a', 'b')]).toEqual(['a', 'a', 'a.b']);
  });
});

describe('the repr of a Python list', () => {
  test.each([
    ["['', 'stem', 'stem.0', 'conv2d']", ['', 'stem', 'stem.0', 'conv2d']],
    ['[]', []],
    ["['']", ['']],
    [`["it's", 'x']`, ["it's", 'x']],
    [`['a"b', "c'd"]`, ['a"b', "c'd"]],
    [String.raw`['a\'b', 'c\\']`, ["a'b", 'c\\']],
    ["['a, b', '[c]']", ['a, b', '[c]']],
    ["['a',]", ['a']],
  ])('%s', (text, strings) => {
    expect(parsePythonStrings(text)).toEqual(strings);
  });

  test.each(['', 'stem', "['a'", "'a']", "['a' 'b']", '[a]', "['a', __import__('os')]", "['a]", '{}', '[1]'])(
    'refused, not guessed: %s',
    (text) => {
      expect(parsePythonStrings(text)).toBeUndefined();
    },
  );

  test('a hostile string costs no more than its length', () => {
    const started = performance.now();
    expect(parsePythonStrings(`['${'\\'.repeat(100_001)}`)).toBeUndefined();
    expect(parsePythonStrings(`[${"'a' ".repeat(20_000)}]`)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('a prefix on either side', () => {
  const plain = ['', 'stem', 'stem.0', 'head', 'head.fc'];
  const under = (prefix: string): string[] => plain.map((path) => joinPath(prefix, path));

  test.each([
    ['none', plain, plain, { candidate: '', dump: '' }],
    ['a wrapper was exported', under('model'), plain, { candidate: 'model', dump: '' }],
    ['wrappers in wrappers', under('a.b.c.d'), plain, { candidate: 'a.b.c.d', dump: '' }],
    ['a wrapper was recorded', plain, under('net'), { candidate: '', dump: 'net' }],
    ['both, by other names', under('model'), under('net.inner'), { candidate: 'model', dump: 'net.inner' }],
    ['one name agrees by chance', [...under('model'), 'head'], plain, { candidate: 'model', dump: '' }],
  ])('%s', (_, candidate, dump, prefix) => {
    const found = voteForPrefix(new Set(candidate), new Set(dump));
    expect(found).toEqual(prefix);
    expect(withPrefix(found, candidate[2] ?? '')).toBe(dump[2]);
    expect(prefixNotes(found)).toHaveLength(Number(found.candidate !== '') + Number(found.dump !== ''));
  });

  test('repeated blocks are no prefix: plain names win where they do as well', () => {
    const paths = ['encoder.layer', 'decoder.layer', 'encoder.layer.fc', 'decoder.layer.fc'];
    expect(voteForPrefix(new Set(paths), new Set([...paths, 'layer', 'layer.fc']))).toEqual({
      candidate: '',
      dump: '',
    });
  });
});

describe('wrappers and bare names in whole', () => {
  const graph = (scope: (module: string) => string): ReturnType<typeof smallGraph> =>
    smallGraph({
      inputs: ['x'],
      outputs: ['c'],
      nodes: [
        { op: 'Conv', in: ['x'], out: ['a'], name: `${scope('stem')}/Conv` },
        { op: 'Relu', in: ['a'], out: ['b'], name: `${scope('act')}/Relu` },
        { op: 'Gemm', in: ['b'], out: ['c'], name: `${scope('head_fc')}/Gemm` },
      ],
    });
  const expected = ['a', 'b', 'c'];

  test.each([
    ['as they stand', '', ['stem', 'act', 'head_fc']],
    ['DDP', '', ['module.stem', 'module.act', 'module.head_fc']],
    ['torch.compile', '', ['_orig_mod.stem', '_orig_mod.act', '_orig_mod.head_fc']],
    ['DDP around an exported wrapper', '/model', ['module.stem', 'module.act', 'module.head_fc']],
    ['files with a running number', '', ['000_stem.npy', '001_act.npy', '002_head_fc.npy']],
    ['files, one of which is spelled as the module', '', ['stem', 'act', 'head-fc'.replace('-', ':')]],
    ['export wrapper', '/model', ['stem', 'act', 'head_fc']],
    ['capitals', '', ['Stem', 'Act', 'Head_FC']],
  ])('bare dump, %s', (_, prefix, names) => {
    const match = matchSmall(
      graph((module) => `${prefix}/${module}`),
      smallSample(names),
    );
    expect(names.map((name) => outputPairs(match)[name])).toEqual(expected);
  });

  test('recording of a DDP model against an export of the model inside a wrapper, told', () => {
    const match = matchSmall(
      graph((module) => `/wrapper/${module}`),
      smallSample(['module.stem#0:output.0', 'module.act#0:output.0', 'module.head_fc#0:output.0']),
      { recording: recordingOf({ module: 'Net', 'module.stem': 'Conv2d' }) },
    );
    expect(Object.values(outputPairs(match))).toEqual(expected);
    expect(match.notes).toEqual([expect.stringContaining('"wrapper."')]);
    expect(match.scopeOf).toEqual(['stem', 'act', 'head_fc']);
  });

  test('the parts of a tuple in a bare dump are outputs of the module, in order', () => {
    const lstm = smallGraph({
      inputs: ['x'],
      outputs: ['y'],
      nodes: [
        { op: 'LSTM', in: ['x'], out: ['y', 'hidden', 'cell'], name: '/lstm/LSTM' },
        { op: 'Identity', in: ['hidden'], out: ['h'], name: '/Identity' },
      ],
    });
    const match = matchSmall(lstm, smallSample(['lstm.0', 'lstm.1', 'lstm.2']));
    expect(outputPairs(match)).toEqual({ 'lstm.0': 'y', 'lstm.1': 'hidden', 'lstm.2': 'cell' });
  });

  test('attention weights are no sum of as many elements, and the same ones in the module around', () => {
    const heads = [2, 4, 8, 8];
    const hidden = [2, 8, 32];
    const attention = smallGraph({
      inputs: ['x'],
      outputs: ['y'],
      nodes: [
        { op: 'MatMul', in: ['x', 'x'], out: ['scores'], name: '/att/self/MatMul' },
        { op: 'Softmax', in: ['scores'], out: ['weights'], name: '/att/self/Softmax' },
        { op: 'MatMul', in: ['weights', 'x'], out: ['context'], name: '/att/self/MatMul_1' },
        { op: 'Add', in: ['context', 'x'], out: ['sum'], name: '/att/out/Add' },
        { op: 'LayerNormalization', in: ['sum'], out: ['y'], name: '/att/out/norm/LayerNormalization' },
      ],
    });
    const sample = smallSample([
      { key: 'att.self#0:output.0', dims: hidden },
      { key: 'att.self#0:output.1', dims: heads, storage: 'weights' },
      { key: 'att.out#0:output.0', dims: hidden, storage: 'y' },
      { key: 'att#0:output.0', dims: hidden, storage: 'y' },
      { key: 'att#0:output.1', dims: heads, storage: 'weights' },
    ]);
    const dims = { x: hidden, scores: heads, weights: heads, context: hidden, sum: hidden, y: hidden };
    const match = matchSmall(attention, sample, { facts: factsOf(attention, dims) });
    expect(outputPairs(match)).toEqual({
      'att.self#0:output.0': 'context',
      'att.self#0:output.1': 'weights',
      'att.out#0:output.0': 'y',
      'att#0:output.0': 'y',
      'att#0:output.1': 'weights',
    });
  });

  test('an entry named exactly like a tensor is that tensor, whatever the scopes say', () => {
    const match = matchSmall(
      graph((module) => `/${module}`),
      smallSample(['b', 'stem']),
    );
    expect(outputPairs(match)).toMatchObject({ b: 'b' });
    expect(match.pairs.find((pair) => pair.entry.key === 'b')).toMatchObject({
      rule: 'exact-name',
      confidence: 'certain',
    });
  });
});
