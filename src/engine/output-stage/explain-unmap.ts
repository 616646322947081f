import { formatNumber, formatPercent } from '../../shared/format.ts';
import type { Box, Detection, UnmapFinding } from '../../shared/output-stage.ts';
import type { BoxPair } from './box-pairs.ts';
import { boxPairs } from './box-pairs.ts';
import { BOX_READINGS } from './box-readings.ts';
import type { UnmapContext } from './letterbox.ts';
import type { Line } from './line-fit.ts';
import { fitLine } from './line-fit.ts';
import { borderOf } from './side-mapping.ts';
import { unmapFormulas } from './unmap-formulas.ts';
import { EQUAL, inverted, kindOfLine, lineText, NEAR, nearestFormula } from './unmap-line.ts';

/** Pairs that stand for all of them. */
const LEAST_KNOWN = 3;
/** Of the pairs that a finding must fit. */
const MOST_OF_THEM = 0.8;

/**
 * The systematic difference between the two sides' boxes, as arithmetic: a line an axis, fitted so that clipped and
 * mistaken pairs do not count, and the known formula that gives it. Empty: none, or too few boxes to say.
 * Boxes of the reference are taken to be right.
 * @param known pairs that need not be looked for, as they were made of one raw box each.
 */
export function explainUnmap(
  reference: readonly Detection[],
  candidate: readonly Detection[],
  context: UnmapContext = {},
  known: readonly BoxPair[] = [],
): readonly UnmapFinding[] {
  const pairs = known.length < LEAST_KNOWN ? boxPairs(reference, candidate) : known;
  const boxes = pairs.map(({ candidate: { box } }) => box);
  const extent = extentOf(boxes);
  if (pairs.length === 0 || !(extent > 0)) return [];
  const differing = pairs.filter(
    (pair) => distanceOf(pair.reference.box, pair.candidate.box) > EQUAL * extent,
  );
  if (differing.length === 0) return [];
  const limits = context.imageSize;
  const pointwise = clippedOrRounded(pairs, differing, extent, limits) ?? readingOf(pairs, differing, extent);
  if (pointwise !== undefined) return [pointwise];
  const isWhole = boxes.every((box) => box.every(Number.isInteger)) && !allWhole(pairs);
  const tolerance = isWhole ? 1 : Math.max(2 * EQUAL * extent, Number.EPSILON);
  const line = lineFinding(pairs, extent, tolerance, context);
  if (line === undefined) return [];
  return [line, ...(isWhole ? [roundedNote(line)] : [])];
}

function allWhole(pairs: readonly BoxPair[]): boolean {
  return pairs.every(({ reference }) => reference.box.every(Number.isInteger));
}

function extentOf(boxes: readonly Box[]): number {
  let extent = 0;
  for (const box of boxes) for (const value of box) extent = Math.max(extent, Math.abs(value));
  return extent;
}

function distanceOf(a: Box, b: Box): number {
  return Math.max(...a.map((value, at) => Math.abs(value - (b[at] ?? NaN))));
}

const IDENTITY = { scale: [1, 1], offset: [0, 0] } as const;

/** Differences that are there only where a box leaves the picture, or that rounding to whole pixels makes. */
function clippedOrRounded(
  pairs: readonly BoxPair[],
  differing: readonly BoxPair[],
  extent: number,
  limits: readonly [number, number] | undefined,
): UnmapFinding | undefined {
  for (const side of ['candidate', 'reference'] as const) {
    const other = side === 'candidate' ? 'reference' : 'candidate';
    const bounds = limits ?? boundsOf(pairs.map((pair) => pair[side].box));
    const clip = (box: Box): Box => mapBox(box, (value, axis) => Math.min(Math.max(value, 0), bounds[axis]));
    if (differing.every((pair) => distanceOf(clip(pair[other].box), pair[side].box) <= EQUAL * extent)) {
      return {
        kind: 'clipped',
        ...IDENTITY,
        fits: pairs.length,
        of: pairs.length,
        formula: `0 ≤ x ≤ ${formatNumber(bounds[0])}, 0 ≤ y ≤ ${formatNumber(bounds[1])}`,
        fix: 'clip on both sides, at the same place',
        text: `the ${side}'s boxes are clipped to the picture, the ${other}'s are not`,
      };
    }
    for (const [name, round] of ROUNDINGS) {
      const isRound = (pair: BoxPair): boolean =>
        distanceOf(mapBox(pair[other].box, round), pair[side].box) === 0;
      if (differing.every(isRound)) {
        return {
          kind: 'rounded',
          ...IDENTITY,
          fits: pairs.length,
          of: pairs.length,
          formula: `${name}(r)`,
          fix: `keep fractions of pixels on the side of the ${side}`,
          text: `the ${side}'s boxes are rounded to whole pixels (${name}), the ${other}'s are not`,
        };
      }
    }
  }
  return undefined;
}

/** Half a pixel goes to the even one in Python and numpy; the difference is not told. */
const ROUNDINGS: readonly (readonly [string, (value: number) => number])[] = [
  ['round', Math.round],
  ['floor', Math.floor],
  ['trunc', Math.trunc],
  ['ceil', Math.ceil],
];

function mapBox([x1, y1, x2, y2]: Box, map: (value: number, axis: 0 | 1) => number): Box {
  return [map(x1, 0), map(y1, 1), map(x2, 0), map(y2, 1)];
}

/** The picture ends where the boxes do. */
function boundsOf(boxes: readonly Box[]): readonly [number, number] {
  return [
    boxes.reduce((most, box) => Math.max(most, box[2]), 0),
    boxes.reduce((most, box) => Math.max(most, box[3]), 0),
  ];
}

function readingOf(
  pairs: readonly BoxPair[],
  differing: readonly BoxPair[],
  extent: number,
): UnmapFinding | undefined {
  for (const { kind, of, formula, fix, text } of BOX_READINGS) {
    for (const side of ['candidate', 'reference'] as const) {
      const other = side === 'candidate' ? 'reference' : 'candidate';
      const fits = pairs.filter(
        (pair) => distanceOf(of(pair[other].box), pair[side].box) <= 2 * EQUAL * extent,
      ).length;
      const explained = differing.filter(
        (pair) => distanceOf(of(pair[other].box), pair[side].box) <= 2 * EQUAL * extent,
      ).length;
      if (explained < MOST_OF_THEM * differing.length) continue;
      return {
        kind,
        ...IDENTITY,
        fits,
        of: pairs.length,
        formula,
        fix,
        text: `the ${side}'s numbers ${text}`,
      };
    }
  }
  return undefined;
}

function lineFinding(
  pairs: readonly BoxPair[],
  extent: number,
  tolerance: number,
  context: UnmapContext,
): UnmapFinding | undefined {
  const x = axisFit(pairs, 0, tolerance, context.imageSize?.[0]);
  const y = axisFit(pairs, 1, tolerance, context.imageSize?.[1]);
  const axes = [x, y];
  // A box whose axis is clipped throughout says nothing about it: the other axis decides.
  const usable = axes.filter(({ points }) => points > 0);
  if (usable.length === 0 || usable.some(({ line, points }) => line.fits < MOST_OF_THEM * points))
    return undefined;
  const scale = [x.line.scale, y.line.scale] as const;
  const offset = [x.line.offset, y.line.offset] as const;
  const fits = Math.min(...usable.map(({ line, points }) => Math.round((line.fits / points) * pairs.length)));
  const found = { scale, offset, fits, of: pairs.length };
  const lines = axes.map(({ line, points }, axis) => ({
    ...line,
    ...(points === 0 ? {} : { range: rangeOf(pairs, axis) }),
  }));
  const formulas = unmapFormulas(context);
  const known = nearestFormula(formulas, lines, Math.max(NEAR * extent, tolerance));
  const off = lineText(scale, offset, extent);
  if (known !== undefined) {
    const { kind, formula, fix, text } = known;
    const source = context.isInferred === true ? " (pad and scale as the reference's boxes have them)" : '';
    return { kind, ...found, formula, fix, text: `${off}: ${formula}${source}; ${text}; use ${fix}` };
  }
  // Two points an axis always lie on a line.
  if (pairs.length < 3) return undefined;
  const back = nearestFormula(formulas, lines.map(inverted), Math.max(NEAR * extent, tolerance));
  if (back !== undefined) {
    const { kind, formula, fix, text } = back;
    const where = `${off}; the other way round, of the reference: ${formula}; ${text}`;
    return { kind, ...found, formula, fix: `in the reference, ${fix}`, text: `${where}; use ${fix} there` };
  }
  const kind = kindOfLine(scale, offset, extent);
  const share = formatPercent(fits / pairs.length);
  const shares = sharesOf(pairs);
  if (shares !== undefined && kind === 'scale') return { kind: 'normalised', ...found, ...shares };
  return { kind, ...found, text: `${off}, for ${share} of ${pairs.length} pairs; no known formula gives it` };
}

/** Largest number of a box that is a share of the picture, with room for boxes that leave it. */
const MOST_OF_A_SHARE = 1.5;

/** One side's boxes are shares of something whose size is not known. */
function sharesOf(pairs: readonly BoxPair[]): Pick<UnmapFinding, 'fix' | 'text'> | undefined {
  const r = extentOf(pairs.map(({ reference }) => reference.box));
  const c = extentOf(pairs.map(({ candidate }) => candidate.box));
  if (Math.min(r, c) > MOST_OF_A_SHARE || Math.max(r, c) < 8 * MOST_OF_A_SHARE) return undefined;
  const [small, large] = r < c ? ['reference', 'candidate'] : ['candidate', 'reference'];
  return {
    fix: `multiply the ${small}'s boxes by width and height`,
    text: `the ${small}'s boxes are shares (0 to 1), the ${large}'s are pixels; multiply the ${small}'s by width and height`,
  };
}

interface AxisFit {
  readonly line: Line;
  /** Coordinates that were not clipped. */
  readonly points: number;
}

/** Both edges of every box along one axis; coordinates on the picture's border were clipped there and do not count. */
function axisFit(
  pairs: readonly BoxPair[],
  axis: number,
  tolerance: number,
  limit: number | undefined,
): AxisFit {
  const [x, y]: [number[], number[]] = [[], []];
  // Of a picture whose size is not known, where several boxes of a side end.
  const borders = (['reference', 'candidate'] as const).map(
    (side) => borderOf(pairs.map((pair) => pair[side]))[axis === 0 ? 0 : 1],
  );
  const isClipped = (value: number): boolean =>
    value === 0 || value === limit || value === (limit ?? NaN) - 1 || borders.includes(value);
  for (const { reference, candidate } of pairs) {
    for (const at of [axis, axis + 2]) {
      const [r, c] = [reference.box[at] ?? NaN, candidate.box[at] ?? NaN];
      if (isClipped(r) || isClipped(c)) continue;
      x.push(r);
      y.push(c);
    }
  }
  const line = fitLine(x, y, tolerance) ?? { scale: 1, offset: 0, fits: 0 };
  return { line, points: x.length };
}

function rangeOf(pairs: readonly BoxPair[], axis: number): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { reference } of pairs) {
    low = Math.min(low, reference.box[axis] ?? Infinity);
    high = Math.max(high, reference.box[axis + 2] ?? -Infinity);
  }
  return [low, high];
}

function roundedNote(line: UnmapFinding): UnmapFinding {
  return {
    kind: 'rounded',
    ...IDENTITY,
    fits: line.fits,
    of: line.of,
    text: "the candidate's boxes are whole pixels as well, the reference's are not",
  };
}
