import { formatNumber } from '../../shared/format.ts';
import type { UnmapFormula } from './unmap-formulas.ts';

/** Of the extent of the boxes: rounding of float32 boxes through a resize, not a difference. */
export const EQUAL = 1e-4;
/** Of the extent: what a formula may miss, for pads that one side has rounded. */
export const NEAR = 1e-3;
/** Formulas of a fixed fraction of a pixel need no tolerance for rounded pads. */
const MOST_OF_A_SHIFT = 0.1;

type Pair = readonly [x: number, y: number];

/** Wrong coordinate = scale · right coordinate + offset, of one axis. */
export interface AxisLine {
  readonly scale: number;
  readonly offset: number;
  /** Lowest and highest right coordinate of the boxes; absent where the axis says nothing. */
  readonly range?: readonly [low: number, high: number];
}

/** The same line from the other side: what is right there is wrong here. */
export function inverted({ scale, offset, range }: AxisLine): AxisLine {
  if (scale === 0) return { scale: NaN, offset: NaN, range: [0, 1] };
  return {
    scale: 1 / scale,
    offset: -offset / scale,
    ...(range === undefined ? {} : { range: [scale * range[0] + offset, scale * range[1] + offset] }),
  };
}

/** The formula whose line is the nearest to the measured one wherever there are boxes, within the tolerance in pixels. */
export function nearestFormula(
  formulas: readonly UnmapFormula[],
  axes: readonly AxisLine[],
  tolerance: number,
): UnmapFormula | undefined {
  let [nearest, least]: [UnmapFormula | undefined, number] = [undefined, Infinity];
  const none = distanceFrom({ scale: [1, 1], offset: [0, 0] }, axes);
  for (const formula of formulas) {
    const isShift = formula.kind === 'half-pixel' || formula.kind === 'one-pixel';
    const distance = distanceFrom(formula, axes);
    // What hardly moves a box explains no box that was moved.
    if (distance > none / 2) continue;
    // Two formulas of one line are one as far as these boxes know: the first, which is the more usual, stands.
    const isNearer = distance < least - SAME_LINE * tolerance;
    if (distance > (isShift ? Math.min(MOST_OF_A_SHIFT, tolerance) : tolerance) || !isNearer) continue;
    [nearest, least] = [formula, distance];
  }
  return nearest;
}

/** Of the tolerance. */
const SAME_LINE = 1e-3;

/** Between a line and the measured one, the largest distance where there are boxes. */
export function distanceFrom(
  { scale, offset }: { readonly scale: Pair; readonly offset: Pair },
  axes: readonly AxisLine[],
): number {
  let largest = 0;
  for (const [axis, line] of axes.entries()) {
    for (const at of line.range ?? []) {
      const expected = (scale[axis] ?? 1) * at + (offset[axis] ?? 0);
      const distance = Math.abs(expected - (line.scale * at + line.offset));
      // A mapping that is not a number is no explanation.
      largest = Math.max(largest, Number.isNaN(distance) ? Infinity : distance);
    }
  }
  return largest;
}

/** `y is off by +280 px`, `x is 0.5 times as large`. */
export function lineText(scale: Pair, offset: Pair, extent: number): string {
  const parts = (['x', 'y'] as const).flatMap((name, axis) => {
    const [factor, shift] = [scale[axis] ?? 1, offset[axis] ?? 0];
    // What prints as 1 is none.
    const isScaled = Math.abs(factor - 1) > NEAR && formatNumber(factor) !== '1';
    const isShifted = Math.abs(shift) > EQUAL * extent;
    if (!isScaled && !isShifted) return [];
    const sign = shift < 0 ? '−' : '+';
    const size = formatNumber(Math.abs(shift));
    if (!isScaled) return [`${name} is off by ${sign}${size} px`];
    return [`${name} is ${formatNumber(factor)} times as large${isShifted ? ` ${sign} ${size} px` : ''}`];
  });
  return parts.length === 0 ? 'boxes are nearly the same' : parts.join(', ');
}

/** What a line is where no formula gives it. */
export function kindOfLine(scale: Pair, offset: Pair, extent: number): 'offset' | 'scale' | 'affine' {
  const isScaled = scale.some((value) => Math.abs(value - 1) > NEAR);
  const isOffset = offset.some((value) => Math.abs(value) > NEAR * extent);
  return isScaled ? (isOffset ? 'affine' : 'scale') : 'offset';
}
