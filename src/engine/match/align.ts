/** One place of the first sequence and the place of the second that it meets. */
export interface Meeting {
  readonly row: number;
  readonly column: number;
}

/** Cells of the table of two sequences; beyond, aligning would take seconds and hundreds of megabytes. */
const MOST_CELLS = 3e7;

/**
 * Aligns two sequences in order, so that the sum of scores is largest, and returns only the meetings that *every*
 * best alignment has: where two places would do as well, neither is claimed. Undefined where the table would be too
 * large.
 * @param fits the columns a row can meet, with the score of each: whole numbers from 1 to 255.
 */
export function alignForced(
  rows: number,
  columns: number,
  fits: (row: number) => Iterable<readonly [column: number, score: number]>,
): Meeting[] | undefined {
  if (rows * columns > MOST_CELLS) return undefined;
  const scores = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (const [column, score] of fits(row)) scores[row * columns + column] = score;
  }
  /** Best sum over what lies before (row, column). */
  const width = columns + 1;
  const before = new Uint32Array((rows + 1) * width);
  for (let row = 1; row <= rows; row++) {
    const here = row * width;
    const above = here - width;
    for (let column = 1; column <= columns; column++) {
      const score = scores[(row - 1) * columns + column - 1] ?? 0;
      const skip = Math.max(before[above + column] ?? 0, before[here + column - 1] ?? 0);
      const meet = score === 0 ? 0 : (before[above + column - 1] ?? 0) + score;
      before[here + column] = Math.max(skip, meet);
    }
  }
  const best = before[rows * width + columns] ?? 0;
  const meetings: Meeting[] = [];
  /** Best sum over what lies from the row below on: one row of it at a time. */
  let below = new Uint32Array(width);
  for (let row = rows - 1; row >= 0; row--) {
    const here = row * width;
    const at = new Uint32Array(width);
    let ways = (before[here + columns] ?? 0) + (below[columns] ?? 0) === best ? 1 : 0;
    let only: number | undefined;
    for (let column = columns - 1; column >= 0; column--) {
      const score = scores[row * columns + column] ?? 0;
      const meet = score === 0 ? 0 : (below[column + 1] ?? 0) + score;
      at[column] = Math.max(below[column] ?? 0, at[column + 1] ?? 0, meet);
      const soFar = before[here + column] ?? 0;
      if (soFar + (below[column] ?? 0) === best) ways++;
      if (score > 0 && soFar + meet === best) {
        ways++;
        only = column;
      }
    }
    if (ways === 1 && only !== undefined) meetings.push({ row, column: only });
    below = at;
  }
  return meetings.reverse();
}
