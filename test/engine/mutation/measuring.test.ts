import ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import type { Proto } from '../../support/edit-model.ts';
import { cutOut, recordedName } from '../../support/mutation/cut-out.ts';
import { movedByUlp } from '../../support/mutation/one-ulp.ts';
import { permuted } from '../../support/mutation/permuted.ts';
import { runPlain } from '../../support/mutation/plain-run.ts';
import { stretchNodes } from '../../support/mutation/stretch-nodes.ts';
import { node, TYPE, value } from '../../support/proto-model.ts';
import { seeded } from '../../support/random.ts';
import { effect } from '../../support/tensor-effect.ts';

/** What the mutation test measures with, by values worked out by hand. */
const CHAIN: Proto = {
  irVersion: 8,
  opsetImport: [{ domain: '', version: 17 }],
  graph: {
    name: 'chain',
    node: [
      node('Neg', ['x'], ['a'], [], { name: 'first' }),
      node('Add', ['a', 'a'], ['b'], [], { name: 'second' }),
      node('Mul', ['b', 'x'], ['y'], [], { name: 'third' }),
    ],
    input: [value('x', TYPE.float32, [2])],
    output: [value('y', TYPE.float32, [2])],
  },
};

const floats = (values: readonly number[], dims: readonly number[]): ort.Tensor =>
  new ort.Tensor('float32', Float32Array.from(values), dims);

test('a cut-out computes one stretch from the recorded values', async () => {
  const recorded = new Map([['a', floats([10, 20], [2])]]);
  const cut = cutOut(CHAIN, recorded, ['y']);
  expect(cut.graph?.node?.map((one) => one.name)).toEqual(['second', 'third']);
  const values = await runPlain(cut, { x: floats([1, 2], [2]), [recordedName('a')]: floats([10, 20], [2]) });
  expect([...(values?.get('y')?.numbers as Float32Array)]).toEqual([20, 80]);
  expect([...stretchNodes(CHAIN, new Set(['a']), 'y')].sort()).toEqual(['second', 'third']);
  expect([...stretchNodes(CHAIN, new Set(), 'y')].sort()).toEqual(['first', 'second', 'third']);
});

test('a refused model gives nothing', async () => {
  const broken = { ...CHAIN, graph: { ...CHAIN.graph, node: [node('Neg', ['nowhere'], ['y'])] } };
  expect(await runPlain(broken, { x: floats([1, 2], [2]) })).toBeUndefined();
});

test('one ULP: the neighbours in float32, and nothing else', () => {
  const largest = 3.4028234663852886e38;
  const values = Float32Array.of(1, -1, 0, Infinity, NaN, largest);
  const moved = movedByUlp(values, seeded(1));
  // Around 1 the spacing is 2⁻²³ above and 2⁻²⁴ below (IEEE 754).
  expect([1 + 2 ** -23, 1 - 2 ** -24]).toContain(moved[0]);
  expect([-1 - 2 ** -23, -1 + 2 ** -24]).toContain(moved[1]);
  expect([...moved.slice(2, 5)]).toEqual([0, Infinity, NaN]);
  expect(moved[5]).toBe(largest - 2 ** 104);
});

test('axes in another order', () => {
  const turned = permuted(floats([0, 1, 2, 3, 4, 5], [2, 3]), [1, 0]);
  expect(turned.dims).toEqual([3, 2]);
  expect([...(turned.data as Float32Array)]).toEqual([0, 3, 1, 4, 2, 5]);
});

test('an effect is the largest difference by the largest finite magnitude', () => {
  expect(effect([4, -8, 0], [4, -6, 0])).toBe(0.25);
  expect(effect([4, -Infinity], [5, -Infinity])).toBe(0.25);
  expect(effect([4, 1], [4, NaN])).toBe(Infinity);
});
