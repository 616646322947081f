import type { InputFilter } from '../../../shared/input-stage.ts';
import type { Raster } from '../resize/raster.ts';
import { tapsFor } from '../resize/resize.ts';

/** The resized picture at single pixels, without making the whole. */
export type PixelOf = (y: number, x: number, channel: number) => number;

/** @param height, width size to which `source` is resized; unrounded, but for what PIL rounds between its passes. */
export function pixelsOf(
  source: Raster,
  height: number,
  width: number,
  filter: InputFilter | undefined,
): PixelOf {
  const { channels, data } = source;
  if (filter === undefined) return (y, x, channel) => data[(y * source.width + x) * channels + channel] ?? 0;
  const { across, down, roundBetween } = tapsFor(source, height, width, filter);
  return (y, x, channel) => {
    let sum = 0;
    for (let tap = 0; tap < down.count; tap++) {
      const weight = down.weight[y * down.count + tap] ?? 0;
      if (weight === 0) continue;
      const row = (down.index[y * down.count + tap] ?? 0) * source.width;
      let value = 0;
      for (let step = 0; step < across.count; step++) {
        const share = across.weight[x * across.count + step] ?? 0;
        if (share === 0) continue;
        const column = across.index[x * across.count + step] ?? 0;
        value += share * (data[(row + column) * channels + channel] ?? 0);
      }
      sum += weight * (roundBetween ? clampedLevel(value) : value);
    }
    return sum;
  };
}

export function clampedLevel(value: number): number {
  return Math.min(Math.max(Math.floor(value + 0.5 + 1e-6), 0), 255);
}
