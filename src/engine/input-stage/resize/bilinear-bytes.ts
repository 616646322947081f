import type { Taps } from './taps.ts';

/** Weights of OpenCV's resize of bytes: parts of 2¹¹. */
const UNIT = 2048;

/**
 * Bilinear resizing of bytes in OpenCV's fixed point, level for level: weights of 11 bits, sums across kept in 19 bits,
 * four of which are cut off before they are weighed down. Formula: resize.cpp, HResizeLinear and VResizeLinear<uchar>.
 */
export function bilinearBytes(
  data: Uint8Array,
  width: number,
  channels: number,
  across: Taps,
  down: Taps,
): Uint8Array {
  const wide = across.length * channels;
  const result = new Uint8Array(down.length * wide);
  const rows = [new Int32Array(wide), new Int32Array(wide)] as const;
  const held = [-1, -1];
  const acrossWeights = Int32Array.from(across.weight, fixed);
  for (let y = 0; y < down.length; y++) {
    for (const tap of [0, 1] as const) {
      const source = down.index[2 * y + tap] ?? 0;
      if (held[tap] === source) continue;
      held[tap] = source;
      sumAcross(data, source * width, channels, across, acrossWeights, rows[tap]);
    }
    const upper = fixed(down.weight[2 * y] ?? 0);
    const lower = fixed(down.weight[2 * y + 1] ?? 0);
    for (let at = 0; at < wide; at++) {
      const sum = ((upper * ((rows[0][at] ?? 0) >> 4)) >> 16) + ((lower * ((rows[1][at] ?? 0) >> 4)) >> 16);
      result[y * wide + at] = (sum + 2) >> 2;
    }
  }
  return result;
}

function sumAcross(
  data: Uint8Array,
  rowStart: number,
  channels: number,
  { length, index }: Taps,
  weights: Int32Array,
  row: Int32Array,
): void {
  for (let x = 0; x < length; x++) {
    const left = (rowStart + (index[2 * x] ?? 0)) * channels;
    const right = (rowStart + (index[2 * x + 1] ?? 0)) * channels;
    for (let channel = 0; channel < channels; channel++) {
      row[x * channels + channel] =
        (data[left + channel] ?? 0) * (weights[2 * x] ?? 0) +
        (data[right + channel] ?? 0) * (weights[2 * x + 1] ?? 0);
    }
  }
}

/** To nearest, ties to even, as saturate_cast does. */
function fixed(weight: number): number {
  const scaled = Math.fround(weight) * UNIT;
  const near = Math.round(scaled);
  return near - scaled === 0.5 && near % 2 !== 0 ? near - 1 : near;
}
