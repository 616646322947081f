import { describe, expect, test } from 'vitest';
import { seeded } from '../../support/random.ts';
import { errorOf, findKind, kindsOf, normal } from './error-of.ts';

/** offset, scale and affine. */
const DIMS = [2, 4, 6, 6];

describe('one coefficient for all', () => {
  test.each([
    ['offset', (value: number) => value + 0.5, /^candidate = reference \+ 0\.5 in every element, residual/],
    ['offset', (value: number) => value - 0.25, /^candidate = reference − 0\.25 in every element/],
    ['scale', (value: number) => value * 1.25, /^candidate = 1\.25 × reference in every element/],
    ['scale', (value: number) => -value, /^candidate = -1 × reference in every element/],
    ['affine', (value: number) => 2 * value - 3, /^candidate = 2 × reference − 3 in every element/],
  ] as const)('%s', (kind, edit, text) => {
    const error = errorOf(DIMS, edit);
    expect(kindsOf(error)).toEqual([kind]);
    expect(findKind(error, kind)?.text).toMatch(text);
  });

  test('the wrong elements only, and where they are', () => {
    const error = errorOf(DIMS, (value) => (value < 0 ? value * 3 : value));
    expect(kindsOf(error)).toEqual(['scale', 'negatives']);
    expect(findKind(error, 'scale')?.text).toMatch(
      /^candidate = 3 × reference in the \d+ wrong elements only/,
    );
  });
});

describe('one coefficient for each', () => {
  const biases = [0.1, -0.7, 2, 0.4];
  const gains = [0.5, 2, 3, -1];

  test('channel', () => {
    const error = errorOf(DIMS, (value, [, channel]) => value + biases[channel!]!);
    const found = findKind(error, 'offset');
    expect(found?.figures).toMatchObject({ groups: 4, axis: 1 });
    expect(found?.text).toContain(
      'reference + b, b = from -0.7 to 2, one for each channel (axis 1), in every element',
    );
    (found?.figures['offset'] as readonly number[]).forEach((offset, channel) =>
      expect(offset).toBeCloseTo(biases[channel]!, 5),
    );
  });

  test('index of the last axis', () => {
    const error = errorOf([3, 5, 4], (value, [, , feature]) => value * gains[feature!]!, { channelAxis: 1 });
    expect(findKind(error, 'scale')?.figures).toMatchObject({ groups: 4, axis: 2 });
  });

  test('row', () => {
    const error = errorOf([4, 32], (value, [row]) => value * gains[row!]! + biases[row!]!);
    expect(findKind(error, 'affine')?.text).toContain('one pair for each row along axis 1, in every element');
  });
});

describe('no fit', () => {
  test('noise of a hundredth of the error is no fit', () => {
    const random = seeded(7);
    expect(kindsOf(errorOf(DIMS, (value) => value * 1.25 + 0.002 * normal(random)))).toEqual([]);
  });

  test('a constant reference', () => {
    expect(kindsOf(errorOf(DIMS, (value) => value + 0.5, { values: () => 1 }))).toEqual([]);
  });

  test('a constant candidate', () => {
    expect(
      findKind(
        errorOf(DIMS, () => 0.5),
        'affine',
      ),
    ).toBeUndefined();
  });

  test('two values are mapped on any two others', () => {
    const error = errorOf(DIMS, (value) => (value === 1 ? 7 : 3), { values: (index) => (index * 7) % 2 });
    expect(kindsOf(error)).toEqual([]);
  });

  test('groups of as many elements as coefficients', () => {
    const random = seeded(7);
    expect(kindsOf(errorOf([4, 64, 1, 1], (value) => value + normal(random)))).toEqual([]);
  });
});
