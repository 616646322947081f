import type { Normalisation } from '../normalisations.ts';
import { normalisationsFor } from '../normalisations.ts';
import { levelsOf } from '../levels.ts';
import type { Box, Planes } from '../planes.ts';
import { valueAt } from '../planes.ts';
import { correlationOf } from '../sampled.ts';
import type { PixelOf } from './predicted.ts';

/** How the levels of a picture became the values of a tensor. */
export interface ValueFit {
  /** Channel c of the tensor is channel `order[c]` of the picture; a gray picture has its one channel thrice. */
  readonly order: readonly number[];
  readonly normalisation: Normalisation;
  /** Mean |tensor − picture| in 8-bit levels. */
  readonly error: number;
}

const RGB = [0, 1, 2];
const BGR = [2, 1, 0];
const GRAY = [0];
/** A free fit of mean and std is believed only where it leaves this many times less than the best known one. */
const MUCH_BETTER = 0.25;
/** Values that are whole levels under one normalisation are believed to be those, unless they fit this much worse. */
const SURE = 2;

/** Mean correlation of the channels at those points, in the better of the two orders. */
export function likeness(
  planes: Planes,
  points: Int32Array,
  at: readonly [number, number],
  pixel: PixelOf,
): number {
  const orders = planes.origins.length === 1 ? [GRAY] : [RGB, BGR];
  return Math.max(...orders.map((order) => orderLikeness(planes, points, at, pixel, order)));
}

/** @param at where the predicted picture's first pixel lies in the tensor. */
export function fitValues(
  planes: Planes,
  content: Box,
  points: Int32Array,
  at: readonly [number, number],
  pixel: PixelOf,
): ValueFit {
  const gray = planes.origins.length === 1;
  const rgb = gray ? 1 : orderLikeness(planes, points, at, pixel, RGB);
  const bgr = gray ? 0 : orderLikeness(planes, points, at, pixel, BGR);
  const order = gray ? GRAY : bgr > rgb + 1e-4 ? BGR : RGB;
  const levels = order.map((channel) => sampled(points, (y, x) => pixel(y - at[0], x - at[1], channel)));
  const values = order.map((_, channel) => sampled(points, (y, x) => valueAt(planes, channel, y, x)));
  const known = normalisationsFor(order.length)
    .map((normalisation) => ({
      order,
      normalisation,
      error: levelError(values, levels, normalisation),
    }))
    .reduce((best, one) => (one.error < best.error * 0.999 ? one : best));
  const grid = levelsOf(planes, content);
  if (grid?.whole === true) {
    const error = levelError(values, levels, grid.normalisation);
    if (error <= SURE * known.error + 1) return { order, normalisation: grid.normalisation, error };
  }
  const free = freeNormalisation(values, levels);
  const error = levelError(values, levels, free);
  return error < known.error * MUCH_BETTER && known.error > 1 ? { order, normalisation: free, error } : known;
}

function sampled(points: Int32Array, of: (y: number, x: number) => number): Float64Array {
  return Float64Array.from({ length: points.length / 2 }, (_, at) =>
    of(points[2 * at] ?? 0, points[2 * at + 1] ?? 0),
  );
}

function orderLikeness(
  planes: Planes,
  points: Int32Array,
  at: readonly [number, number],
  pixel: PixelOf,
  order: readonly number[],
): number {
  const each = order.map((source, channel) => {
    const values = sampled(points, (y, x) => valueAt(planes, channel, y, x));
    const levels = sampled(points, (y, x) => pixel(y - at[0], x - at[1], source));
    return likenessOf(values, levels);
  });
  return each.reduce((sum, one) => sum + one, 0) / each.length;
}

function likenessOf(values: Float64Array, levels: Float64Array): number {
  const { a, b, aa, bb, ab } = momentsOf(values, levels);
  return correlationOf(values.length, a, b, aa, bb, ab);
}

function momentsOf(
  values: Float64Array,
  levels: Float64Array,
): { readonly a: number; readonly b: number; readonly aa: number; readonly bb: number; readonly ab: number } {
  let a = 0;
  let b = 0;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  values.forEach((value, at) => {
    const level = levels[at] ?? 0;
    a += value;
    b += level;
    aa += value * value;
    bb += level * level;
    ab += value * level;
  });
  return { a, b, aa, bb, ab };
}

function levelError(
  values: readonly Float64Array[],
  levels: readonly Float64Array[],
  { gain, bias }: Normalisation,
): number {
  let sum = 0;
  let count = 0;
  values.forEach((list, channel) => {
    list.forEach((value, at) => {
      sum += Math.abs((value - (bias[channel] ?? 0)) / (gain[channel] ?? 1) - (levels[channel]?.[at] ?? 0));
      count++;
    });
  });
  return count === 0 ? Infinity : sum / count;
}

/** Least squares by channel; told as mean and std of levels divided by 255. */
function freeNormalisation(values: readonly Float64Array[], levels: readonly Float64Array[]): Normalisation {
  const fits = values.map((list, channel) => {
    const { a, b, bb, ab } = momentsOf(list, levels[channel] ?? new Float64Array());
    const count = list.length;
    const gain = (ab - (a * b) / count) / Math.max(bb - (b * b) / count, 1e-12);
    return { gain: gain === 0 ? 1 : gain, bias: (a - gain * b) / count };
  });
  const gain = fits.map((one) => one.gain);
  const bias = fits.map((one) => one.bias);
  const std = gain.map((one) => 1 / 255 / one);
  return {
    name: 'a mean and std of its own',
    scale: 1 / 255,
    mean: bias.map((one, channel) => -one * (std[channel] ?? 1)),
    std,
    gain,
    bias,
    reversed: false,
  };
}
