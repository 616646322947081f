import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TensorComparison } from '../../../src/shared/comparison.ts';
import type { ComparableDtype } from '../../../src/shared/dtype.ts';
import { createComparer, defaultTolerance } from '../../../src/engine/metric/index.ts';

/** Made by make-truth.py with numpy and torch; NaN and infinities are strings there. */
interface Truth {
  readonly comparisons: readonly {
    readonly candidateDtype: ComparableDtype;
    readonly referenceDtype: ComparableDtype;
    readonly atol: number;
    readonly rtol: number;
    readonly candidate: string;
    readonly reference: string;
    readonly expected: Omit<TensorComparison, 'percentiles'>;
  }[];
  readonly tolerances: readonly {
    readonly candidate: ComparableDtype;
    readonly reference: ComparableDtype;
    readonly atol: number;
    readonly rtol: number;
  }[];
}

const truth = JSON.parse(readFileSync('test/fixtures/metric/truth.json', 'utf8'), (_, value: unknown) =>
  value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : value,
) as Truth;

const comparer = createComparer();

describe('as numpy computes them', () => {
  for (const {
    candidateDtype,
    referenceDtype,
    atol,
    rtol,
    candidate,
    reference,
    expected,
  } of truth.comparisons) {
    test(`${candidateDtype} against ${referenceDtype}`, () => {
      const { comparison } = comparer.compare(
        { dtype: candidateDtype, bytes: new Uint8Array(Buffer.from(candidate, 'base64')) },
        { dtype: referenceDtype, bytes: new Uint8Array(Buffer.from(reference, 'base64')) },
        { dims: [expected.count], atol, rtol },
      );
      const { candidate: ours, reference: theirs, ...rest } = comparison;
      const { candidate: ourTruth, reference: theirTruth, ...restTruth } = expected;
      expectClose({ ...rest, worst: rest.worst ?? null }, restTruth, '');
      expectClose(ours, ourTruth, 'candidate.');
      expectClose(theirs, theirTruth, 'reference.');
    });
  }
});

/** Sums round in another order there, and a variance from sums loses what its mean is larger by. */
const ROUNDED = new Map([
  ['meanAbs', 1e-12],
  ['rmse', 1e-12],
  ['relativeL2', 1e-12],
  ['sqnr', 0],
  ['cosine', 1e-12],
  ['mean', 1e-9],
  ['std', 1e-7],
  ['sum', 1e-9],
  ['sumSquares', 1e-12],
]);

function expectClose(actual: object, expected: object, place: string): void {
  const values = new Map<string, unknown>(Object.entries(actual));
  for (const [name, value] of Object.entries(expected)) {
    const got = values.get(name);
    const tolerance = ROUNDED.get(name);
    if (tolerance === undefined || typeof value !== 'number' || !Number.isFinite(value)) {
      expect(got, place + name).toEqual(value);
    } else {
      // Decibels may be near 0 themselves.
      const slack = name === 'sqnr' ? 1e-9 : tolerance * Math.abs(value);
      expect(Math.abs(Number(got) - value), place + name).toBeLessThanOrEqual(slack);
    }
  }
}

test('default tolerances are those of torch.testing.assert_close', () => {
  for (const { candidate, reference, atol, rtol } of truth.tolerances) {
    expect(defaultTolerance(candidate, reference), `${candidate}, ${reference}`).toEqual({ atol, rtol });
  }
});
