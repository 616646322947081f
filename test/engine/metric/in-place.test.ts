import { describe, expect, test } from 'vitest';
import { COMPARABLE_DTYPES } from '../../../src/shared/dtype.ts';
import { createComparer } from '../../../src/engine/metric/index.ts';
import { randomPair } from './random-tensor.ts';
import { twin, twinStats } from './twin.ts';
import type { TwinTensor } from './twin.ts';

const COUNT = 9_001;
const comparer = createComparer(4 * 2 ** 20);

/** The tensor in the kernel's own memory. */
function inPlace({ dtype, bytes }: TwinTensor, offset: number): TwinTensor {
  const place = comparer.room.subarray(offset, offset + bytes.length);
  place.set(bytes);
  return { dtype, bytes: place };
}

describe('tensors in the kernel’s memory are measured as any others', () => {
  test.each(COMPARABLE_DTYPES)('%s', (dtype) => {
    for (const flavour of ['ordinary', 'awkward'] as const) {
      const { candidate, reference } = randomPair(dtype, dtype, COUNT, 11, flavour);
      const options = { atol: 1e-5, rtol: 1e-4, dims: [COUNT] };
      const expected = twin(candidate, reference, options);
      const here = inPlace(candidate, 64);
      const there = inPlace(reference, 2 * 2 ** 20);
      expect(comparer.compare(here, there, options)).toEqual(expected);
      expect(comparer.compare(here, reference, options)).toEqual(expected);
      expect(comparer.compare(candidate, there, options)).toEqual(expected);
      expect(comparer.stats(here)).toEqual(twinStats(candidate));
      expect(here.bytes).toEqual(candidate.bytes);
      expect(there.bytes).toEqual(reference.bytes);
    }
  });
});

describe('tiles of equal bits among others', () => {
  test.each([
    ['no slices', [1, 7, 10_007], undefined],
    ['slices of runs', [1, 7, 10_007], 1],
    ['slices of neighbours', [7, 10_007], 1],
  ] as const)('%s', (_, dims, sliceAxis) => {
    for (const dtype of ['float32', 'float16', 'bfloat16'] as const) {
      for (const flavour of ['ordinary', 'awkward'] as const) {
        const { candidate, reference } = randomPair(dtype, dtype, 70_049, 5, flavour);
        // All but the second fifth is the reference itself.
        const bytes = reference.bytes.slice();
        bytes.set(candidate.bytes.subarray(bytes.length / 5, (2 * bytes.length) / 5), bytes.length / 5);
        for (const bits of [bytes, reference.bytes]) {
          const options = { atol: 0, rtol: 0, dims, ...(sliceAxis === undefined ? {} : { sliceAxis }) };
          const mixed = { dtype, bytes: bits };
          expect(comparer.compare(mixed, reference, options)).toEqual(twin(mixed, reference, options));
        }
      }
    }
  });
});
