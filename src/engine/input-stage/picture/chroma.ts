/**
 * Y, Cb, Cr to RGB with libjpeg's "fancy" upsampling: a triangle filter that gives the nearer sample three quarters.
 * Formulas: libjpeg, jdsample.c (h2v1 and h2v2) and jdcolor.c; integer arithmetic as there, so that levels are equal.
 *
 * @param ycc three bytes a pixel in which subsampled colour is repeated; written over with RGB and returned.
 */
export function upsampled(
  ycc: Uint8Array,
  width: number,
  height: number,
  sampling: readonly (readonly [horizontal: number, vertical: number])[],
): Uint8Array {
  const [luma = [1, 1], blue = [1, 1], red = [1, 1]] = sampling;
  const halvedRows = luma[0] === 2 * blue[0] && luma[0] === 2 * red[0];
  const halvedColumns = luma[1] === 2 * blue[1] && luma[1] === 2 * red[1];
  const even = luma[1] === blue[1] && luma[1] === red[1];
  // libjpeg smooths no picture of fewer than three colour samples a row.
  const smooth = halvedRows && (halvedColumns || even) && width > 4;
  if (smooth) for (const channel of [1, 2]) smoothen(ycc, width, height, channel, halvedColumns ? 2 : 1);
  for (let at = 0; at < ycc.length; at += 3) toRgb(ycc, at);
  return ycc;
}

/** Samples stand at every second pixel of a row and every `step`-th row. */
function smoothen(ycc: Uint8Array, width: number, height: number, channel: number, step: 1 | 2): void {
  const columns = Math.ceil(width / 2);
  const rows = Math.ceil(height / step);
  const samples = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      samples[row * columns + column] = ycc[(row * step * width + column * 2) * 3 + channel] ?? 0;
    }
  }
  // Weights of a column are 4 in all for two halved axes, 1 for one: sums are in sixteenths or quarters.
  const shift = step === 2 ? 4 : 2;
  const [evenBias, oddBias] = step === 2 ? [8, 7] : [1, 2];
  const sums = new Int32Array(columns);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / step);
    const other = step === 1 ? row : Math.min(Math.max(y % 2 === 0 ? row - 1 : row + 1, 0), rows - 1);
    for (let column = 0; column < columns; column++) {
      const near = samples[row * columns + column] ?? 0;
      sums[column] = step === 1 ? near : 3 * near + (samples[other * columns + column] ?? 0);
    }
    for (let x = 0; x < width; x++) {
      const column = x >> 1;
      const here = sums[column] ?? 0;
      const beside = sums[Math.min(Math.max(x % 2 === 0 ? column - 1 : column + 1, 0), columns - 1)] ?? 0;
      ycc[(y * width + x) * 3 + channel] = (3 * here + beside + (x % 2 === 0 ? evenBias : oddBias)) >> shift;
    }
  }
}

/** ITU-R BT.601 in 16-bit fixed point, as libjpeg's tables are made. */
function toRgb(ycc: Uint8Array, at: number): void {
  const y = ycc[at] ?? 0;
  const blue = (ycc[at + 1] ?? 0) - 128;
  const red = (ycc[at + 2] ?? 0) - 128;
  ycc[at] = clamped(y + ((91881 * red + 32768) >> 16));
  ycc[at + 1] = clamped(y + ((-22554 * blue - 46802 * red + 32768) >> 16));
  ycc[at + 2] = clamped(y + ((116130 * blue + 32768) >> 16));
}

function clamped(level: number): number {
  return level < 0 ? 0 : level > 255 ? 255 : level;
}
