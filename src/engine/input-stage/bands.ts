import type { Box, Planes } from './planes.ts';
import { valueAt, wholeOf } from './planes.ts';

/** What lies inside the constant bands at the borders, and the constants. */
export interface Content {
  readonly box: Box;
  /** Value of each channel in the outermost band; undefined where no side has a band. */
  readonly pad: readonly number[] | undefined;
}

/**
 * Bands of rows, then of columns in what is left, that hold one value a channel, bit for bit, from the border on.
 * A picture of one colour throughout has no content: its box is the whole of it.
 */
export function contentOf(planes: Planes): Content {
  const { height, width } = planes;
  const row = (y: number, pad: readonly number[]): boolean => isConstant(planes, pad, y, y + 1, 0, width);
  const corner = colourAt(planes, 0, 0);
  const top = run(height, (step) => row(step, corner));
  if (top === height) return { box: wholeOf(planes), pad: undefined };
  const last = colourAt(planes, height - 1, 0);
  const bottom = height - run(height, (step) => row(height - 1 - step, last));
  const column = (x: number, pad: readonly number[]): boolean =>
    isConstant(planes, pad, top, bottom, x, x + 1);
  const first = colourAt(planes, top, 0);
  const least = (bottom - top) * planes.origins.length === 1 ? 2 : 1;
  const left = run(width, (step) => column(step, first), least);
  const end = colourAt(planes, top, width - 1);
  const right = width - run(width, (step) => column(width - 1 - step, end), least);
  const pad = top > 0 ? corner : bottom < height ? last : left > 0 ? first : right < width ? end : undefined;
  return { box: { top, bottom, left, right }, pad };
}

/** The value of each channel at one pixel. */
export function colourAt(planes: Planes, y: number, x: number): readonly number[] {
  return planes.origins.map((_, channel) => valueAt(planes, channel, y, x));
}

export function isConstant(
  planes: Planes,
  colour: readonly number[],
  top: number,
  bottom: number,
  left: number,
  right: number,
): boolean {
  for (let channel = 0; channel < colour.length; channel++) {
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        if (valueAt(planes, channel, y, x) !== colour[channel]) return false;
      }
    }
  }
  return true;
}

/** A single element is constant, and no band: `least` are needed. */
function run(most: number, holds: (step: number) => boolean, least = 1): number {
  let length = 0;
  while (length < most && holds(length)) length++;
  return length >= least ? length : 0;
}
