import type { Detection, NmsRules, RawCandidate, UnmapFinding } from '../../shared/output-stage.ts';
import { cornersOf } from './corners.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import type { Letterbox } from './letterbox.ts';
import type { Line } from './line-fit.ts';
import { fitLine } from './line-fit.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { unmapFormulas } from './unmap-formulas.ts';
import type { AxisLine } from './unmap-line.ts';
import { distanceFrom, kindOfLine, lineText, nearestFormula } from './unmap-line.ts';

interface MappingLine extends Line {
  /** Lowest and highest raw coordinate that was looked at. */
  readonly range: readonly [low: number, high: number];
}

/** How one side brings its own raw boxes into the picture: final = scale · raw + offset, each axis by itself. */
export interface SideMapping {
  readonly x: MappingLine;
  readonly y: MappingLine;
  /** Coordinates of both axes that were looked at, and how many of them fit. */
  readonly of: number;
  readonly fits: number;
}

/** Whole pixels move a coordinate by up to one. */
const WHOLE = 1.01;
/** Of the extent of the boxes: rounding of float32. */
const ROUNDING = 1e-4;
/** Of the coordinates that a mapping must fit. */
const MOST_OF_THEM = 0.8;
/** Fewer say nothing about a line. */
const LEAST = 3;

/**
 * The line on which a side's final boxes lie over its raw ones; what was clipped at a border does not count. Undefined
 * where there are too few, or no line fits most.
 * @param located the raw candidate of each final detection.
 */
export function mappingOf(
  final: readonly Detection[],
  located: readonly (RawCandidate | undefined)[],
  raw: RawBoxes,
  format: Partial<NmsRules>,
): SideMapping | undefined {
  const corners = cornersOf(raw, { ...DEFAULT_RULES, ...format, unmapBefore: false, clipBefore: false });
  const isWhole = final.every(({ box }) => box.every(Number.isInteger));
  const extent = final.reduce((most, { box }) => Math.max(most, ...box.map(Math.abs)), 0);
  const tolerance = isWhole ? WHOLE : Math.max(ROUNDING * extent, Number.EPSILON);
  const [highX, highY] = borderOf(final);
  const axis = (at: 0 | 1, high: number): { line: MappingLine; points: number } | undefined => {
    const [from, to]: [number[], number[]] = [[], []];
    final.forEach(({ box }, index) => {
      const one = located[index];
      if (one === undefined) return;
      for (const edge of [at, at + 2]) {
        const value = box[edge] ?? NaN;
        if (value === 0 || value === high) continue;
        from.push(corners[4 * one.row + edge] ?? NaN);
        to.push(value);
      }
    });
    const line = from.length < LEAST ? undefined : fitLine(from, to, tolerance);
    return line === undefined || line.fits < MOST_OF_THEM * from.length
      ? undefined
      : { line: { ...line, range: [Math.min(...from), Math.max(...from)] }, points: from.length };
  };
  const [x, y] = [axis(0, highX), axis(1, highY)];
  if (x === undefined || y === undefined) return undefined;
  return { x: x.line, y: y.line, of: x.points + y.points, fits: x.line.fits + y.line.fits };
}

/** Where several boxes end at the same place, they were clipped there; else without end. */
export function borderOf(final: readonly Detection[]): readonly [number, number] {
  const border = (at: 2 | 3): number => {
    const ends = final.map(({ box }) => box[at]);
    const most = Math.max(...ends);
    return ends.filter((end) => end === most).length > 1 ? most : Infinity;
  };
  return [border(2), border(3)];
}

/** What an offset may miss: pads that were made whole, of the pad in picture pixels, and pixels of rounding. */
const NEAR_PAD = { share: 0.05, pixels: 2 };

/** Picture pixel = scale · pixel of the model input + offset, each axis by itself. */
export interface Mapping {
  readonly x: { readonly scale: number; readonly offset: number };
  readonly y: { readonly scale: number; readonly offset: number };
}

/** What a declared scale and pad make of boxes: (b − p)/s. */
export function rightMapping({ scale, pad }: Letterbox): Mapping {
  const axis = (at: 0 | 1): Mapping['x'] => ({ scale: 1 / scale[at], offset: -pad[at] / scale[at] });
  return { x: axis(0), y: axis(1) };
}

/** Scale and pad that a mapping un-does. */
export function letterboxFrom({ x, y }: Mapping): Letterbox {
  return { scale: [1 / x.scale, 1 / y.scale], pad: [-x.offset / x.scale, -y.offset / y.scale] };
}

/**
 * What is wrong with a side's mapping of its own raw boxes, judged by the right one; undefined where it is that one. It
 * needs no boxes of the other side.
 */
export function wrongMapping(right: Mapping, candidate: SideMapping): UnmapFinding | undefined {
  const axes = (['x', 'y'] as const).map((name) => {
    const [own, { scale, offset, range }] = [right[name], candidate[name]];
    const factor = scale / own.scale;
    const [low, high] = range;
    return {
      scale: factor,
      offset: offset - factor * own.offset,
      range: [own.scale * low + own.offset, own.scale * high + own.offset] as const,
    };
  });
  const [scale, offset] = [pairOf(axes, 'scale'), pairOf(axes, 'offset')];
  const largestPad = Math.max(Math.abs(right.x.offset), Math.abs(right.y.offset));
  const tolerance = Math.max(NEAR_PAD.pixels, NEAR_PAD.share * largestPad);
  if (distanceFrom(IDENTITY, axes) <= tolerance) return undefined;
  const found = { scale, offset, fits: candidate.fits, of: candidate.of };
  const extent = Math.max(...axes.flatMap(({ range }) => range.map(Math.abs)));
  const off = lineText(scale, offset, extent);
  const known = nearestFormula(unmapFormulas(letterboxFrom(right)), axes, tolerance);
  if (known === undefined)
    return { kind: kindOfLine(scale, offset, extent), ...found, text: `${off}; no known formula gives it` };
  const { kind, formula, fix, text } = known;
  return { kind, ...found, formula, fix, text: `${off}: ${formula}; ${text}; use ${fix}` };
}

const IDENTITY = { scale: [1, 1], offset: [0, 0] } as const;

function pairOf(axes: readonly AxisLine[], of: 'scale' | 'offset'): readonly [number, number] {
  return [axes[0]?.[of] ?? NaN, axes[1]?.[of] ?? NaN];
}
