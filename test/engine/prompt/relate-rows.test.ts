import { describe, expect, it } from 'vitest';
import { relateRows } from '../../../src/engine/prompt/index.ts';
import type { Rows } from '../../../src/engine/prompt/index.ts';

/** Unit vectors of no special direction, as text encoders give them. */
const UNIT = [
  [0.6, 0.8, 0],
  [0, 0.6, 0.8],
  [0.8, 0, 0.6],
];
const ZERO = [0, 0, 0];
const BLANK = [1, 0, 0];

function rows(values: readonly (readonly number[])[]): Rows {
  return { count: values.length, width: 3, values: Float64Array.from(values.flat()) };
}

function told(deployed: readonly (readonly number[])[], recorded: readonly (readonly number[])[]): string[] {
  return relateRows(rows(deployed), rows(recorded)).map(({ kind, text }) => `${kind}: ${text}`);
}

describe('what was done to the prompts', () => {
  it('says nothing of equal rows, or of rows that are equal but for rounding', () => {
    expect(told(UNIT, UNIT)).toEqual([]);
    expect(
      told(
        UNIT.map((row) => row.map((value) => value * (1 + 1e-6))),
        UNIT,
      ),
    ).toEqual([]);
  });

  it.each([
    ['with zeros', [...UNIT, ZERO, ZERO], /^padded: padded with zeros: 2 rows more than PyTorch's 3$/],
    [
      'with the last prompt',
      [...UNIT, UNIT[2] ?? []],
      /^padded: padded with the last prompt \(copies of row 2\)/,
    ],
    ['with another of the list', [...UNIT, UNIT[0] ?? []], /^padded: padded with other prompts of the list/],
    ['with a foreign prompt', [...UNIT, BLANK], /^padded: padded with other prompts: 1 row more/],
  ])('names padding %s', (_, deployed, expected) => {
    const [only, ...more] = told(deployed, UNIT);
    expect(only).toMatch(expected);
    expect(more).toEqual([]);
  });

  it('names the row that PyTorch appends and the export does not have', () => {
    expect(told(UNIT, [...UNIT, BLANK])).toEqual([
      "shortened: without PyTorch's row 3 (a prompt of its own, such as a blank one)",
    ]);
    expect(told(UNIT, [...UNIT, ZERO])[0]).toContain('(zeros)');
    expect(told(UNIT, [...UNIT, UNIT[2] ?? []])[0]).toContain('(copies of row 2)');
  });

  it('names a row that was dropped from the middle', () => {
    expect(told([UNIT[0] ?? [], UNIT[2] ?? []], UNIT)).toEqual([
      "dropped: without PyTorch's row 1 (a prompt of its own, such as a blank one)",
    ]);
  });

  it('names rows in the reverse order and in any other', () => {
    expect(told([...UNIT].reverse(), UNIT)[0]).toMatch(/^reversed/);
    expect(told([UNIT[1] ?? [], UNIT[2] ?? [], UNIT[0] ?? []], UNIT)[0]).toMatch(/^reordered: .*1, 2, 0$/);
  });

  it('names rows that were not normalised, on either side, and a factor', () => {
    const long = UNIT.map((row, index) => row.map((value) => value * (2 + index)));
    expect(told(long, UNIT)[0]).toMatch(/^normalised: the rows are not L2-normalised \(lengths 2 to 4\)/);
    expect(told(UNIT, long)[0]).toMatch(/^normalised: the rows are L2-normalised, PyTorch's are not/);
    expect(
      told(
        long.map((row) => row.map((value) => value * 10)),
        long,
      )[0],
    ).toMatch(/^scaled: the rows are 10 ×/);
  });

  it('names rows that are held in fewer bits', () => {
    // 0.6 and 0.8 in float16 are 0.60009765625 and 0.7998046875.
    const half = UNIT.map((row) =>
      row.map((value) => (value === 0.6 ? 0.60009765625 : value === 0.8 ? 0.7998046875 : value)),
    );
    expect(told(half, UNIT)).toEqual([
      expect.stringMatching(
        /^rounded: the rows are PyTorch's but for rounding \(off by up to 2\.18e-4 of their length\)/,
      ),
    ]);
  });

  it('finds two things at once', () => {
    const long = [...UNIT].reverse().map((row) => row.map((value) => value * 3));
    const kinds = relateRows(rows(long), rows([...UNIT, BLANK])).map(({ kind }) => kind);
    expect(kinds).toEqual(['normalised', 'reversed', 'shortened']);
  });

  it('calls rows of another encoder what they are', () => {
    const others = [
      [0, 0, 1],
      [0, 1, 0],
      [-1, 0, 0],
    ];
    expect(told(others, UNIT)[0]).toMatch(/^replaced: 3 rows .* none of PyTorch's/);
  });
});
