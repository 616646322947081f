import { decode } from 'jpeg-js';
import { jpegHeader } from './jpeg-header.ts';
import { upsampled } from './chroma.ts';
import type { Picture } from './picture.ts';
import { checkSize } from './refuse.ts';

/** Blocks of coefficients and pixels of the largest picture that is read. */
const MOST_MEBIBYTES = 1024;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8;
}

/**
 * Subsampled colour is enlarged and turned to RGB as libjpeg does it (OpenCV and PIL use that), because the decoder
 * repeats each colour sample, which differs by tens of levels at coloured edges. What is left is one level a
 * component between the inverse transforms: at most three in a colour.
 */
export function readJpeg(bytes: Uint8Array, name: string): Picture {
  const header = jpegHeader(bytes, name);
  const { width, height, sampling, orientation } = header;
  checkSize(name, width, height);
  const luminance = sampling.length === 3 && header.adobeTransform !== 0;
  const decoded = decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: Math.ceil((width * height) / 1e6) + 1,
    maxMemoryUsageInMB: MOST_MEBIBYTES,
    ...(luminance ? { colorTransform: false } : {}),
  });
  const rgb = luminance ? upsampled(decoded.data, width, height, sampling) : decoded.data;
  return { name, format: 'jpeg', width, height, rgb, orientation };
}
