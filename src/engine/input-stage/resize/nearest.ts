import type { Taps } from './taps.ts';
import { makeTaps } from './taps.ts';

/** OpenCV's INTER_NEAREST: floor(x · source/length), no half-pixel centres. */
export function nearestTaps(source: number, length: number): Taps {
  return makeTaps(source, length, 1, (output) => [[Math.floor((output * source) / length), 1]]);
}
