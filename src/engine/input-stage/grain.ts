import { epsilonOf } from '../../shared/dtype.ts';
import type { Alignment, RecordedPicture } from './alignment.ts';
import { levelsOf } from './levels.ts';
import { valueAt } from './planes.ts';
import { NARROW } from './rounding.ts';
import { samplePoints } from './sampled.ts';

const SAMPLE = 1000;

/**
 * Mean square, by channel and in deployed units, of what rounding on one side alone does: to whole levels (truncated,
 * 1/3 of a squared level), or to a narrower float. 0 where neither or both sides are rounded.
 */
export function grainOf({ planes, content }: Alignment, recorded: RecordedPicture): readonly number[] {
  const none = planes.origins.map(() => 0);
  const deployed = levelsOf(planes, content.box);
  const reference = levelsOf(recorded.planes, recorded.content.box);
  if (deployed !== undefined && reference !== undefined && deployed.whole !== reference.whole) {
    // The finer side may be in any units: those of the whole levels are sure.
    const sure = deployed.whole ? deployed : reference;
    return sure.normalisation.gain.map(
      (gain, channel) => 0.34 * Math.min(gain, deployed.normalisation.gain[channel] ?? gain) ** 2,
    );
  }
  const points = samplePoints(content.box, SAMPLE);
  const epsilon =
    (deployed?.whole === true ? 0 : narrowness(points, planes)) ||
    (reference?.whole === true ? 0 : narrowness(samplePoints(recorded.content.box, SAMPLE), recorded.planes));
  if (epsilon === 0) return none;
  let largest = 0;
  for (let at = 0; at < points.length; at += 2) {
    for (let channel = 0; channel < none.length; channel++) {
      largest = Math.max(largest, Math.abs(valueAt(planes, channel, points[at] ?? 0, points[at + 1] ?? 0)));
    }
  }
  return none.map(() => (0.3 * epsilon * largest) ** 2);
}

/** Relative rounding of the narrow float that holds all of these values, not all of them integers; else 0. */
function narrowness(points: Int32Array, planes: Alignment['planes']): number {
  for (const dtype of ['bfloat16', 'float16'] as const) {
    const round = NARROW[dtype];
    let integers = true;
    let held = true;
    for (let at = 0; at < points.length && held; at += 2) {
      for (let channel = 0; channel < planes.origins.length; channel++) {
        const value = valueAt(planes, channel, points[at] ?? 0, points[at + 1] ?? 0);
        held &&= round(value) === value;
        integers &&= Number.isInteger(value);
      }
    }
    if (held && !integers) return epsilonOf(dtype);
  }
  return 0;
}
