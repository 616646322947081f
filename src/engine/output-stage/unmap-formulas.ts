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
  return [...(letterbox === undefined ? [] : ofLetterbox(letterbox)), ...normalised(context), ...shifts()];
}

function ofLetterbox({ scale: s, pad: p }: Letterbox): UnmapFormula[] {
  const picturePad = both((axis) => p[axis] / s[axis]);
  const shift = both((axis) => picturePad[axis] * (1 - 1 / s[axis]));
  const largest = Math.abs(shift[0]) > Math.abs(shift[1]) ? 0 : 1;
  const S = n(s[largest]);
  const P = n(picturePad[largest]);
  return [
    {
      kind: 'pad-before-scale',
      scale: [1, 1],
      offset: shift,
      formula: `${P} · (1 − 1/${S}) = ${n(shift[largest])}`,
      fix: 'b/s − pad, or (b − pad·s)/s, with the pad in picture pixels; instead of (b − pad)/s',
      text: 'pads in picture pixels are subtracted before dividing by the scale',
    },
    {
      kind: 'pad-forgotten',
      scale: [1, 1],
      offset: picturePad,
      formula: `${n(p[largest])} / ${S} = ${P}`,
      fix: '(b − pad)/s instead of b/s',
      text: 'the pad is not subtracted',
    },
    {
      kind: 'scale-and-pad-forgotten',
      scale: s,
      offset: p,
      formula: `b = ${S} · r + ${n(p[largest])}`,
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
      kind: 'scale-inverted',
      scale: both((axis) => s[axis] ** 2),
      offset: [0, 0],
      formula: `(b − pad) · s = ${S}² · r = ${n(s[largest] ** 2)} · r`,
      fix: '(b − pad)/s instead of (b − pad)·s',
      text: 'boxes are multiplied by the scale instead of divided by it',
    },
  ];
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
