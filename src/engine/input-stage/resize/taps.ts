/** Where one axis is resampled: output `i` is the weighted sum of source pixels `index[i · count + k]`. */
export interface Taps {
  readonly length: number;
  /** Source pixels for one output pixel; unused ones weigh 0. */
  readonly count: number;
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

/** Source pixels an output pixel, rounded twice as OpenCV does it: where a product is whole, that decides the pixel. */
export function scaleOf(source: number, length: number): number {
  return 1 / (length / source);
}

/** @param at weights of one output pixel as pairs of source index (kept inside the axis) and weight. */
export function makeTaps(
  source: number,
  length: number,
  count: number,
  at: (output: number) => readonly (readonly [index: number, weight: number])[],
): Taps {
  const index = new Int32Array(length * count);
  const weight = new Float64Array(length * count);
  for (let output = 0; output < length; output++) {
    at(output).forEach(([pixel, share], tap) => {
      index[output * count + tap] = Math.min(Math.max(pixel, 0), source - 1);
      weight[output * count + tap] = share;
    });
  }
  return { length, count, index, weight };
}
