import { describe, expect, test } from 'vitest';
import { tensorProbe } from '../../../src/engine/probe/index.ts';
import type { Tensor } from '../../../src/engine/tensor/index.ts';
import type { ComparableDtype } from '../../../src/shared/dtype.ts';
import type { TensorProbe } from '../../../src/shared/probe.ts';

/** What numpy does not decide: choices, limits, tensors without a partner. Values by hand. */
function float32(dims: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'float32', dims, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}
function float64(dims: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'float64', dims, bytes: new Uint8Array(Float64Array.from(values).buffer) };
}
const zeros = (dims: readonly number[]): Tensor =>
  float32(dims, new Array<number>(dims.reduce((product, dim) => product * dim, 1)).fill(0));

function probe(
  candidate: Tensor,
  reference: Tensor | undefined,
  axes?: readonly [number, number],
  start = 0,
  count = 4,
): TensorProbe {
  return tensorProbe(candidate, reference, { axes, values: { start, count } });
}

describe('axes of the map', () => {
  test.each<readonly [dims: number[], asked: [number, number] | undefined, expected: number[] | undefined]>([
    [[2, 3], undefined, [0, 1]],
    [[4, 2, 3], undefined, [1, 2]],
    [[1, 8, 1, 3, 1], undefined, [1, 3]],
    [[5], undefined, undefined],
    [[1, 5, 1], undefined, undefined],
    [[], undefined, undefined],
    [[0, 3], undefined, undefined],
    [
      [2, 3, 4],
      [0, 2],
      [0, 2],
    ],
    [
      [2, 3, 4],
      [2, 0],
      [2, 0],
    ],
    [
      [1, 3],
      [0, 1],
      [0, 1],
    ],
    // What is no axis is passed over.
    [
      [2, 3],
      [0, 0],
      [0, 1],
    ],
    [
      [2, 3],
      [0, 2],
      [0, 1],
    ],
    [[5], [0, 1], undefined],
    [[0, 3], [0, 1], undefined],
    [
      [3, 0, 2],
      [0, 2],
      [0, 2],
    ],
  ])('of %j, asked for %j: %j', (dims, asked, expected) => {
    const { map } = probe(zeros(dims), zeros(dims), asked);
    expect(map?.axes).toEqual(expected);
    if (map !== undefined) expect(map.maxAbs).toHaveLength(map.rows * map.columns);
  });
});

describe('values on demand', () => {
  const tensor = float32([2, 3], [1, 2, 3, 4, 5, NaN]);
  test.each([
    [0, 2, [1, 2]],
    [4, 4, [5, NaN]],
    [6, 4, []],
    [1000, 4, []],
    [0, 0, []],
  ])('from %i, %i of them: %j', (start, count, expected) => {
    const { slice } = probe(tensor, tensor, undefined, start, count);
    expect({
      start: slice.start,
      candidate: [...slice.candidate],
      reference: [...(slice.reference ?? [])],
    }).toEqual({ start, candidate: expected, reference: expected });
  });
});

test('without a partner there are the values of one side and no errors', () => {
  const { candidate, reference, density, map, profiles, worst, slice } = probe(
    float32([2, 2], [0, 1, 2, 64]),
    undefined,
  );
  expect([candidate.low, candidate.high, candidate.counts[0], candidate.counts[63]]).toEqual([0, 64, 1, 1]);
  expect({ reference, density, map, profiles, worst }).toEqual({
    reference: undefined,
    density: undefined,
    map: undefined,
    profiles: [],
    worst: [],
  });
  expect(slice.reference).toBeUndefined();
});

test('a scalar has the empty index', () => {
  expect(probe(float32([], [2]), float32([], [1])).worst).toEqual([
    { index: [], candidate: 2, reference: 1 },
  ]);
});

test('the whole range of float64 has bins', () => {
  const most = Number.MAX_VALUE;
  const { candidate, density } = probe(float64([3], [-most, 0, most]), float64([3], [-most, 0, most]));
  expect([candidate.low, candidate.high]).toEqual([-most, most]);
  expect([candidate.counts[0], candidate.counts[32], candidate.counts[63]]).toEqual([1, 1, 1]);
  expect(density?.counts.reduce((sum, count) => sum + count, 0)).toBe(3);
});

test.each([-Number.MAX_VALUE, Number.MAX_VALUE])('nothing but %d has a finite range around it', (value) => {
  const { candidate } = probe(float64([2], [value, value]), undefined);
  expect(Number.isFinite(candidate.low) && Number.isFinite(candidate.high)).toBe(true);
  expect(candidate.counts.reduce((sum, count) => sum + count, 0)).toBe(2);
});

/** IEEE 754: the lowest finite numbers, as masks hold them in place of −Infinity. */
describe('masks', () => {
  const lowest: Readonly<Record<string, number>> = {
    float32: -3.4028234663852886e38,
    float64: -1.7976931348623157e308,
  };
  test.each(['float32', 'float64'] as const)(
    '%s: −Infinity against the lowest value is no error',
    (dtype) => {
      const make = dtype === 'float32' ? float32 : float64;
      const candidate = make([2, 2], [-Infinity, 1, lowest[dtype] ?? 0, 2]);
      const reference = make([2, 2], [lowest[dtype] ?? 0, 1, -Infinity, 2.5]);
      const { worst, map, profiles } = probe(candidate, reference);
      expect(worst).toEqual([{ index: [1, 1], candidate: 2, reference: 2.5 }]);
      expect([...(map?.maxAbs ?? [])]).toEqual([0, 0, 0, 0.5]);
      expect([...(profiles[0]?.maxAbs ?? [])]).toEqual([0, 0.5]);
    },
  );

  test.each<readonly [ComparableDtype, bits: number]>([
    // −65504, and the lowest bfloat16.
    ['float16', 0xfbff],
    ['bfloat16', 0xff7f],
  ])('%s against −Infinity of float32', (dtype, bits) => {
    const candidate: Tensor = { dtype, dims: [1], bytes: new Uint8Array(Uint16Array.of(bits).buffer) };
    expect(probe(candidate, float32([1], [-Infinity])).worst).toEqual([]);
  });

  test.each([
    ['+Infinity against the highest', Infinity, 3.4028234663852886e38],
    ['−Infinity against less than the lowest', -Infinity, -65504],
    ['−Infinity against a number', -Infinity, 0],
  ])('%s is one', (_name, t, r) => {
    expect(probe(float32([1], [t]), float32([1], [r])).worst).toHaveLength(1);
  });
});
