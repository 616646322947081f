/** Index along an axis of a flat C-order index. */
export function coordinate(
  index: number,
  dims: readonly number[],
  strides: readonly number[],
  axis: number,
): number {
  return Math.floor(index / (strides[axis] ?? 1)) % (dims[axis] ?? 1);
}

/** All coordinates of a flat index. */
export function coordinates(index: number, dims: readonly number[], strides: readonly number[]): number[] {
  return dims.map((_, axis) => coordinate(index, dims, strides, axis));
}

/** "axis 1", "axes 2, 3". */
export function axesText(axes: readonly number[]): string {
  return `${axes.length === 1 ? 'axis' : 'axes'} ${axes.join(', ')}`;
}
