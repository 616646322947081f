import type { Numbers } from './values.ts';

/**
 * One picture of a tensor, seen as channels × height × width without moving an element: element (c, y, x) is
 * `data[origins[c] + y · rowStride + x · columnStride]`. Turning, flipping and reordering only change the strides.
 * A tensor that is no picture is one of a single channel.
 */
export interface Planes {
  readonly data: Numbers;
  readonly origins: readonly number[];
  readonly rowStride: number;
  readonly columnStride: number;
  readonly height: number;
  readonly width: number;
}

/** Rows `top` … `bottom` and columns `left` … `right`, the ends excluded. */
export interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export interface Flip {
  readonly vertical: boolean;
  readonly horizontal: boolean;
}

export const NO_FLIP: Flip = { vertical: false, horizontal: false };

export function valueAt(planes: Planes, channel: number, y: number, x: number): number {
  return planes.data[(planes.origins[channel] ?? 0) + y * planes.rowStride + x * planes.columnStride] ?? 0;
}

export function flipped(planes: Planes, { vertical, horizontal }: Flip): Planes {
  const start =
    (vertical ? (planes.height - 1) * planes.rowStride : 0) +
    (horizontal ? (planes.width - 1) * planes.columnStride : 0);
  return {
    ...planes,
    origins: planes.origins.map((origin) => origin + start),
    rowStride: vertical ? -planes.rowStride : planes.rowStride,
    columnStride: horizontal ? -planes.columnStride : planes.columnStride,
  };
}

/** Channel i of the result is channel `order[i]`. */
export function reordered(planes: Planes, order: readonly number[]): Planes {
  return { ...planes, origins: order.map((channel) => planes.origins[channel] ?? 0) };
}

export function wholeOf({ height, width }: Planes): Box {
  return { top: 0, bottom: height, left: 0, right: width };
}

export function heightOf({ top, bottom }: Box): number {
  return Math.max(bottom - top, 0);
}

export function widthOf({ left, right }: Box): number {
  return Math.max(right - left, 0);
}

export function areaOf(box: Box): number {
  return heightOf(box) * widthOf(box);
}

export function sameBox(a: Box, b: Box): boolean {
  return a.top === b.top && a.bottom === b.bottom && a.left === b.left && a.right === b.right;
}

export function moved({ top, bottom, left, right }: Box, dy: number, dx: number): Box {
  return { top: top + dy, bottom: bottom + dy, left: left + dx, right: right + dx };
}

export function intersection(a: Box, b: Box): Box {
  return {
    top: Math.max(a.top, b.top),
    bottom: Math.min(a.bottom, b.bottom),
    left: Math.max(a.left, b.left),
    right: Math.min(a.right, b.right),
  };
}
