import type { Taps } from './taps.ts';
import { makeTaps } from './taps.ts';
import { cubic } from './bicubic.ts';

/**
 * PIL's resize and torch's `antialias=True`: the kernel grows with the ratio when shrinking, weights add up to 1.
 * Formula: Pillow, Resample.c, precompute_coeffs.
 */
export function antialiasedTaps(source: number, length: number, kernel: 'bilinear' | 'bicubic'): Taps {
  const scale = source / length;
  const stretch = Math.max(scale, 1);
  const support = (kernel === 'bilinear' ? 1 : 2) * stretch;
  const weigh = (distance: number): number =>
    kernel === 'bilinear' ? Math.max(0, 1 - Math.abs(distance)) : cubic(distance, -0.5);
  return makeTaps(source, length, Math.ceil(support) * 2 + 1, (output) => {
    const centre = (output + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(source, Math.trunc(centre + support + 0.5));
    const weights = Array.from({ length: end - first }, (_, tap) =>
      weigh((tap + first - centre + 0.5) / stretch),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight, tap) => [first + tap, weight / total] as const);
  });
}
