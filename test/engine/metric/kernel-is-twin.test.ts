import { describe, expect, test } from 'vitest';
import type { ComparableDtype } from '../../../src/shared/dtype.ts';
import { COMPARABLE_DTYPES, DTYPES } from '../../../src/shared/dtype.ts';
import { createComparer } from '../../../src/engine/metric/index.ts';
import { permuteTensor } from '../../../src/engine/tensor/index.ts';
import { randomPair } from './random-tensor.ts';
import { twin, twinStats } from './twin.ts';

const comparer = createComparer();
const LIMITS = { atol: 1e-5, rtol: 1e-4 };
/** Around vectors, tiles, chunks of four and of eight bytes, blocks. */
const COUNTS = [0, 1, 2, 3, 4, 5, 2047, 2048, 2049, 32768, 65535, 65536, 65537, 200003];

describe('every number of the kernel is the twin’s, sums to the bit', () => {
  for (const dtype of COMPARABLE_DTYPES) {
    test(dtype, () => {
      for (const [seed, count] of COUNTS.entries()) {
        for (const flavour of ['ordinary', 'awkward'] as const) {
          const { candidate, reference } = randomPair(dtype, dtype, count, seed, flavour);
          const options = { ...LIMITS, dims: [count] };
          expect(comparer.compare(candidate, reference, options)).toEqual(
            twin(candidate, reference, options),
          );
        }
      }
    });
  }
});

test('any two dtypes', () => {
  for (const first of COMPARABLE_DTYPES) {
    for (const second of COMPARABLE_DTYPES) {
      if (first === second) continue;
      const { candidate, reference } = randomPair(first, second, 5003, 7, 'awkward');
      const options = { ...LIMITS, dims: [5003] };
      const result = comparer.compare(candidate, reference, options);
      expect(result, `${first} against ${second}`).toEqual(twin(candidate, reference, options));
    }
  }
});

describe('slices', () => {
  const layouts = [
    { dims: [2, 3, 40, 51], sliceAxis: 1 },
    { dims: [3, 7, 11, 1], sliceAxis: 1 },
    { dims: [1, 200, 5, 2], sliceAxis: 1 },
    { dims: [2, 117, 33], sliceAxis: 2 },
    { dims: [5, 4097], sliceAxis: 1 },
    { dims: [4097, 5], sliceAxis: 1 },
    { dims: [1, 65536], sliceAxis: 1 },
    { dims: [3, 70001], sliceAxis: 0 },
  ];
  for (const { dims, sliceAxis } of layouts) {
    test.each(['float32', 'float16', 'float64', 'int64'] as const)(
      `[${dims.join(', ')}], axis ${sliceAxis}, %s`,
      (dtype) => {
        const count = dims.reduce((product, dim) => product * dim, 1);
        for (const flavour of ['ordinary', 'awkward'] as const) {
          const { candidate, reference } = randomPair(dtype, dtype, count, 3, flavour);
          const options = { ...LIMITS, dims, sliceAxis };
          expect(comparer.compare(candidate, reference, options)).toEqual(
            twin(candidate, reference, options),
          );
        }
      },
    );
  }

  test('more than 65,536 are left out', () => {
    const { candidate, reference } = randomPair('float32', 'float32', 65537, 1, 'ordinary');
    const options = { ...LIMITS, dims: [1, 65537], sliceAxis: 1 };
    expect(comparer.compare(candidate, reference, options).slices).toBeUndefined();
  });
});

describe('the same bits whatever the source', () => {
  const dims = [3, 5, 67, 81];
  const count = 3 * 5 * 67 * 81;
  test.each(['float32', 'bfloat16', 'float64', 'uint8', 'int64'] as const)('%s', (dtype: ComparableDtype) => {
    const { candidate, reference } = randomPair(dtype, dtype, count, 5, 'awkward');
    const options = { ...LIMITS, dims, sliceAxis: 1 };
    const size = DTYPES[dtype].bytes;
    const reader = (bytes: Uint8Array) => ({
      dtype,
      read: (start: number, length: number, target: Uint8Array) => {
        expect(target.length).toBe(length * size);
        target.set(bytes.subarray(start * size, (start + length) * size));
      },
    });
    const expected = comparer.compare(candidate, reference, options);
    expect(comparer.compare(reader(candidate.bytes), reader(reference.bytes), options)).toEqual(expected);
    const reshape = { ...options, transform: { kind: 'reshape' } as const, referenceDims: [15, 5427] };
    expect(comparer.compare(candidate, reference, reshape)).toEqual(expected);

    // The reference as its channels-last recording: [N, H, W, C].
    const channelsLast = permuteTensor({ ...reference, dims }, [0, 2, 3, 1]);
    const permuted = { ...options, transform: { kind: 'permutation', axes: [0, 3, 1, 2] } as const };
    expect(comparer.compare(candidate, { dtype, bytes: channelsLast.bytes }, permuted)).toEqual(expected);
    expect(
      comparer.compare(candidate, reader(channelsLast.bytes), {
        ...permuted,
        referenceDims: channelsLast.dims,
      }),
    ).toEqual(expected);

    // Bytes at an address that no typed array could view.
    const unaligned = new Uint8Array(reference.bytes.length + 1);
    unaligned.set(reference.bytes, 1);
    expect(comparer.compare(candidate, { dtype, bytes: unaligned.subarray(1) }, options)).toEqual(expected);

    expect(comparer.stats(candidate)).toEqual(expected.comparison.candidate);
    expect(comparer.stats({ ...reader(reference.bytes), count })).toEqual(expected.comparison.reference);
    expect(comparer.stats(reference)).toEqual(twinStats(reference));
  });
});

test('a comparison after a failed one starts afresh', () => {
  const { candidate, reference } = randomPair('float32', 'float32', 100_000, 9, 'ordinary');
  const options = { ...LIMITS, dims: [100_000] };
  const expected = comparer.compare(candidate, reference, options);
  const failing = {
    dtype: 'float32',
    read: (start: number) => {
      if (start > 0) throw new Error('unreadable');
    },
  } as const;
  expect(() => comparer.compare(candidate, failing, options)).toThrow('unreadable');
  expect(comparer.compare(candidate, reference, options)).toEqual(expected);
});

test('what does not fit is refused', () => {
  const four = { dtype: 'float32', bytes: new Uint8Array(16) } as const;
  expect(() => comparer.compare(four, four, { ...LIMITS, dims: [5] })).toThrow(
    '4 elements where the shape has 5',
  );
  const other = { ...LIMITS, dims: [2, 2], referenceDims: [2, 3] };
  expect(() => comparer.compare(four, four, other)).toThrow('[2, 3] has not as many elements as [2, 2]');
  const axes = {
    ...LIMITS,
    dims: [4, 1],
    referenceDims: [2, 2],
    transform: { kind: 'permutation', axes: [1, 0] } as const,
  };
  expect(() => comparer.compare(four, four, axes)).toThrow('do not bring [2, 2] to [4, 1]');
});
