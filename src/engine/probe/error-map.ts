import type { ErrorMap } from '../../shared/probe.ts';
import type { Sides } from './numbers.ts';
import { errorAt } from './numbers.ts';

/** The last two axes that are longer than one; undefined where there are no two. */
export function defaultAxes(dims: readonly number[]): readonly [number, number] | undefined {
  const long = dims.flatMap((dim, axis) => (dim > 1 ? [axis] : []));
  const rows = long.at(-2);
  const columns = long.at(-1);
  return rows === undefined || columns === undefined ? undefined : [rows, columns];
}

/** Largest |d| over everything that falls into a cell. */
export function errorMap(
  sides: Sides,
  dims: readonly number[],
  axes: readonly [number, number],
  most: number,
): ErrorMap {
  const [rowAxis, columnAxis] = axes;
  const rowsPerCell = Math.ceil((dims[rowAxis] ?? 1) / most);
  const columnsPerCell = Math.ceil((dims[columnAxis] ?? 1) / most);
  const rows = Math.ceil((dims[rowAxis] ?? 1) / rowsPerCell);
  const columns = Math.ceil((dims[columnAxis] ?? 1) / columnsPerCell);
  const maxAbs = new Float32Array(rows * columns);
  const rowStride = strideOf(dims, rowAxis);
  const columnStride = strideOf(dims, columnAxis);
  for (let index = 0; index < sides.candidate.length; index++) {
    const error = errorAt(sides, index);
    if (error === 0) continue;
    const row = Math.floor((Math.floor(index / rowStride) % (dims[rowAxis] ?? 1)) / rowsPerCell);
    const column = Math.floor((Math.floor(index / columnStride) % (dims[columnAxis] ?? 1)) / columnsPerCell);
    const cell = row * columns + column;
    if (error > (maxAbs[cell] ?? 0)) maxAbs[cell] = error;
  }
  return { axes, rows, columns, rowsPerCell, columnsPerCell, maxAbs };
}

/** Elements from one index of an axis to the next, C order. */
export function strideOf(dims: readonly number[], axis: number): number {
  return dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
}
