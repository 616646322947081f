import { expect, test } from 'vitest';
import { alikeRows, directionsOf, sortedDirections } from '../../../src/engine/prompt/index.ts';

const COUNT = 60;
const WIDTH = 24;
/** Irrational steps: no two rows are alike unless they are made so. */
const plain = Float64Array.from({ length: COUNT * WIDTH }, (_, at) => Math.sin(at * Math.SQRT2 + 1));
const rowsOf = (values: Float64Array): number[][] =>
  Array.from({ length: COUNT }, (_, row) => [...values.subarray(row * WIDTH, (row + 1) * WIDTH)]);
const sorted = sortedDirections(directionsOf(plain, COUNT, WIDTH));

test.each([
  ['the same row', (value: number) => value],
  ['a row of another length', (value: number) => 7.5 * value],
  ['a rounded row', (value: number) => Math.fround(value * (1 + 1e-4 * Math.sin(value * 999)))],
])('%s is found, and hardly anything else', (_, change) => {
  const probed = directionsOf(plain.map(change), COUNT, WIDTH);
  const alike = Array.from({ length: COUNT }, (_, row) => alikeRows(sorted, probed, row));
  expect(alike.every((rows, row) => rows.includes(row))).toBe(true);
  expect(alike.flat().length).toBeLessThan(COUNT + 5);
});

test('turned rows have the directions of rows that lie one after the other', () => {
  const rows = rowsOf(plain);
  const turned = Float64Array.from(
    { length: COUNT * WIDTH },
    (_, at) => rows[at % COUNT]?.[Math.floor(at / COUNT)] ?? NaN,
  );
  expect(directionsOf(turned, COUNT, WIDTH, true)).toEqual(directionsOf(plain, COUNT, WIDTH));
});

test('a row of zeros is alike zeros alone, one that is not finite nothing', () => {
  const values = Float64Array.from([0, 0, 1, 2, NaN, 1]);
  const three = directionsOf(values, 3, 2);
  const all = sortedDirections(three);
  expect([0, 1, 2].map((row) => alikeRows(all, three, row))).toEqual([[0], [1], []]);
});
