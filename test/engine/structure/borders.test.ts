import { describe, expect, test } from 'vitest';
import { errorOf, findKind, kindsOf, normal } from './error-of.ts';
import { seeded } from '../../support/random.ts';

const IMAGE = [2, 3, 8, 8];
const isBorder = ([, , y = 0, x = 0]: readonly number[], depth: number): boolean =>
  Math.min(y, x, 7 - y, 7 - x) < depth;

describe('borders', () => {
  test.each([
    [1, 28],
    [2, 48],
  ])('the outermost %i on each side: %i elements of each 8 × 8 map', (depth, each) => {
    const found = findKind(
      errorOf(IMAGE, (value, at) => (isBorder(at, depth) ? value * 1.5 + 0.5 : value)),
      'borders',
    );
    expect(found?.figures).toEqual({
      axes: [2, 3],
      depth,
      sides: [0, 1, 2, 3],
      wrong: found?.figures['elements'],
      elements: 6 * each,
    });
    expect(found?.text).toBe(
      `only the outermost ${depth === 1 ? 'index' : '2 indices'} on each side of axes 2, 3: all ${6 * each} wrong elements lie there, of ${6 * each}; inside, ${6 * (64 - each)} of ${6 * (64 - each)} are right`,
    );
  });

  test('one side: what an asymmetric padding leaves', () => {
    const found = findKind(
      errorOf(IMAGE, (value, at) => (at[2] === 7 ? value + 1 : value)),
      'borders',
    );
    expect(found?.figures).toMatchObject({ axes: [2], depth: 1, sides: [1] });
    expect(found?.text).toContain('only the outermost index at the end of axis 2: all 48 wrong elements');
  });

  test('the end of both axes', () => {
    const found = findKind(
      errorOf(IMAGE, (value, at) => (at[2] === 7 || at[3] === 7 ? value + 1 : value)),
      'borders',
    );
    expect(found?.figures).toMatchObject({ axes: [2, 3], depth: 1, sides: [1, 3] });
  });

  test('a small map: the whole border of 3 × 3 and nothing of its inside', () => {
    const edit = (value: number, [, , y, x]: readonly number[]): number =>
      y === 1 && x === 1 ? value : value + 2;
    expect(findKind(errorOf([1, 1, 3, 3], edit), 'borders')?.share).toBe(1);
  });

  test('channels last', () => {
    const found = findKind(
      errorOf([1, 8, 8, 4], (value, [, y, x]) => (Math.min(y!, x!, 7 - y!, 7 - x!) === 0 ? -value : value)),
      'borders',
    );
    expect(found?.figures['axes']).toEqual([1, 2]);
  });

  test('two wrong elements at the border of a 4 × 4 map are chance', () => {
    expect(
      findKind(
        errorOf([1, 1, 4, 4], (value, _, index) => (index === 1 || index === 15 ? value + 1 : value)),
        'borders',
      ),
    ).toBeUndefined();
  });

  test('20 wrong elements anywhere', () => {
    const random = seeded(5);
    const places = new Set(Array.from({ length: 20 }, () => Math.floor(random() * 384)));
    expect(
      kindsOf(errorOf(IMAGE, (value, _, index) => (places.has(index) ? value + normal(random) : value))),
    ).toEqual([]);
  });

  test('all wrong', () => {
    expect(
      findKind(
        errorOf(IMAGE, (value) => value + 1),
        'borders',
      ),
    ).toBeUndefined();
  });
});
