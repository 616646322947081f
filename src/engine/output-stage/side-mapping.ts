import { formatNumber } from '../../shared/format.ts';
import type { Detection, NmsRules, RawCandidate, UnmapFinding } from '../../shared/output-stage.ts';
import { cornersOf } from './corners.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import type { Line } from './line-fit.ts';
import { fitLine } from './line-fit.ts';
import type { RawBoxes } from './raw-boxes.ts';

/** How one side brings its own raw boxes into the picture: final = scale · raw + offset, each axis by itself. */
export interface SideMapping {
  readonly x: Line;
  readonly y: Line;
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
  const axis = (at: 0 | 1, high: number): { line: Line; points: number } | undefined => {
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
      : { line, points: from.length };
  };
  const [x, y] = [axis(0, highX), axis(1, highY)];
  if (x === undefined || y === undefined) return undefined;
  return { x: x.line, y: y.line, of: x.points + y.points, fits: x.line.fits + y.line.fits };
}

/** Where several boxes end at the same place, they were clipped there. */
function borderOf(final: readonly Detection[]): readonly [number, number] {
  const border = (at: 2 | 3): number => {
    const ends = final.map(({ box }) => box[at]);
    const most = Math.max(...ends);
    return ends.filter((end) => end === most).length > 1 ? most : Infinity;
  };
  return [border(2), border(3)];
}

/** How far an offset may be from what a formula gives: pads that were made whole, and one pixel of rounding. */
const NEAR = { share: 0.05, pixels: 2 };

/**
 * What is wrong with the candidate's mapping, judged by the reference's, where the two sides do not have the same raw
 * boxes to be set over each other. With s pixels of the model input a pixel of the picture and P the pad in picture
 * pixels, right is b/s − P; (b − P)/s subtracts the pad in the wrong unit, b/s not at all, and b alone is not mapped.
 */
export function wrongMapping(reference: SideMapping, candidate: SideMapping): UnmapFinding | undefined {
  const axes = (['x', 'y'] as const).map((name) => {
    const [own, theirs] = [reference[name], candidate[name]];
    return { name, pad: -own.offset, inverse: own.scale, scale: theirs.scale, offset: theirs.offset };
  });
  const padded = axes.filter(({ pad }) => Math.abs(pad) > NEAR.pixels);
  const isNear = (value: number, expected: number): boolean =>
    Math.abs(value - expected) <= Math.max(NEAR.pixels, NEAR.share * Math.abs(expected));
  const found = {
    scale: [candidate.x.scale / reference.x.scale, candidate.y.scale / reference.y.scale] as const,
    offset: [candidate.x.offset - reference.x.offset, candidate.y.offset - reference.y.offset] as const,
    fits: candidate.fits,
    of: candidate.of,
  };
  const isAlike = axes.every(({ scale, inverse }) => Math.abs(scale / inverse - 1) <= NEAR.share);
  const isMoved = padded.some(({ offset, pad }) => !isNear(offset, -pad));
  if (isAlike && isMoved) {
    const [worst] = [...padded].sort((a, b) => Math.abs(b.pad) - Math.abs(a.pad));
    if (worst === undefined) return undefined;
    const { name, pad, scale, offset } = worst;
    const [P, S] = [formatNumber(Math.abs(pad)), formatNumber(1 / scale)];
    const off = `${name} is off by ${formatNumber(offset + pad)} px`;
    if (padded.every((one) => isNear(one.offset, -one.pad * one.scale))) {
      const formula = `${P} · (1 − 1/${S}) = ${formatNumber(Math.abs(pad) * (1 - scale))}`;
      const fix = 'b/s − pad, or (b − pad·s)/s, with the pad in picture pixels; instead of (b − pad)/s';
      const text = `${off}: ${formula}; pads in picture pixels are subtracted before dividing by the scale; use ${fix}`;
      return { kind: 'pad-before-scale', ...found, formula, fix, text };
    }
    if (padded.every((one) => isNear(one.offset, 0))) {
      const fix = '(b − pad)/s instead of b/s';
      return {
        kind: 'pad-forgotten',
        ...found,
        formula: `pad/s = ${P}`,
        fix,
        text: `${off}: the pad is not subtracted; use ${fix}`,
      };
    }
    return { kind: 'offset', ...found, text: `${off}; no known formula gives it` };
  }
  if (isAlike || !axes.every(({ scale }) => Math.abs(scale - 1) <= NEAR.share)) return undefined;
  const fix = '(b − pad)/s instead of b';
  return {
    kind: axes.every(({ offset }) => isNear(offset, 0)) ? 'scale-and-pad-forgotten' : 'scale-forgotten',
    ...found,
    formula: 'b',
    fix,
    text: `the candidate's boxes are not divided by the scale: they are left in pixels of the model input; use ${fix}`,
  };
}
