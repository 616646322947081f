import { formatNumber, formatPercent, plural } from '../../shared/format.ts';
import type { InputStep } from '../../shared/input-stage.ts';
import type { Laid } from './laid.ts';
import { blockMeans, blockSide } from './blocks.ts';
import { isWhole } from './levels.ts';
import { valueAt } from './planes.ts';
import type { Resampling } from './resampling.ts';
import { resamplingOf } from './resampling.ts';
import { levelStep, narrowStep } from './rounding.ts';

/** What the overlap still holds once values and places are undone. */
export interface Interior {
  readonly step: InputStep | undefined;
  /** Largest |d| and Σd² that are left once the step is undone too. */
  readonly residual: number;
  readonly squares: number;
}

/** Two pictures that have this share of their squares in common are one picture, resampled in two ways. */
const ONE_PICTURE = 0.8;
const ONE_IN_BLOCKS = 0.85;
/** A decoder's or a resize's arithmetic differs by this many levels at most. */
const DECODER_LEVELS = 3;
const EDGES = 1.7;

/** Pixel by pixel, or at least in the means of blocks: fine texture is another one after another filter. */
export function isOnePicture(laid: Laid): boolean {
  const { difference, alignment, recorded } = laid;
  if (difference.squares <= (1 - ONE_PICTURE) * difference.spread) return true;
  const side = blockSide(alignment.overlap);
  if (side === undefined) return false;
  const { data, height, width } = difference;
  const { top, left } = alignment.overlap;
  let squares = 0;
  let spread = 0;
  for (let channel = 0; channel < recorded.planes.origins.length; channel++) {
    const start = channel * height * width;
    const off = blockMeans(height, width, side, (y, x) => data[start + y * width + x] ?? 0);
    const means = blockMeans(height, width, side, (y, x) =>
      valueAt(recorded.planes, channel, top + y, left + x),
    );
    const middle = means.reduce((sum, mean) => sum + mean, 0) / means.length;
    off.forEach((d, at) => {
      squares += d * d;
      spread += ((means[at] ?? 0) - middle) ** 2;
    });
  }
  return squares <= (1 - ONE_IN_BLOCKS) * spread;
}

/**
 * For two sides that are one picture.
 * @param pads what the borders say about the order of resizing and padding; it goes before what a filter would.
 */
export function interiorOf(laid: Laid, pads: InputStep | undefined): Interior {
  const { difference, tolerance } = laid;
  const left = { residual: difference.max, squares: difference.squares };
  if (difference.max <= tolerance) return { step: undefined, ...left };
  const narrow = narrowStep(laid);
  if (narrow !== undefined) return { step: narrow, residual: 0, squares: 0 };
  const level = levelStep(laid);
  if (level !== undefined) {
    return level.parameters['side'] === 'both' || level.parameters['how'] === 'truncated'
      ? { step: level, ...left }
      : { step: level, residual: 0, squares: 0 };
  }
  const resampling = resamplingOf(laid);
  if (pads !== undefined) return { step: withInterior(pads, laid, resampling), ...left };
  const off = Math.max(Math.abs(resampling.rows), Math.abs(resampling.columns));
  // Other filters also change how sharp the picture is; other pixel centres do not.
  const asSharp = Math.abs(resampling.detail - 1) < 0.03;
  if (off >= 0.04 && resampling.explained > (asSharp ? 0.2 : 0.6)) {
    return {
      step: subpixelStep(resampling),
      residual: resampling.left,
      squares: difference.squares * (1 - resampling.explained),
    };
  }
  return { step: decoderStep(laid, resampling) ?? filterStep(laid, resampling), ...left };
}

function withInterior(pads: InputStep, laid: Laid, { rows, columns }: Resampling): InputStep {
  const { max, mean } = laid.difference;
  return {
    ...pads,
    text: `${pads.text}; inside off by ${amountText(laid, mean)} on average, ${amountText(laid, max)} at most`,
    parameters: { ...pads.parameters, max, mean, rows, columns },
  };
}

/** In recorded units, and in 8-bit levels where those are other numbers. */
function amountText({ levels }: Laid, value: number): string {
  const gain = levels?.normalisation.gain[0] ?? 1;
  return gain === 1 ? formatNumber(value) : `${formatNumber(value)} (${formatNumber(value / gain)} levels)`;
}

function subpixelStep({ rows, columns, stretch, explained }: Resampling): InputStep {
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    kind: 'shift',
    text: `sampled ${formatNumber(round(rows))} rows and ${formatNumber(round(columns))} columns further on (${formatPercent(explained)} of the squared difference)`,
    fix: 'resize with the same pixel centres (half-pixel, align_corners) and the same ratio',
    parameters: { rows: round(rows), columns: round(columns), stretch, explained },
  };
}

/** Levels that are off by a few, no more at edges than elsewhere. */
function decoderStep(laid: Laid, { edges }: Resampling): InputStep | undefined {
  const { levels, difference, recorded } = laid;
  if (levels === undefined || edges > EDGES) return undefined;
  if (!isWhole(recorded.planes, recorded.content.box, levels.normalisation)) return undefined;
  const most = difference.max / Math.min(...levels.normalisation.gain.map(Math.abs));
  if (most > DECODER_LEVELS + 0.02) return undefined;
  return {
    kind: 'decoder',
    text: `off by at most ${plural(Math.round(most), '8-bit level')} everywhere alike: another picture decoder`,
    fix: 'decode with the same library',
    parameters: { levels: Math.round(most) },
  };
}

function filterStep(laid: Laid, { edges, detail, stretch, explained }: Resampling): InputStep {
  const { max, mean } = laid.difference;
  const where =
    edges > EDGES ? `, ${edges === Infinity ? 'only' : `${formatNumber(edges)} times as much`} at edges` : '';
  const sharp =
    detail > 1.03
      ? '; the deployed picture is sharper (less smoothing when shrinking)'
      : detail < 0.97
        ? '; the deployed picture is smoother'
        : '';
  return {
    kind: 'filter',
    text: `resampled otherwise: off by ${amountText(laid, mean)} on average, ${amountText(laid, max)} at most${where}${sharp}`,
    fix: 'resize with the same filter (area, bilinear, bicubic; antialiased or not) and rounding',
    parameters: { max, mean, edges: Number.isFinite(edges) ? edges : 'only', detail, stretch, explained },
  };
}

export function unknownStep({ difference }: Laid): InputStep {
  const { max, mean, squares, spread } = difference;
  return {
    kind: 'unknown',
    text: `nothing that was tried explains the rest: off by ${formatNumber(mean)} on average, ${formatNumber(max)} at most`,
    fix: '',
    parameters: { max, mean, share: spread > 0 ? squares / spread : 1 },
  };
}
