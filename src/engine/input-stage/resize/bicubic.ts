import type { Taps } from './taps.ts';
import { makeTaps, scaleOf } from './taps.ts';

/** Keys' cubic convolution kernel (1981); `a` is −0.75 in OpenCV and torch, −0.5 in PIL. */
export function cubic(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}

/** OpenCV's INTER_CUBIC: four neighbours whatever the ratio, the border repeated. */
export function bicubicTaps(source: number, length: number): Taps {
  const scale = scaleOf(source, length);
  return makeTaps(source, length, 4, (output) => {
    const centre = (output + 0.5) * scale - 0.5;
    const left = Math.floor(centre);
    return [-1, 0, 1, 2].map((step) => [left + step, cubic(centre - left - step, -0.75)] as const);
  });
}
