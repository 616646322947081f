import type { Box } from './planes.ts';
import { heightOf, widthOf } from './planes.ts';

/** Blocks that are averaged: filters differ in fine detail, and agree on means. */
const SIDE = 6;
/** Fewer of them along a side say nothing. */
const LEAST = 4;

/** Side of the blocks in pixels; undefined where too few fit. */
export function blockSide(box: Box): number | undefined {
  const side = Math.min(SIDE, Math.floor(Math.min(heightOf(box), widthOf(box)) / LEAST));
  return side >= 2 ? side : undefined;
}

/** Means of whole blocks of `side` × `side` values, row by row. */
export function blockMeans(
  height: number,
  width: number,
  side: number,
  value: (y: number, x: number) => number,
): Float64Array {
  const rows = Math.floor(height / side);
  const columns = Math.floor(width / side);
  const means = new Float64Array(rows * columns);
  for (let y = 0; y < rows * side; y++) {
    const start = Math.floor(y / side) * columns;
    for (let x = 0; x < columns * side; x++) {
      const at = start + Math.floor(x / side);
      means[at] = (means[at] ?? 0) + value(y, x) / (side * side);
    }
  }
  return means;
}
