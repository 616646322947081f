import { epsilonOf } from '../../shared/dtype.ts';
import { formatPercent } from '../../shared/format.ts';
import type { InputStep } from '../../shared/input-stage.ts';
import { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from '../tensor/index.ts';
import type { Laid } from './laid.ts';
import { isWhole, levelsOf } from './levels.ts';
import { valueAt } from './planes.ts';
import { samplePoints } from './sampled.ts';

/** Rounding to the nearest float of that dtype. */
export const NARROW = {
  float16: (value: number) => float16ToFloat32(float32ToFloat16(value)),
  bfloat16: (value: number) => bfloat16ToFloat32(float32ToBfloat16(value)),
} as const;

const SAMPLE = 4000;

/** One side was stored in a narrower float: its values are those of the other side, rounded to it. */
export function narrowStep({ alignment, recorded, map, levels }: Laid): InputStep | undefined {
  const { overlap, planes, dy, dx } = alignment;
  const points = samplePoints(overlap, SAMPLE);
  // Parts of 256 are short in binary: whole levels need no narrow float to be held by one.
  const whole = {
    deployed: levelsOf(planes, alignment.content.box)?.whole === true,
    recorded: levels?.whole === true,
  };
  for (const dtype of ['float16', 'bfloat16'] as const) {
    const round = NARROW[dtype];
    const epsilon = epsilonOf(dtype);
    let counts = { deployed: 0, recorded: 0, agree: 0, all: 0 };
    for (let channel = 0; channel < planes.origins.length; channel++) {
      const gain = map.gain[channel] ?? 1;
      const bias = map.bias[channel] ?? 0;
      for (let at = 0; at < points.length; at += 2) {
        const y = points[at] ?? 0;
        const x = points[at + 1] ?? 0;
        const fed = valueAt(planes, channel, y - dy, x - dx);
        const value = valueAt(recorded.planes, channel, y, x);
        const expected = gain * value + bias;
        const near =
          Math.abs(fed - expected) <=
          0.51 * epsilon * Math.max(Math.abs(fed), 2 ** -14, Math.abs(gain * value));
        counts = {
          deployed: counts.deployed + (round(fed) === fed ? 1 : 0),
          recorded: counts.recorded + (round(value) === value ? 1 : 0),
          agree: counts.agree + (near ? 1 : 0),
          all: counts.all + 1,
        };
      }
    }
    if (counts.all === 0 || counts.agree < counts.all) continue;
    const deployed = counts.deployed === counts.all;
    if (deployed === (counts.recorded === counts.all)) continue;
    if (deployed ? whole.deployed : whole.recorded) continue;
    return {
      kind: 'dtype',
      text: deployed
        ? `values rounded to ${dtype}; the recorded ones are finer`
        : `the recorded values are rounded to ${dtype}; the deployed ones are finer`,
      fix: deployed ? `do not store the input as ${dtype}` : `record the input as the model is fed`,
      parameters: { dtype, side: deployed ? 'deployed' : 'recorded' },
    };
  }
  return undefined;
}

/** How far a sum of float32 roundings may be from the end of a level. */
const SLACK = 0.01;

/** One side is rounded to whole 8-bit levels, or both in another way. */
export function levelStep(laid: Laid): InputStep | undefined {
  const { alignment, recorded, levels, difference, map } = laid;
  if (levels === undefined) return undefined;
  const { gain, bias } = levels.normalisation;
  const deployed = isWhole(alignment.planes, alignment.content.box, {
    ...levels.normalisation,
    gain: gain.map((one, channel) => one * (map.gain[channel] ?? 1)),
    bias: bias.map((one, channel) => one * (map.gain[channel] ?? 1) + (map.bias[channel] ?? 0)),
  });
  const whole = isWhole(recorded.planes, recorded.content.box, levels.normalisation);
  if (!deployed && !whole) return undefined;
  const counts = { lower: 0, higher: 0, low: Infinity, high: -Infinity };
  const size = difference.height * difference.width;
  for (let at = 0; at < difference.data.length; at++) {
    const level = (difference.data[at] ?? 0) / (gain[Math.floor(at / size)] ?? 1);
    if (level < -SLACK) counts.lower++;
    if (level > SLACK) counts.higher++;
    counts.low = Math.min(counts.low, level);
    counts.high = Math.max(counts.high, level);
  }
  const { low, high } = counts;
  const share = (counts.lower + counts.higher) / Math.max(difference.data.length, 1);
  if (deployed && whole) return bothWhole(low, high, share);
  const within = (least: number, most: number): boolean => low >= least - SLACK && high <= most + SLACK;
  const how = within(-0.5, 0.5)
    ? 'rounded'
    : within(deployed ? -1 : 0, deployed ? 0 : 1)
      ? 'truncated'
      : within(deployed ? 0 : -1, deployed ? 1 : 0)
        ? 'rounded up'
        : undefined;
  if (how === undefined) return undefined;
  return {
    kind: 'rounding',
    text: deployed
      ? `values ${how} to whole 8-bit levels; the recorded ones are not`
      : `the recorded values are ${how} to whole 8-bit levels; the deployed ones are not`,
    fix: deployed ? 'keep floats instead of 8-bit levels' : `make 8-bit levels (${how}) before normalising`,
    parameters: { side: deployed ? 'deployed' : 'recorded', how, share },
  };
}

function bothWhole(low: number, high: number, share: number): InputStep | undefined {
  if (low < -1 - SLACK || high > 1 + SLACK) return undefined;
  const truncated = high < SLACK ? 'deployed' : low > -SLACK ? 'recorded' : undefined;
  const text =
    truncated === undefined
      ? 'whole 8-bit levels on both sides, one level apart either way: other arithmetic before rounding'
      : truncated === 'deployed'
        ? 'truncated to 8-bit levels where the recorded values are rounded, one level lower'
        : 'rounded to 8-bit levels where the recorded values are truncated, one level higher';
  return {
    kind: 'rounding',
    text: `${text} (${formatPercent(share)} of the values)`,
    fix:
      truncated === 'deployed'
        ? 'round instead of truncating'
        : truncated === 'recorded'
          ? 'truncate instead of rounding'
          : '',
    parameters: {
      side: truncated ?? 'both',
      share,
      how: truncated === undefined ? 'one level' : 'truncated',
    },
  };
}
