import type { Taps } from './taps.ts';
import { makeTaps, scaleOf } from './taps.ts';

/** OpenCV's INTER_NEAREST: floor(x · scale), no half-pixel centres. */
export function nearestTaps(source: number, length: number): Taps {
  const scale = scaleOf(source, length);
  return makeTaps(source, length, 1, (output) => [[Math.floor(output * scale), 1]]);
}
