import type { InputFilter } from '../../../shared/input-stage.ts';
import { antialiasedTaps } from './antialiased.ts';
import { areaGrowingTaps, areaTaps } from './area.ts';
import { bicubicTaps } from './bicubic.ts';
import { bilinearBytes } from './bilinear-bytes.ts';
import { bilinearTaps } from './bilinear.ts';
import { nearestTaps } from './nearest.ts';
import type { Raster } from './raster.ts';
import type { Taps } from './taps.ts';

/**
 * The picture at another size, rounded to whole levels where it is one of bytes, as OpenCV does it (the antialiased
 * filters: as PIL and torch do). Bilinear level for level, the others
 * within one level: those compute with 11-bit weights or in other orders.
 */
export function resize(picture: Raster, height: number, width: number, filter: InputFilter): Raster {
  if (picture.height === height && picture.width === width) return picture;
  const { across, down, roundBetween } = tapsFor(picture, height, width, filter);
  if (filter === 'bilinear' && picture.data instanceof Uint8Array) {
    const { channels } = picture;
    const data = bilinearBytes(picture.data, picture.width, channels, across, down);
    return { width, height, channels, data };
  }
  return resample(picture, across, down, roundBetween);
}

/** How each axis is resampled; PIL rounds pictures of bytes between the two passes, across first. */
export function tapsFor(
  picture: Raster,
  height: number,
  width: number,
  filter: InputFilter,
): { readonly across: Taps; readonly down: Taps; readonly roundBetween: boolean } {
  const growing = height > picture.height || width > picture.width;
  return {
    across: tapsOf(picture.width, width, filter, growing),
    down: tapsOf(picture.height, height, filter, growing),
    roundBetween: filter.startsWith('antialiased') && picture.data instanceof Uint8Array,
  };
}

function tapsOf(source: number, length: number, filter: InputFilter, growing: boolean): Taps {
  switch (filter) {
    case 'nearest':
      return nearestTaps(source, length);
    case 'bilinear':
      return bilinearTaps(source, length);
    case 'bicubic':
      return bicubicTaps(source, length);
    case 'area':
      return growing ? areaGrowingTaps(source, length) : areaTaps(source, length);
    case 'antialiased bilinear':
      return antialiasedTaps(source, length, 'bilinear');
    case 'antialiased bicubic':
      return antialiasedTaps(source, length, 'bicubic');
  }
}

/** Each source row is resampled across once, when the first output row asks for it, and kept while others may. */
function resample(picture: Raster, across: Taps, down: Taps, roundBetween: boolean): Raster {
  const { channels } = picture;
  const wide = across.length * channels;
  const bytes = picture.data instanceof Uint8Array;
  const data = bytes ? new Uint8Array(down.length * wide) : new Float32Array(down.length * wide);
  const rows = new Map<number, Float64Array>();
  const sum = new Float64Array(wide);
  for (let y = 0; y < down.length; y++) {
    sum.fill(0);
    let first = Infinity;
    for (let tap = 0; tap < down.count; tap++) {
      const weight = down.weight[y * down.count + tap] ?? 0;
      if (weight === 0) continue;
      const source = down.index[y * down.count + tap] ?? 0;
      first = Math.min(first, source);
      let row = rows.get(source);
      if (row === undefined) {
        row = acrossRow(picture, source, across, roundBetween);
        rows.set(source, row);
      }
      for (let at = 0; at < wide; at++) sum[at] = (sum[at] ?? 0) + weight * (row[at] ?? 0);
    }
    for (const source of rows.keys()) if (source < first) rows.delete(source);
    const start = y * wide;
    for (let at = 0; at < wide; at++) data[start + at] = bytes ? toLevel(sum[at] ?? 0) : (sum[at] ?? 0);
  }
  return { width: across.length, height: down.length, channels, data };
}

function acrossRow(picture: Raster, y: number, taps: Taps, round: boolean): Float64Array {
  const { channels, data } = picture;
  const start = y * picture.width * channels;
  const row = new Float64Array(taps.length * channels);
  for (let x = 0; x < taps.length; x++) {
    for (let tap = 0; tap < taps.count; tap++) {
      const weight = taps.weight[x * taps.count + tap] ?? 0;
      if (weight === 0) continue;
      const from = start + (taps.index[x * taps.count + tap] ?? 0) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const at = x * channels + channel;
        row[at] = (row[at] ?? 0) + weight * (data[from + channel] ?? 0);
      }
    }
  }
  if (round) for (let at = 0; at < row.length; at++) row[at] = toLevel(row[at] ?? 0);
  return row;
}

function toLevel(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5 + 1e-6);
}
