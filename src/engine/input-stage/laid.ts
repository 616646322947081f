import type { Alignment, RecordedPicture } from './alignment.ts';
import type { Levels } from './levels.ts';
import type { Dtype } from '../../shared/dtype.ts';
import type { Box } from './planes.ts';
import { heightOf, valueAt, widthOf } from './planes.ts';
import type { ValueMap } from './value-map.ts';

/** The deployed picture laid over the recorded one, its values mapped back to the recorded units. */
export interface Laid {
  readonly alignment: Alignment;
  readonly recorded: RecordedPicture;
  readonly map: ValueMap;
  /** Of the recorded values. */
  readonly levels: Levels | undefined;
  readonly dtypes: { readonly deployed: Dtype; readonly recorded: Dtype };
  /** Largest difference that rounding of correct float arithmetic leaves, in recorded units. */
  readonly tolerance: number;
  readonly difference: Difference;
  /** The deployed content was resampled to the recorded size before it was laid over. */
  readonly resampled: boolean;
}

/** deployed − recorded over the overlap: channel by channel, row by row, in recorded units; 0 where one is not finite. */
export interface Difference {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly max: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly squares: number;
  /** Σ(recorded − mean of the channel)²: what a difference of everything would be. */
  readonly spread: number;
}

export function differenceOver(alignment: Alignment, recorded: RecordedPicture, map: ValueMap): Difference {
  const { overlap: box, planes, dy, dx } = alignment;
  const height = heightOf(box);
  const width = widthOf(box);
  const channels = recorded.planes.origins.length;
  const data = new Float32Array(channels * height * width);
  let low = Infinity;
  let high = -Infinity;
  let squares = 0;
  let sum = 0;
  let spread = 0;
  for (let channel = 0; channel < channels; channel++) {
    const gain = map.gain[channel] ?? 1;
    const bias = map.bias[channel] ?? 0;
    let total = 0;
    let totalSquares = 0;
    for (let y = 0; y < height; y++) {
      const start = (channel * height + y) * width;
      for (let x = 0; x < width; x++) {
        const value = valueAt(recorded.planes, channel, box.top + y, box.left + x);
        const fed = valueAt(planes, channel, box.top + y - dy, box.left + x - dx);
        const d = fed === value && gain === 1 && bias === 0 ? 0 : (fed - bias) / gain - value;
        if (!Number.isFinite(d)) continue;
        data[start + x] = d;
        squares += d * d;
        sum += Math.abs(d);
        total += value;
        totalSquares += value * value;
        if (d < low) low = d;
        if (d > high) high = d;
      }
    }
    spread += Math.max(totalSquares - (total * total) / (height * width), 0);
  }
  const max = low > high ? 0 : Math.max(high, -low);
  return {
    data,
    height,
    width,
    max,
    mean: data.length === 0 ? 0 : sum / data.length,
    low,
    high,
    squares,
    spread,
  };
}

/** A deployed value in the recorded units. */
export function mappedBack(map: ValueMap, channel: number, value: number): number {
  return (value - (map.bias[channel] ?? 0)) / (map.gain[channel] ?? 1);
}

/** Rows or columns of the recorded content as text; `rows 140-500`, the end excluded, as slices are written. */
export function placeOf(box: Box, whole: Box): string {
  const rows = box.top > whole.top || box.bottom < whole.bottom;
  const columns = box.left > whole.left || box.right < whole.right;
  const parts = [
    ...(rows ? [`rows ${box.top}-${box.bottom}`] : []),
    ...(columns ? [`columns ${box.left}-${box.right}`] : []),
  ];
  return parts.join(', ');
}
