import { describe, expect, test } from 'vitest';
import { errorOf, findKind } from './error-of.ts';

describe('isolated', () => {
  test('up to three are listed with both values', () => {
    const places = new Map([
      [5, 7],
      [131, -7],
      [200, 70],
      [201, 0.5],
    ]);
    const error = errorOf([4, 64], (value, _, index) => places.get(index) ?? value, { values: () => 1 });
    expect(findKind(error, 'isolated')).toEqual({
      kind: 'isolated',
      text: '4 of 256 elements are wrong: [0, 5] is 7 for 1, [2, 3] is -7 for 1, [3, 8] is 70 for 1, and 1 more',
      share: 1,
      figures: { wrong: 4, elements: 256, indices: [5, 131, 200, 201] },
    });
  });

  test.each([
    ['9 elements are not a few', [1024], 9],
    ['2 of 64 are not a few', [64], 2],
  ])('%s', (_, dims, wrong) => {
    const error = errorOf(dims, (value, __, index) =>
      index * 7 < wrong * 7 && index < wrong ? value + 5 : value,
    );
    expect(findKind(error, 'isolated')).toBeUndefined();
  });
});
