import { describe, expect, test } from 'vitest';
import { indexGraph } from '../../../src/engine/graph/index.ts';
import { parsePythonStrings } from '../../../src/engine/graph/scope-origin.ts';
import type { ScopeOrigin } from '../../../src/engine/graph/index.ts';
import { modelFromBytes, openModel } from '../../../src/engine/onnx/index.ts';
import type { Node } from '../../support/proto-model.ts';
import { modelBytes, node } from '../../support/proto-model.ts';

function originOf(more: Node): ScopeOrigin | undefined {
  const model = modelFromBytes(modelBytes({ node: [node('Conv', ['x'], ['y'], [], more)] }), 'm.onnx');
  return indexGraph(model).nodes[0]?.origin;
}
const scopes = (text: string): Node => ({
  name: 'node_conv',
  metadataProps: [{ key: 'pkg.torch.onnx.name_scopes', value: text }],
});

describe('where the exporter says a node comes from', () => {
  test.each<readonly [string, Node, ScopeOrigin]>([
    [
      'TorchScript',
      { name: '/layers/layers.0/conv1/Conv' },
      { kind: 'torchscript', segments: ['layers', 'layers.0', 'conv1'] },
    ],
    ['TorchScript, the root itself', { name: '/Add_1' }, { kind: 'torchscript', segments: [] }],
    [
      'dynamo',
      scopes("['', 'layers.0', 'layers.0.conv1', 'conv2d']"),
      { kind: 'dynamo', scopes: ['', 'layers.0', 'layers.0.conv1'], fxNode: 'conv2d' },
    ],
    [
      'dynamo before the name',
      { ...scopes("['', 'add']"), name: '/a/Add' },
      { kind: 'dynamo', scopes: [''], fxNode: 'add' },
    ],
    [
      'an empty list falls back to the name',
      { ...scopes('[]'), name: '/a/Add' },
      { kind: 'torchscript', segments: ['a'] },
    ],
    [
      'what cannot be read falls back to the name',
      { ...scopes('__import__("os")'), name: '/a/Add' },
      { kind: 'torchscript', segments: ['a'] },
    ],
    ['an old name', { name: 'Conv_12' }, { kind: 'none' }],
    ['no name', {}, { kind: 'none' }],
  ])('%s', (_, more, origin) => {
    expect(originOf(more)).toEqual(origin);
  });

  test('a real export of each kind names the module of its first convolution', () => {
    const first = (path: string): unknown =>
      indexGraph(openModel(path)).nodes.find((one) => one.opType === 'Conv')?.origin;
    expect(first('test/fixtures/exports/residual/ts17.onnx')).toMatchObject({
      kind: 'torchscript',
      segments: ['stem', 'stem.0'],
    });
    // The exporter has folded the norm `stem.1` into the convolution, which then bears the norm's name.
    expect(first('test/fixtures/exports/residual/dynamo18.onnx')).toMatchObject({
      kind: 'dynamo',
      scopes: ['', 'stem', 'stem.1'],
    });
  });
});

/** Left: what Python 3 prints for repr() of the list on the right. */
describe("Python's repr of a list of strings", () => {
  test.each<readonly [string, readonly string[]]>([
    ['[]', []],
    ["['a']", ['a']],
    ["['', 'layers.0', 'x']", ['', 'layers.0', 'x']],
    [`["it's", 'say "hi"']`, ["it's", 'say "hi"']],
    [`['both \\' and "']`, [`both ' and "`]],
    [
      "['back\\\\slash', 'tab\\there', 'line\\nbreak', 'return\\r']",
      ['back\\slash', 'tab\there', 'line\nbreak', 'return\r'],
    ],
    [
      "['bell\\x07', 'nbsp\\xa0', 'sep\\u2028', 'tag\\U000e0001']",
      ['bell\u0007', 'nbsp\u00a0', 'sep\u2028', 'tag\u{e0001}'],
    ],
    ["['卷积', 'a, b', \"['nested']\"]", ['卷积', 'a, b', "['nested']"]],
  ])('%s', (text, strings) => {
    expect(parsePythonStrings(text)).toEqual(strings);
  });

  test.each([
    '',
    'None',
    "'a'",
    "['a'",
    "['a' 'b']",
    '[1]',
    "['a', 1]",
    "['a'] + ['b']",
    "[f('a')]",
    "['a\\']",
  ])('%s is none', (text) => {
    expect(parsePythonStrings(text)).toBeUndefined();
  });

  test('a long hostile text is read in a moment', () => {
    const start = performance.now();
    expect(parsePythonStrings(`['${'\\a'.repeat(200_000)}`)).toBeUndefined();
    expect(parsePythonStrings(`[${"'a', ".repeat(100_000)}!]`)).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
