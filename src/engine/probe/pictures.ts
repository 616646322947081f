import type { InputPictures, SmallPicture } from '../../shared/stage-pictures.ts';
import { isComparableDtype } from '../../shared/dtype.ts';
import type { Tensor } from '../tensor/index.ts';
import { numbersOf } from './numbers.ts';

/** Pixels along the longer side. */
const LONGEST = 640;

/** A tensor read as a picture: value(channel, row, column). */
interface Plane {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly at: (channel: number, row: number, column: number) => number;
}

/**
 * The first picture of a batch: [N, C, H, W] or [N, H, W, C] of 1, 3 or 4 channels, or one of 3 or 4 without the batch.
 * Undefined for anything else. Levels are those of the tensor where they look like 0 … 255 or 0 … 1, else stretched over
 * its finite range.
 */
export function tensorPicture(tensor: Tensor): SmallPicture | undefined {
  const plane = planeOf(tensor);
  if (plane === undefined) return undefined;
  const level = levelsOf(plane);
  return small(plane, (row, column) => {
    const red = level(plane.at(0, row, column));
    if (plane.channels < 3) return [red, red, red];
    return [red, level(plane.at(1, row, column)), level(plane.at(2, row, column))];
  });
}

/** Both sides of a model input. @param deployed undefined where it is what was recorded. */
export function inputPictures(
  input: string,
  recorded: Tensor,
  deployed: Tensor | undefined,
): InputPictures | undefined {
  const own = tensorPicture(recorded);
  if (own === undefined) return undefined;
  return {
    input,
    recorded: own,
    deployed: deployed === undefined ? undefined : tensorPicture(deployed),
    difference: deployed === undefined ? undefined : difference(recorded, deployed),
  };
}

/** A picture of 8-bit levels, [height, width, channels]. */
export function levelPicture(picture: {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly levels: Uint8Array;
}): SmallPicture {
  const { width, height, channels, levels } = picture;
  const at = (channel: number, row: number, column: number): number =>
    levels[(row * width + column) * channels + Math.min(channel, channels - 1)] ?? 0;
  return small({ channels, height, width, at }, (row, column) =>
    channels < 3
      ? [at(0, row, column), at(0, row, column), at(0, row, column)]
      : [at(0, row, column), at(1, row, column), at(2, row, column)],
  );
}

function difference(
  recorded: Tensor,
  deployed: Tensor,
): (SmallPicture & { readonly most: number }) | undefined {
  const [own, theirs] = [planeOf(recorded), planeOf(deployed)];
  if (own === undefined || theirs === undefined || recorded.dims.join() !== deployed.dims.join())
    return undefined;
  const apart = (row: number, column: number): number => {
    let most = 0;
    for (let channel = 0; channel < own.channels; channel++)
      most = Math.max(most, distance(own.at(channel, row, column), theirs.at(channel, row, column)));
    return most;
  };
  let most = 0;
  for (let row = 0; row < own.height; row++)
    for (let column = 0; column < own.width; column++) {
      const one = apart(row, column);
      if (one > most && one < Infinity) most = one;
    }
  const step = stepOf(own);
  const picture = small(own, (row, column) => {
    let largest = 0;
    // What is between two pixels shown must not be lost.
    for (let y = row; y < Math.min(row + step, own.height); y++)
      for (let x = column; x < Math.min(column + step, own.width); x++)
        largest = Math.max(largest, apart(y, x));
    const level = largest === 0 ? 0 : largest === Infinity ? 255 : (255 * largest) / most;
    return [level, level, level];
  });
  return { ...picture, most };
}

/** Infinity where just one is finite: it must not look like no difference. */
function distance(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const apart = Math.abs(a - b);
  return Number.isNaN(apart) ? Infinity : apart;
}

function planeOf(tensor: Tensor): Plane | undefined {
  if (!isComparableDtype(tensor.dtype)) return undefined;
  const dims = tensor.dims.length === 4 ? tensor.dims.slice(1) : tensor.dims;
  if (dims.length !== 3 || tensor.dims.includes(0)) return undefined;
  const [first = 0, second = 0, third = 0] = dims;
  // Without a batch, [1, length, size] is a sequence of one, not a gray picture.
  const channels = tensor.dims.length === 4 ? CHANNELS : COLOURS;
  const isFirst = channels.has(first) && Math.min(second, third) > 4;
  const isLast = channels.has(third) && Math.min(first, second) > 4;
  if (!isFirst && !isLast) return undefined;
  const values = numbersOf(tensor);
  return isFirst
    ? {
        channels: first,
        height: second,
        width: third,
        at: (channel, row, column) => values[(channel * second + row) * third + column] ?? 0,
      }
    : {
        channels: third,
        height: first,
        width: second,
        at: (channel, row, column) => values[(row * second + column) * third + channel] ?? 0,
      };
}

const COLOURS = new Set([3, 4]);
const CHANNELS = new Set([1, ...COLOURS]);

function levelsOf({ channels, height, width, at }: Plane): (value: number) => number {
  let [low, high] = [Infinity, -Infinity];
  for (let channel = 0; channel < Math.min(channels, 3); channel++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) {
        const value = at(channel, row, column);
        if (!Number.isFinite(value)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
  if (low >= 0 && high <= 1) return (value) => 255 * value;
  if (low >= 0 && high <= 255) return (value) => value;
  const range = high - low;
  return (value) => (range > 0 ? (255 * (value - low)) / range : 0);
}

function stepOf({ height, width }: Plane): number {
  return Math.max(1, Math.ceil(Math.max(height, width) / LONGEST));
}

function small(
  plane: Plane,
  colour: (row: number, column: number) => readonly [number, number, number],
): SmallPicture {
  const step = stepOf(plane);
  const [width, height] = [Math.ceil(plane.width / step), Math.ceil(plane.height / step)];
  const pixels = new Uint8Array(4 * width * height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [red, green, blue] = colour(row * step, column * step);
      // Rounded and cut to 0 … 255 by the array.
      pixels.set(Uint8ClampedArray.of(red, green, blue, 255), 4 * (row * width + column));
    }
  return { width, height, step, pixels };
}
