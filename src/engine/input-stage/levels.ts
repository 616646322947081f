import type { Normalisation } from './normalisations.ts';
import { normalisationsFor } from './normalisations.ts';
import type { Box, Planes } from './planes.ts';
import { valueAt } from './planes.ts';
import { samplePoints } from './sampled.ts';

/** What one 8-bit level is in the values of a picture. */
export interface Levels {
  readonly normalisation: Normalisation;
  /** Nearly all values are whole levels. */
  readonly whole: boolean;
}

const SAMPLE = 3000;
/** Float32 rounding of normalised values stays below this part of a level. */
const WHOLE = 0.01;

/** The normalisation under which the values are whole levels, else the simplest under which they lie in 0 … 255. */
export function levelsOf(planes: Planes, box: Box): Levels | undefined {
  const points = samplePoints(box, SAMPLE);
  if (points.length === 0) return undefined;
  const known = normalisationsFor(planes.origins.length);
  let inRange: Normalisation | undefined;
  for (const one of known) {
    const found = look(planes, points, one);
    if (!found.inRange) continue;
    if (found.whole) return { normalisation: one, whole: true };
    inRange ??= found.wide ? one : undefined;
  }
  return inRange === undefined ? undefined : { normalisation: inRange, whole: false };
}

export function isWhole(planes: Planes, box: Box, normalisation: Normalisation): boolean {
  return look(planes, samplePoints(box, SAMPLE), normalisation).whole;
}

function look(
  planes: Planes,
  points: Int32Array,
  { gain, bias }: Normalisation,
): { readonly inRange: boolean; readonly whole: boolean; readonly wide: boolean } {
  let fractions = 0;
  let low = Infinity;
  let high = -Infinity;
  for (let channel = 0; channel < planes.origins.length; channel++) {
    for (let at = 0; at < points.length; at += 2) {
      const value = valueAt(planes, channel, points[at] ?? 0, points[at + 1] ?? 0);
      const level = (value - (bias[channel] ?? 0)) / (gain[channel] ?? 1);
      low = Math.min(low, level);
      high = Math.max(high, level);
      if (!(Math.abs(level - Math.round(level)) <= WHOLE)) fractions++;
    }
  }
  const inRange = low > -1 && high < 256.5 && high - low > 2;
  // ImageNet's numbers read as levels would fill a hundredth of the range; so would 0 … 1.
  return { inRange, whole: inRange && fractions === 0, wide: high - low > 24 && low > -1 };
}
