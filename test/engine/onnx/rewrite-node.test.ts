import { describe, expect, test } from 'vitest';
import type { NodeChange } from '../../../src/engine/onnx/index.ts';
import {
  floatConstant,
  modelFromBytes,
  newNode,
  rewrittenNode,
  submodelBytes,
} from '../../../src/engine/onnx/index.ts';
import { onnx } from '../../../src/engine/onnx/proto.ts';
import { int, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';

const bytes = modelBytes({
  node: [
    { ...node('Gemm', ['a', 'b', 'c'], ['y'], [int('transA', 1), int('transB', 1)]), docString: 'kept' },
  ],
  input: [value('a', TYPE.float32, [2, 2])],
  output: [{ name: 'y' }],
});
const model = modelFromBytes(bytes, 'model.onnx');

interface MadeNode {
  readonly opType: string;
  readonly docString: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly onnx.AttributeProto.$Shape[];
}

function nodeFrom(field: Uint8Array): MadeNode {
  // A graph with just this field.
  const [made] = onnx.GraphProto.decode(field).node;
  return {
    opType: made?.opType ?? '',
    docString: made?.docString ?? '',
    input: made?.input ?? [],
    output: made?.output ?? [],
    attribute: made?.attribute ?? [],
  };
}

const changed = (change: NodeChange): MadeNode => nodeFrom(rewrittenNode(model, 0, change));

describe('a node written anew', () => {
  test('one attribute changes, everything else is as it was', () => {
    const made = changed({ attributes: new Map([['transB', { kind: 'int', value: 0 }]]) });
    expect(made.attribute.map((one) => [one.name, one.i])).toEqual([
      ['transA', 1],
      ['transB', 0],
    ]);
    expect([made.opType, made.docString, made.input, made.output]).toEqual([
      'Gemm',
      'kept',
      ['a', 'b', 'c'],
      ['y'],
    ]);
  });

  test('an attribute is taken away, one that was not there comes', () => {
    const made = changed({
      attributes: new Map([
        ['transA', undefined],
        ['mode', { kind: 'string', value: 'é' }],
        ['pads', { kind: 'ints', value: [1, -2] }],
        ['alpha', { kind: 'float', value: 0.5 }],
      ]),
    });
    expect(made.attribute.map((one) => one.name)).toEqual(['transB', 'mode', 'pads', 'alpha']);
    expect(new TextDecoder().decode(made.attribute[1]?.s ?? undefined)).toBe('é');
    expect(made.attribute[2]?.ints?.map(Number)).toEqual([1, -2]);
    expect(made.attribute[3]?.f).toBe(0.5);
  });

  test('other inputs, outputs and operator', () => {
    const made = changed({ opType: 'MatMul', inputs: ['b', 'a'], outputs: ['z'] });
    expect([made.opType, made.input, made.output]).toEqual(['MatMul', ['b', 'a'], ['z']]);
  });
});

test('a sub-model takes changed nodes and other opsets', () => {
  const made = onnx.ModelProto.decode(
    submodelBytes(model, {
      nodes: [0],
      initializers: [],
      inputs: [{ name: 'a', dtype: 'float32', dims: [2, 2] }],
      outputs: ['y'],
      renames: new Map([[0, new Map([['a', 'fed']])]]),
      changes: {
        nodes: new Map([
          [
            0,
            [
              floatConstant('k', [2], [1]),
              newNode('Relu', ['a'], ['r']),
              rewrittenNode(model, 0, { inputs: ['r', 'k'] }),
            ],
          ],
        ]),
        opsets: new Map([['', 11]]),
      },
    }),
  );
  expect(made.graph?.node?.map((one) => [one.opType, one.input])).toEqual([
    ['Constant', []],
    ['Relu', ['fed']],
    ['Gemm', ['r', 'k']],
  ]);
  expect(made.opsetImport?.map((one) => [one.domain, Number(one.version)])).toEqual([['', 11]]);
});
