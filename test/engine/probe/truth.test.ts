import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tensorProbe } from '../../../src/engine/probe/index.ts';
import type { Tensor } from '../../../src/engine/tensor/index.ts';
import type { ComparableDtype } from '../../../src/shared/dtype.ts';
import type { TensorProbe } from '../../../src/shared/probe.ts';

/** Against numpy: make-truth.py beside this file. */
type Plain = number | 'NaN' | 'Infinity' | '-Infinity';
interface Case {
  readonly name: string;
  readonly dtype: ComparableDtype;
  readonly referenceDtype: ComparableDtype;
  readonly dims: readonly number[];
  readonly candidate?: string;
  readonly reference?: string;
  readonly low: number;
  readonly high: number;
  readonly candidateCounts: readonly number[];
  readonly referenceCounts: readonly number[];
  /** Flat indices of the cells that are not empty, and their counts. */
  readonly density: readonly number[];
  readonly densityCounts: readonly number[];
  readonly maps: readonly {
    readonly axes: readonly [number, number];
    readonly rows: number;
    readonly columns: number;
    readonly rowsPerCell: number;
    readonly columnsPerCell: number;
    readonly maxAbs: readonly Plain[];
  }[];
  readonly profiles: readonly {
    readonly axis: number;
    readonly perCell: number;
    readonly maxAbs: readonly Plain[];
    readonly meanAbs: readonly Plain[];
  }[];
  readonly worst: readonly {
    readonly index: readonly number[];
    readonly candidate: Plain;
    readonly reference: Plain;
  }[];
}

const FILE = new URL('../../fixtures/probe/truth.json', import.meta.url);
const CASES = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Case[];

function tensorsOf(one: Case): readonly [Tensor, Tensor] {
  const { dims } = one;
  if (one.candidate !== undefined && one.reference !== undefined)
    return [
      { dtype: one.dtype, dims, bytes: bytesFrom(one.candidate) },
      { dtype: one.referenceDtype, dims, bytes: bytesFrom(one.reference) },
    ];
  // The formula of long_case.
  const count = dims.reduce((product, dim) => product * dim, 1);
  const candidate = Float32Array.from({ length: count }, (_, index) => ((index * 7919) % 1009) / 64);
  const reference = candidate.map((value, index) =>
    (index * 31) % 911 < 9 ? value + (index % 97) / 128 : value,
  );
  return [candidate, reference].map((values) => ({
    dtype: 'float32' as const,
    dims,
    bytes: new Uint8Array(values.buffer),
  })) as [Tensor, Tensor];
}

/** Aligned: a Buffer from base64 may lie anywhere. */
function bytesFrom(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

function probeOf(one: Case, axes: readonly [number, number] | undefined): TensorProbe {
  return tensorProbe(...tensorsOf(one), { axes, values: { start: 0, count: 8 } });
}

const numbers = (plain: readonly Plain[]): number[] => plain.map(Number);

describe.each(CASES)('$name, $dims', (one) => {
  test('value histograms and density', () => {
    const { candidate, reference, density, dtype, dims, count } = probeOf(one, undefined);
    expect({ dtype, dims, count }).toEqual({
      dtype: one.dtype,
      dims: one.dims,
      count: one.dims.reduce((product, dim) => product * dim, 1),
    });
    for (const side of [candidate, reference, density])
      expect([side?.low, side?.high]).toEqual([one.low, one.high]);
    expect([...candidate.counts]).toEqual(one.candidateCounts);
    expect([...(reference?.counts ?? [])]).toEqual(one.referenceCounts);
    const cells = [...(density?.counts ?? [])];
    expect(density?.size).toBe(96);
    expect(cells.flatMap((found, cell) => (found > 0 ? [cell] : []))).toEqual(one.density);
    expect(cells.filter((found) => found > 0)).toEqual(one.densityCounts);
  });

  test('error maps', () => {
    for (const expected of one.maps) {
      const { map } = probeOf(one, expected.axes);
      expect({ ...map, maxAbs: [...(map?.maxAbs ?? [])] }).toEqual({
        ...expected,
        maxAbs: numbers(expected.maxAbs),
      });
    }
  });

  test('profiles', () => {
    const { profiles } = probeOf(one, undefined);
    expect(profiles.map(({ axis, perCell }) => [axis, perCell])).toEqual(
      one.profiles.map(({ axis, perCell }) => [axis, perCell]),
    );
    profiles.forEach(({ maxAbs, meanAbs }, index) => {
      const expected = one.profiles[index];
      expect([...maxAbs]).toEqual(numbers(expected?.maxAbs ?? []));
      // numpy adds pairwise: the last bits differ.
      const means = numbers(expected?.meanAbs ?? []);
      expect(meanAbs).toHaveLength(means.length);
      meanAbs.forEach((mean, cell) => expect(mean).toBeCloseTo(means[cell] ?? NaN, 12));
    });
  });

  test('worst elements', () => {
    expect(probeOf(one, undefined).worst).toEqual(
      one.worst.map(({ index, candidate, reference }) => ({
        index,
        candidate: Number(candidate),
        reference: Number(reference),
      })),
    );
  });
});
