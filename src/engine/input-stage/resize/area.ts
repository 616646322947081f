import type { Taps } from './taps.ts';
import { makeTaps, scaleOf } from './taps.ts';

/** OpenCV's INTER_AREA where no axis grows: each source pixel weighs by the part of it that is covered. */
export function areaTaps(source: number, length: number): Taps {
  const scale = scaleOf(source, length);
  return makeTaps(source, length, Math.ceil(scale) + 1, (output) => {
    const start = output * scale;
    const end = Math.min(start + scale, source);
    const covered: [number, number][] = [];
    for (let pixel = Math.floor(start + 1e-9); pixel < end - 1e-9; pixel++) {
      const part = Math.min(end, pixel + 1) - Math.max(start, pixel);
      if (part > 1e-9) covered.push([pixel, part / (end - start)]);
    }
    return covered;
  });
}

/**
 * OpenCV's INTER_AREA where an axis grows: two neighbours, the second weighing by how far the output pixel reaches over
 * the border between them (`area_mode` in resize.cpp).
 */
export function areaGrowingTaps(source: number, length: number): Taps {
  const scale = scaleOf(source, length);
  return makeTaps(source, length, 2, (output) => {
    const left = Math.floor(output * scale);
    const reach = output + 1 - (left + 1) / scale;
    const share = reach <= 0 ? 0 : reach - Math.floor(reach);
    if (left >= source - 1) return [[source - 1, 1]];
    return [
      [left, 1 - share],
      [left + 1, share],
    ];
  });
}
