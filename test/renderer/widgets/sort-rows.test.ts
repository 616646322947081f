import { describe, expect, test } from 'vitest';
import type { Column } from '../../../src/renderer/widgets/data-table.tsx';
import { sortRows } from '../../../src/renderer/widgets/data-table.tsx';

interface Row {
  readonly name: string;
  readonly value: number | string | undefined;
}
const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', title: 'name', width: 1, value: (row) => row.name, cell: (row) => row.name },
  { id: 'value', title: 'value', width: 1, value: (row) => row.value, cell: (row) => row.name },
];
const sorted = (values: readonly Row['value'][], descending: boolean): Row['value'][] =>
  sortRows(
    values.map((value, index) => ({ name: `${index}`, value })),
    COLUMNS,
    { column: 'value', descending },
  ).map(({ value }) => value);

describe('rows in order', () => {
  test.each<readonly [values: Row['value'][], up: Row['value'][], down: Row['value'][]]>([
    [
      [3, 1, 2],
      [1, 2, 3],
      [3, 2, 1],
    ],
    [
      [10, 9, -1, 1e-7],
      [-1, 1e-7, 9, 10],
      [10, 9, 1e-7, -1],
    ],
    // NaN above everything, undefined last either way.
    [
      [1, NaN, Infinity, -Infinity],
      [-Infinity, 1, Infinity, NaN],
      [NaN, Infinity, 1, -Infinity],
    ],
    [
      [undefined, 2, undefined, 1],
      [1, 2, undefined, undefined],
      [2, 1, undefined, undefined],
    ],
    [
      [undefined, NaN],
      [NaN, undefined],
      [NaN, undefined],
    ],
    [
      ['b', 'a', 'B'],
      ['a', 'b', 'B'],
      ['B', 'b', 'a'],
    ],
    [[], [], []],
  ])('%j', (values, up, down) => {
    expect(sorted(values, false)).toEqual(up);
    expect(sorted(values, true)).toEqual(down);
  });

  test('equals stay in the order of execution, either way', () => {
    const rows = [1, 2, 1, 2, 1].map((value, index) => ({ name: `${index}`, value }));
    const order = (descending: boolean): string =>
      sortRows(rows, COLUMNS, { column: 'value', descending })
        .map(({ name }) => name)
        .join('');
    expect([order(false), order(true)]).toEqual(['02413', '13024']);
  });

  test.each([undefined, { column: 'no such column', descending: true }])(
    'ordered by %j they stay as they are, and what is given is never changed',
    (order) => {
      const rows: readonly Row[] = Object.freeze([
        { name: 'b', value: 2 },
        { name: 'a', value: 1 },
      ]);
      expect(sortRows(rows, COLUMNS, order)).toBe(rows);
      expect(sortRows(rows, COLUMNS, { column: 'name', descending: false }).map(({ name }) => name)).toEqual([
        'a',
        'b',
      ]);
    },
  );
});
