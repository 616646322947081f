import type { Box, Planes } from './planes.ts';
import { valueAt, wholeOf } from './planes.ts';

/** What lies inside the constant bands at the borders, and the constants. */
export interface Content {
  readonly box: Box;
  /** Value of each channel in the outermost band; undefined where no side has a band. */
  readonly pad: readonly number[] | undefined;
}

interface Bands {
  readonly box: Box;
  /** Colours of the bands that there are, with the pixels that each covers. */
  readonly colours: readonly (readonly [colour: readonly number[], pixels: number])[];
}

/**
 * Bands of rows, then of columns in what is left, that hold one value a channel, bit for bit, from the border on. All
 * have one colour, that of the largest: a border of another is the picture's own. A picture of one colour throughout
 * has no content: its box is the whole of it.
 */
export function contentOf(planes: Planes): Content {
  const first = bandsOf(planes, undefined);
  const [largest] = [...first.colours].sort(([, a], [, b]) => b - a);
  if (largest === undefined) return { box: first.box, pad: undefined };
  const [pad] = largest;
  const one = first.colours.every(([colour]) => sameColour(colour, pad));
  return { box: one ? first.box : bandsOf(planes, pad).box, pad };
}

/** @param only colour that counts; undefined for any. */
function bandsOf(planes: Planes, only: readonly number[] | undefined): Bands {
  const { height, width } = planes;
  const colours: (readonly [readonly number[], number])[] = [];
  const band = (
    colour: readonly number[],
    most: number,
    least: number,
    holds: (step: number) => boolean,
  ): number => {
    const depth = only === undefined || sameColour(only, colour) ? run(most, holds, least) : 0;
    if (depth > 0) colours.push([colour, depth * (most === width ? height : width)]);
    return depth;
  };
  const rows = (colour: readonly number[], at: (step: number) => number): number =>
    band(colour, height, 1, (step) => isConstant(planes, colour, at(step), at(step) + 1, 0, width));
  const top = rows(colourAt(planes, 0, 0), (step) => step);
  if (top === height) return { box: wholeOf(planes), colours: [] };
  const bottom = height - rows(colourAt(planes, height - 1, 0), (step) => height - 1 - step);
  const least = (bottom - top) * planes.origins.length === 1 ? 2 : 1;
  const columns = (colour: readonly number[], at: (step: number) => number): number =>
    band(colour, width, least, (step) => isConstant(planes, colour, top, bottom, at(step), at(step) + 1));
  const left = columns(colourAt(planes, top, 0), (step) => step);
  const right = width - columns(colourAt(planes, top, width - 1), (step) => width - 1 - step);
  return { box: { top, bottom, left, right }, colours };
}

function sameColour(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, channel) => value === b[channel]);
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
