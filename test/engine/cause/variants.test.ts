import { describe, expect, test } from 'vitest';
import type { Trial } from '../../../src/engine/cause/index.ts';
import { variantsOf } from '../../../src/engine/cause/index.ts';

/** Trying something out must not cost more than what it is tried at. */
function settingsOf(opType: string, a: readonly number[], b: readonly number[]): string[] {
  const dims = new Map([
    ['a', a],
    ['b', b],
  ]);
  const trial: Trial = {
    node: {
      index: 0,
      fileIndex: 0,
      name: opType,
      opType,
      domain: '',
      inputs: ['a', 'b'],
      outputs: ['y'],
      attributes: new Map(),
      captured: [],
      origin: { kind: 'none' },
      stackTrace: undefined,
      bodyNodes: 0,
    },
    opset: 17,
    dims: (name) => dims.get(name),
    constant: () => undefined,
    repr: '',
    reference: { min: 0, max: 1 },
    fresh: () => 'fresh',
  };
  return variantsOf(trial).map(({ setting }) => setting);
}

describe('a row by a column is a number, the other way round a matrix of 10 000 000 000', () => {
  const row = [1, 100_000];
  const column = [100_000, 1];
  test('which is not tried', () => {
    expect(settingsOf('MatMul', row, column)).not.toContain('its two operands swapped');
    expect(settingsOf('Gemm', row, column)).not.toContain('transA=1, transB=1');
  });

  test('while of matrices of one shape it is', () => {
    expect(settingsOf('MatMul', [5, 5], [5, 5])).toContain('its two operands swapped');
    expect(settingsOf('Gemm', [5, 5], [5, 5])).toContain('transA=1, transB=1');
  });

  test('and either alone is, where the shape stays', () => {
    expect(settingsOf('Gemm', [1, 5], [5, 5])).toEqual(['transB=1', 'transA=1']);
  });
});
