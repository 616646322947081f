import type { Taps } from './taps.ts';
import { makeTaps, scaleOf } from './taps.ts';

/** OpenCV's INTER_LINEAR: half-pixel centres, two neighbours whatever the ratio, the border repeated. */
export function bilinearTaps(source: number, length: number): Taps {
  const scale = scaleOf(source, length);
  return makeTaps(source, length, 2, (output) => {
    const centre = (output + 0.5) * scale - 0.5;
    const left = Math.floor(centre);
    const share = Math.fround(Math.fround(centre) - left);
    return [
      [left, 1 - share],
      [left + 1, share],
    ];
  });
}
