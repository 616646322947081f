import { convertIndexedToRgb, decode } from 'fast-png';
import type { DecodedPng } from 'fast-png';
import type { Picture } from './picture.ts';
import { checkInflation, pngParts } from './png-chunks.ts';
import { checkSize } from './refuse.ts';

export function isPng(bytes: Uint8Array): boolean {
  return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, at) => bytes[at] === byte);
}

/** Gray, palette and 16-bit files become 8-bit RGB as cv2.imread(IMREAD_COLOR) makes them: gray thrice, the upper byte. */
export function readPng(bytes: Uint8Array, name: string): Picture {
  const parts = pngParts(bytes, name);
  const { width, height } = parts;
  checkSize(name, width, height);
  checkInflation(parts, name);
  const decoded = decode(parts.bytes);
  return { name, format: 'png', width, height, rgb: rgbOf(decoded), orientation: 1 };
}

function rgbOf(png: DecodedPng): Uint8Array {
  const { width, height, channels, depth, data } = png;
  if (png.palette !== undefined) return convertIndexedToRgb(png);
  const rgb = new Uint8Array(width * height * 3);
  const level = depth < 8 ? packedGray(png) : depth === 16 ? (at: number) => (data[at] ?? 0) >> 8 : undefined;
  const colour = channels >= 3;
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const at = pixel * channels + (colour ? channel : 0);
      rgb[pixel * 3 + channel] = level === undefined ? (data[at] ?? 0) : level(at);
    }
  }
  return rgb;
}

/** Gray of 1, 2 or 4 bits: pixels packed from the upper bits on, each row in whole bytes. */
function packedGray({ width, depth, data }: DecodedPng): (pixel: number) => number {
  const rowBytes = Math.ceil((width * depth) / 8);
  const most = 2 ** depth - 1;
  return (pixel) => {
    const bit = (pixel % width) * depth;
    const byte = data[Math.floor(pixel / width) * rowBytes + (bit >> 3)] ?? 0;
    return ((byte >> (8 - depth - (bit & 7))) & most) * (255 / most);
  };
}
