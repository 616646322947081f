import { describe, expect, test } from 'vitest';
import { association, contrast, logChoose, logFactorial } from '../../../src/engine/structure/evidence.ts';

/** By hand: n·I is n·H(wrong) where the set is the wrong elements, and 0 where it has nothing to do with them. */
describe('association', () => {
  test.each([
    ['the wrong elements and no others', { total: 100, wrong: 50, inside: 50, both: 50 }, 100 * Math.LN2],
    ['half of everything', { total: 100, wrong: 20, inside: 50, both: 10 }, 0],
    ['everything is wrong', { total: 100, wrong: 100, inside: 30, both: 30 }, 0],
    ['none of the wrong elements', { total: 100, wrong: 50, inside: 50, both: 0 }, -100 * Math.LN2],
    // 3 ln(16/12): what three elements in three quarters of the places are, by chance, and what the rest adds.
    [
      'three of three in 12 of 16',
      { total: 16, wrong: 3, inside: 12, both: 3 },
      3 * Math.log(16 / 12) + 9 * Math.log((9 * 16) / (13 * 12)) + 4 * Math.log((4 * 16) / (13 * 4)),
    ],
  ])('%s', (_, overlap, nats) => {
    expect(association(overlap)).toBeCloseTo(nats, 9);
  });

  test('a place is none where the rest is wrong as well', () => {
    const overlap = { total: 1000, wrong: 600, inside: 500, both: 500 };
    expect(association(overlap)).toBeGreaterThan(100);
    expect(contrast(overlap)).toBe(0);
    const clear = { ...overlap, wrong: 510 };
    expect(contrast(clear)).toBe(association(clear));
  });
});

test.each([
  [0, 1],
  [1, 1],
  [2, 2],
  [5, 120],
  [10, 3628800],
])('ln(%i!)', (n, factorial) => {
  expect(logFactorial(n)).toBeCloseTo(Math.log(factorial), 3);
});

test('ln of 16 over 12', () => {
  expect(logChoose(16, 12)).toBeCloseTo(Math.log(1820), 2);
});
