import { formatNumber } from '../../shared/format.ts';
import type { UnmapKind } from '../../shared/output-stage.ts';
import type { Letterbox, UnmapContext } from './letterbox.ts';
import { letterboxOf } from './letterbox.ts';

type Pair = readonly [x: number, y: number];

/** A known way to get un-mapping wrong: what it makes of right boxes r, and what to write instead. */
export interface UnmapFormula {
  readonly kind: UnmapKind;
  /** Wrong box = scale · right box + offset. */
  readonly scale: Pair;
  readonly offset: Pair;
  readonly formula: string;
  readonly fix: string;
  readonly text: string;
}

const n = formatNumber;
const both = (make: (axis: 0 | 1) => number): Pair => [make(0), make(1)];
const pair = ([x, y]: Pair): string => (x === y ? n(x) : `${n(x)} and ${n(y)}`);

/**
 * With b = s · r + p, box in model-input pixels from the box in the picture, each wrong formula is a line in r. The
 * right one is r = (b − p)/s = b/s − P, with P = p/s the pad in picture pixels.
 */
export function unmapFormulas(context: UnmapContext): readonly UnmapFormula[] {
  const letterbox = letterboxOf(context);
  const largest =
    letterbox === undefined ? 1 : largestOf(both((axis) => letterbox.pad[axis] / letterbox.scale[axis]));
  return [
    ...(letterbox === undefined
      ? []
      : [...ofPads(letterbox, largest), ...ofScales(letterbox, largest), ...asStretched(letterbox, context)]),
    ...normalised(context),
    ...shifts(),
  ];
}

/** Pads that are subtracted, the scale being right: r + (p − q)/s, with q what is subtracted instead of p. */
function ofPads({ scale: s, pad: p }: Letterbox, largest: 0 | 1): UnmapFormula[] {
  const picturePad = both((axis) => p[axis] / s[axis]);
  const [S, P] = [n(s[largest]), n(picturePad[largest])];
  const shifted = (
    kind: UnmapKind,
    offset: Pair,
    formula: (axis: 0 | 1) => string,
    fix: string,
    text: string,
  ): UnmapFormula => ({ kind, scale: [1, 1], offset, formula: formula(largestOf(offset)), fix, text });
  const afterScale = both((axis) => picturePad[axis] - p[axis]);
  const before = both((axis) => picturePad[axis] * (1 - 1 / s[axis]));
  const doubled = both((axis) => -picturePad[axis]);
  const halved = both((axis) => picturePad[axis] / 2);
  const added = both((axis) => 2 * picturePad[axis]);
  const swapped = both((axis) => (p[axis] - p[axis === 0 ? 1 : 0]) / s[axis]);
  return [
    shifted(
      'pad-before-scale',
      before,
      (axis) => `${n(picturePad[axis])} · (1 − 1/${n(s[axis])}) = ${n(before[axis])}`,
      'b/s − pad, or (b − pad·s)/s, with the pad in picture pixels; instead of (b − pad)/s',
      'pads in picture pixels are subtracted before dividing by the scale',
    ),
    shifted(
      'pad-forgotten',
      picturePad,
      () => `${n(p[largest])} / ${S} = ${P}`,
      '(b − pad)/s instead of b/s',
      'the pad is not subtracted',
    ),
    shifted(
      'pad-after-scale',
      afterScale,
      (axis) => `${n(p[axis])} / ${n(s[axis])} − ${n(p[axis])} = ${n(afterScale[axis])}`,
      '(b − pad)/s instead of b/s − pad',
      'pads in pixels of the model input are subtracted after dividing by the scale, from picture pixels',
    ),
    shifted(
      'pad-doubled',
      doubled,
      (axis) => `−${n(p[axis])} / ${n(s[axis])} = ${n(doubled[axis])}`,
      '(b − pad)/s, with the pad of one side',
      'the pad is subtracted twice, or those of both sides together',
    ),
    shifted(
      'pad-halved',
      halved,
      (axis) => `${n(p[axis])} / (2 · ${n(s[axis])}) = ${n(halved[axis])}`,
      '(b − pad)/s instead of (b − pad/2)/s',
      'half of the pad is subtracted',
    ),
    shifted(
      'pad-added',
      added,
      (axis) => `2 · ${n(p[axis])} / ${n(s[axis])} = ${n(added[axis])}`,
      '(b − pad)/s instead of (b + pad)/s',
      'the pad is added instead of subtracted',
    ),
    ...(p[0] === p[1]
      ? []
      : [
          shifted(
            'pads-swapped',
            swapped,
            (axis) => `(${n(p[axis])} − ${n(p[axis === 0 ? 1 : 0])}) / ${n(s[axis])} = ${n(swapped[axis])}`,
            'subtract the left pad from x and the top one from y',
            'the pads of x and y are exchanged',
          ),
        ]),
    ...[Math.floor, Math.ceil].flatMap((whole) => {
      const offset = both((axis) => (p[axis] - whole(p[axis])) / s[axis]);
      if (offset.every((value) => value === 0)) return [];
      return [
        shifted(
          'pad-rounded',
          offset,
          (axis) => `(${n(p[axis])} − ${n(whole(p[axis]))}) / ${n(s[axis])} = ${n(offset[axis])}`,
          'subtract the pad as the picture was padded: not rounded, or rounded alike on both sides',
          'the pad is rounded to whole pixels before it is subtracted',
        ),
      ];
    }),
  ];
}

/** The scale is not what boxes are divided by; with what is subtracted before or after it. */
function ofScales({ scale: s, pad: p }: Letterbox, largest: 0 | 1): UnmapFormula[] {
  const [S, P] = [n(s[largest]), n(p[largest])];
  const squared = both((axis) => s[axis] ** 2);
  const pictureTwice = both((axis) => p[axis] - p[axis] / s[axis]);
  const stretched = both((axis) => s[axis] / s[axis === 0 ? 1 : 0]);
  return [
    {
      kind: 'scale-and-pad-forgotten',
      scale: s,
      offset: p,
      formula: `b = ${S} · r + ${P}`,
      fix: '(b − pad)/s instead of b',
      text: 'boxes are left in pixels of the model input',
    },
    {
      kind: 'scale-forgotten',
      scale: s,
      offset: [0, 0],
      formula: `b − pad = ${S} · r`,
      fix: '(b − pad)/s instead of b − pad',
      text: 'boxes are not divided by the scale',
    },
    {
      kind: 'scale-forgotten',
      scale: s,
      offset: pictureTwice,
      formula: `b − pad/s = ${S} · r ${signed(pictureTwice[largest])}`,
      fix: '(b − pad)/s instead of b − pad/s',
      text: 'the pad is divided by the scale, and boxes are not',
    },
    {
      kind: 'scale-inverted',
      scale: squared,
      offset: [0, 0],
      formula: `(b − pad) · s = ${S}² · r = ${n(squared[largest])} · r`,
      fix: '(b − pad)/s instead of (b − pad)·s',
      text: 'boxes are multiplied by the scale instead of divided by it',
    },
    {
      kind: 'scale-inverted',
      scale: squared,
      offset: both((axis) => s[axis] * p[axis]),
      formula: `b · s = ${S}² · r + ${n(s[largest] * p[largest])}`,
      fix: '(b − pad)/s instead of b·s',
      text: 'boxes are multiplied by the scale instead of divided by it, and the pad is not subtracted',
    },
    {
      kind: 'scale-inverted',
      scale: squared,
      offset: both((axis) => s[axis] * p[axis] - p[axis]),
      formula: `b · s − pad = ${S}² · r ${signed(s[largest] * p[largest] - p[largest])}`,
      fix: '(b − pad)/s instead of b·s − pad',
      text: 'boxes are multiplied by the scale instead of divided by it, before the pad is subtracted',
    },
    ...(s[0] === s[1]
      ? []
      : [
          {
            kind: 'scales-swapped' as const,
            scale: stretched,
            offset: [0, 0] as const,
            formula: `(b − pad) / (${n(s[1])} and ${n(s[0])}) = ${pair(stretched)} · r`,
            fix: 'divide x by the scale of x and y by that of y',
            text: 'the scales of x and y are exchanged',
          },
        ]),
  ];
}

/** A letterbox un-done as if the whole model input were the picture: b · picture / input. */
function asStretched(
  { scale: s, pad: p }: Letterbox,
  { imageSize, inputSize }: UnmapContext,
): UnmapFormula[] {
  if (imageSize === undefined || inputSize === undefined || p.every((pad) => pad === 0)) return [];
  const ratio = both((axis) => imageSize[axis] / inputSize[axis]);
  return [
    {
      kind: 'letterbox-ignored',
      scale: both((axis) => s[axis] * ratio[axis]),
      offset: both((axis) => p[axis] * ratio[axis]),
      formula: `b · ${pair(ratio)}`,
      fix: '(b − pad)/s, with one scale for x and y',
      text: 'boxes are scaled as if the picture had been stretched over the whole model input',
    },
  ];
}

function largestOf([x, y]: Pair): 0 | 1 {
  return Math.abs(x) > Math.abs(y) ? 0 : 1;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'} ${n(Math.abs(value))}`;
}

function normalised({ imageSize, inputSize }: UnmapContext): UnmapFormula[] {
  return [
    { size: imageSize, name: 'picture' },
    { size: inputSize, name: 'model input' },
  ].flatMap(({ size, name }): UnmapFormula[] =>
    size === undefined
      ? []
      : [
          {
            kind: 'normalised',
            scale: both((axis) => 1 / size[axis]),
            offset: [0, 0],
            formula: `r / ${pair(size)}`,
            fix: `multiply the candidate's boxes by width and height of the ${name}`,
            text: `the candidate's boxes are shares of the ${name} (0 to 1), the reference's are pixels`,
          },
          {
            kind: 'normalised',
            scale: size,
            offset: [0, 0],
            formula: `r · ${pair(size)}`,
            fix: `compare both in pixels: multiply the reference's boxes by width and height of the ${name}`,
            text: `the reference's boxes are shares of the ${name} (0 to 1), the candidate's are pixels`,
          },
        ],
  );
}

function shifts(): UnmapFormula[] {
  return [1, -1].flatMap((sign): UnmapFormula[] => [
    {
      kind: 'half-pixel',
      scale: [1, 1],
      offset: [sign / 2, sign / 2],
      formula: `r ${sign < 0 ? '−' : '+'} 0.5`,
      fix: 'count pixels from their corners on both sides, or from their centres',
      text: 'all coordinates are half a pixel off: pixel centres on one side, pixel corners on the other',
    },
    {
      kind: 'one-pixel',
      scale: [1, 1],
      offset: [sign, sign],
      formula: `r ${sign < 0 ? '−' : '+'} 1`,
      fix: 'count pixels from 0 on both sides, or from 1',
      text: 'all coordinates are one pixel off: pixels count from 0 on one side, from 1 on the other',
    },
  ]);
}
