import { ALIKE } from './rows.ts';

/**
 * Where rows point, in a few numbers each: their lengths, and of the same rows of length 1 the components along fixed
 * directions. Rows that are the same or parallel have the same components (Cauchy–Schwarz), others hardly ever all.
 */
export interface Directions {
  readonly count: number;
  readonly norms: Float64Array;
  /** One array a direction. */
  readonly along: readonly Float64Array[];
}

const DIRECTIONS = 3;

/** @param isTurned whether the rows lie along the second axis: `values` is width × count. */
export function directionsOf(
  values: ArrayLike<number>,
  count: number,
  width: number,
  isTurned = false,
): Directions {
  const norms = new Float64Array(count);
  const along = Array.from({ length: DIRECTIONS }, () => new Float64Array(count));
  const signs = signsOf(width);
  const [perRow, perColumn] = isTurned ? [1, count] : [width, 1];
  for (let row = 0; row < count; row++) {
    let [squares, first, second, third] = [0, 0, 0, 0];
    for (let column = 0; column < width; column++) {
      const value = values[row * perRow + column * perColumn] ?? NaN;
      const sign = signs[column] ?? 0;
      squares += value * value;
      first += sign & 1 ? value : -value;
      second += sign & 2 ? value : -value;
      third += sign & 4 ? value : -value;
    }
    const norm = Math.sqrt(squares);
    norms[row] = norm;
    [first, second, third].forEach((sum, at) => {
      const direction = along[at];
      if (direction !== undefined) direction[row] = norm === 0 ? 0 : sum / (norm * Math.sqrt(width));
    });
  }
  return { count, norms, along };
}

/** Unit vectors of rows that are alike are no further apart than this, rounding included. */
const NEAR = 2.1 * ALIKE;

/** False only where the rows are neither the same nor parallel. */
function mayBeAlike(a: Directions, row: number, b: Directions, other: number): boolean {
  if ((a.norms[row] === 0) !== (b.norms[other] === 0)) return false;
  return a.along.every(
    (values, at) => Math.abs((values[row] ?? NaN) - (b.along[at]?.[other] ?? NaN)) <= NEAR,
  );
}

/** The same, to be searched: rows in the order of their first component. */
export interface SortedDirections {
  readonly directions: Directions;
  readonly rows: readonly number[];
}

export function sortedDirections(directions: Directions): SortedDirections {
  const first = directions.along[0] ?? [];
  // Rows that are not finite have no place in an order, and no like.
  const finite = Array.from(first, (_, row) => row).filter((row) => !Number.isNaN(first[row]));
  const rows = finite.sort((a, b) => (first[a] ?? NaN) - (first[b] ?? NaN));
  return { directions, rows };
}

/** Those of the sorted rows, in ascending order, that may be the same as a row, or parallel to it. */
export function alikeRows(
  { directions, rows }: SortedDirections,
  probed: Directions,
  row: number,
): readonly number[] {
  const first = directions.along[0] ?? [];
  const component = probed.along[0]?.[row] ?? NaN;
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((first[rows[middle] ?? 0] ?? NaN) < component - NEAR) low = middle + 1;
    else high = middle;
  }
  const alike: number[] = [];
  for (let at = low; at < rows.length; at++) {
    const other = rows[at] ?? 0;
    if (!((first[other] ?? NaN) <= component + NEAR)) break;
    if (mayBeAlike(probed, row, directions, other)) alike.push(other);
  }
  return alike.sort((a, b) => a - b);
}

/** Three signs a column in the bits of a number: the upper bits of a linear congruential generator (Numerical Recipes). */
function signsOf(width: number): Uint8Array {
  const signs = new Uint8Array(width);
  let state = 1;
  for (let column = 0; column < width; column++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    signs[column] = state >>> 29;
  }
  return signs;
}
