import { blockMeans, blockSide } from './blocks.ts';
import type { Normalisation } from './normalisations.ts';
import { normalisationsFor } from './normalisations.ts';
import type { Box, Planes } from './planes.ts';
import { areaOf, heightOf, valueAt, widthOf } from './planes.ts';

/** deployed = gain[c] · recorded + bias[c]. */
export interface ValueMap {
  readonly gain: readonly number[];
  readonly bias: readonly number[];
  readonly form: 'none' | 'known' | 'scale' | 'affine' | 'channels';
  /** Of form `known`: what each side was made with. */
  readonly deployed: Normalisation | undefined;
  readonly recorded: Normalisation | undefined;
}

/** Sums of one channel over the overlap, about its means. */
interface Moments {
  readonly count: number;
  readonly meanD: number;
  readonly meanR: number;
  readonly dd: number;
  readonly rr: number;
  readonly dr: number;
  readonly largest: number;
  readonly least: number;
  readonly most: number;
}

/** Pixels that a fit looks at, at most about. */
const FIT_PIXELS = 200_000;
/** Share of squares that another filter leaves more of: fits are made to means of blocks then. */
const EXACT = 1e-3;
/** A simpler map may leave this many times the squared error of the freest. */
const SIMPLER = 2;
/** Any map but that of each value to itself must leave at most this share of the squared error: filters look like factors. */
const MOST_LEFT = 0.05;

/**
 * The simplest map of values that leaves about as little as the freest (least squares by channel) does.
 * @param epsilon relative rounding of the coarser of the two dtypes.
 * @param grain by channel, the mean square that rounding on one side alone leaves in deployed units; 0 for none.
 */
export function valueMap(
  deployed: Planes,
  recorded: Planes,
  overlap: Box,
  dy: number,
  dx: number,
  epsilon: number,
  grain: readonly number[],
): ValueMap {
  const pixels = recorded.origins.map((_, channel) =>
    momentsOf(deployed, recorded, channel, overlap, dy, dx),
  );
  const side = blockSide(overlap);
  const exact = pixels.every((one) => {
    const { gain, bias } = freeFit(one);
    return squaredError(one, gain, bias) <= EXACT * one.dd;
  });
  const moments =
    exact || side === undefined
      ? pixels
      : recorded.origins.map((_, channel) =>
          blockMoments(deployed, recorded, channel, overlap, dy, dx, side),
        );
  const channels = moments.map(freeFit);
  const explains = (gain: readonly number[], bias: readonly number[]): boolean =>
    gain.every((one) => Number.isFinite(1 / one)) &&
    sumOf(moments, (one, channel) => squaredError(one, gain[channel] ?? 1, bias[channel] ?? 0)) <=
      MOST_LEFT * sumOf(moments, (one) => squaredError(one, 1, 0));
  const fits = (gain: readonly number[], bias: readonly number[], slack: boolean): boolean =>
    moments.every((one, channel) => {
      const free = squaredError(one, channels[channel]?.gain ?? 1, channels[channel]?.bias ?? 0);
      const rounding = one.count * (4 * epsilon * one.largest) ** 2;
      const coarse = slack ? one.count * (grain[channel] ?? 0) : 0;
      return squaredError(one, gain[channel] ?? 1, bias[channel] ?? 0) <= SIMPLER * free + rounding + coarse;
    });
  const same = moments.map(() => 1);
  const none = moments.map(() => 0);
  const known = knownMaps(moments);
  // Cut off to whole levels, values are half a level lower on average, which is no offset.
  for (const slack of [false, true]) {
    if (fits(same, none, slack)) return { gain: same, bias: none, form: 'none', ...UNKNOWN };
  }
  for (const slack of [false, true]) {
    const found = known.find(({ gain, bias }) => explains(gain, bias) && fits(gain, bias, slack));
    if (found !== undefined) return found;
  }
  const gain = quotient(
    moments.map((one) => one.dr + one.count * one.meanD * one.meanR),
    moments.map((one) => one.rr + one.count * one.meanR ** 2),
  );
  const scale = moments.map(() => snapped(gain));
  if (explains(scale, none) && fits(scale, none, false))
    return { gain: scale, bias: none, form: 'scale', ...UNKNOWN };
  const affine = commonFit(moments);
  const gains = moments.map(() => affine.gain);
  const biases = moments.map(() => affine.bias);
  if (explains(gains, biases) && fits(gains, biases, false))
    return { gain: gains, bias: biases, form: 'affine', ...UNKNOWN };
  const free = { gain: channels.map((one) => one.gain), bias: channels.map((one) => one.bias) };
  if (explains(free.gain, free.bias)) return { ...free, form: 'channels', ...UNKNOWN };
  return { gain: same, bias: none, form: 'none', ...UNKNOWN };
}

function sumOf(moments: readonly Moments[], of: (one: Moments, channel: number) => number): number {
  return moments.reduce((sum, one, channel) => sum + of(one, channel), 0);
}

const UNKNOWN = { deployed: undefined, recorded: undefined };

/** A factor within a thousandth of a round one is that. */
function snapped(gain: number): number {
  const round = [255, 1 / 255, 256, 1 / 256, 65535, 1 / 65535, 2, 0.5, 100, 0.01, -1];
  return round.find((one) => Math.abs(gain / one - 1) < 1e-5) ?? gain;
}

/** Every pair of well-known normalisations under which the recorded values are levels 0 … 255. */
function knownMaps(moments: readonly Moments[]): ValueMap[] {
  const all = normalisationsFor(moments.length);
  return all.flatMap((recorded) => {
    const levels = moments.map(({ least, most }, channel) => {
      const gain = recorded.gain[channel] ?? 1;
      const bias = recorded.bias[channel] ?? 0;
      return [(least - bias) / gain, (most - bias) / gain] as const;
    });
    if (!levels.every(([low, high]) => low > -8 && high < 263)) return [];
    if (!levels.some(([low, high]) => high - low > 3)) return [];
    return all
      .filter((deployed) => deployed !== recorded)
      .map((deployed): ValueMap => {
        const gain = recorded.gain.map((one, channel) => (deployed.gain[channel] ?? 1) / one);
        return {
          gain,
          bias: gain.map(
            (one, channel) => (deployed.bias[channel] ?? 0) - one * (recorded.bias[channel] ?? 0),
          ),
          form: 'known',
          deployed,
          recorded,
        };
      });
  });
}

function squaredError({ count, meanD, meanR, dd, rr, dr }: Moments, gain: number, bias: number): number {
  return Math.max(dd - 2 * gain * dr + gain * gain * rr, 0) + count * (meanD - gain * meanR - bias) ** 2;
}

function freeFit({ dr, rr, meanD, meanR }: Moments): { readonly gain: number; readonly bias: number } {
  const gain = rr > 0 ? dr / rr : 1;
  return { gain, bias: meanD - gain * meanR };
}

function commonFit(moments: readonly Moments[]): { readonly gain: number; readonly bias: number } {
  const count = moments.reduce((sum, one) => sum + one.count, 0);
  const meanD = moments.reduce((sum, one) => sum + one.count * one.meanD, 0) / count;
  const meanR = moments.reduce((sum, one) => sum + one.count * one.meanR, 0) / count;
  const dr = moments.map((one) => one.dr + one.count * (one.meanD - meanD) * (one.meanR - meanR));
  const rr = moments.map((one) => one.rr + one.count * (one.meanR - meanR) ** 2);
  const gain = quotient(dr, rr);
  return { gain, bias: meanD - gain * meanR };
}

function quotient(above: readonly number[], below: readonly number[]): number {
  const divisor = below.reduce((sum, one) => sum + one, 0);
  return divisor > 0 ? above.reduce((sum, one) => sum + one, 0) / divisor : 1;
}

function momentsOf(
  deployed: Planes,
  recorded: Planes,
  channel: number,
  box: Box,
  dy: number,
  dx: number,
): Moments {
  const step = Math.max(1, Math.round((areaOf(box) * recorded.origins.length) / FIT_PIXELS));
  // Rows are left out, but for pictures of a few rows pixels are.
  const rowStep = Math.min(step, Math.max(1, Math.floor(heightOf(box) / 16)));
  const columnStep = Math.ceil(step / rowStep);
  const rows = Math.ceil(heightOf(box) / rowStep);
  const columns = Math.ceil(widthOf(box) / columnStep);
  const fed = new Float64Array(rows * columns);
  const right = new Float64Array(rows * columns);
  let at = 0;
  for (let y = box.top; y < box.bottom; y += rowStep) {
    for (let x = box.left; x < box.right; x += columnStep) {
      fed[at] = valueAt(deployed, channel, y - dy, x - dx);
      right[at++] = valueAt(recorded, channel, y, x);
    }
  }
  return momentsOfPairs(fed, right);
}

function blockMoments(
  deployed: Planes,
  recorded: Planes,
  channel: number,
  box: Box,
  dy: number,
  dx: number,
  side: number,
): Moments {
  const means = (planes: Planes, top: number, left: number): Float64Array =>
    blockMeans(heightOf(box), widthOf(box), side, (y, x) => valueAt(planes, channel, top + y, left + x));
  const fed = means(deployed, box.top - dy, box.left - dx);
  const right = means(recorded, box.top, box.left);
  return momentsOfPairs(fed, right);
}

function momentsOfPairs(fed: Float64Array, right: Float64Array): Moments {
  const firstD = fed[0] ?? 0;
  const firstR = right[0] ?? 0;
  let count = 0;
  let sumD = 0;
  let sumR = 0;
  let dd = 0;
  let rr = 0;
  let dr = 0;
  let largest = 0;
  let least = Infinity;
  let most = -Infinity;
  for (let at = 0; at < fed.length; at++) {
    const valueD = fed[at] ?? 0;
    const valueR = right[at] ?? 0;
    if (!Number.isFinite(valueD) || !Number.isFinite(valueR)) continue;
    const d = valueD - firstD;
    const r = valueR - firstR;
    count++;
    sumD += d;
    sumR += r;
    dd += d * d;
    rr += r * r;
    dr += d * r;
    largest = Math.max(largest, Math.abs(valueD));
    least = Math.min(least, valueR);
    most = Math.max(most, valueR);
  }
  const n = Math.max(count, 1);
  return {
    count,
    meanD: firstD + sumD / n,
    meanR: firstR + sumR / n,
    dd: dd - (sumD * sumD) / n,
    rr: rr - (sumR * sumR) / n,
    dr: dr - (sumD * sumR) / n,
    largest,
    least,
    most,
  };
}
