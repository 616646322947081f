/** Pixels row by row, the channels of a pixel side by side. Values are 8-bit levels, or floats on the same scale. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array | Float32Array;
}
