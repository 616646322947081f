import type { Picture } from '../picture/picture.ts';

/**
 * The picture in gray, its one channel thrice. Formula: OpenCV's COLOR_RGB2GRAY of bytes, 0.299, 0.587 and 0.114 (ITU-R
 * BT.601) in parts of 2¹⁵, rounded.
 */
export function grayed(picture: Picture): Picture {
  const rgb = new Uint8Array(picture.rgb.length);
  for (let at = 0; at < rgb.length; at += 3) {
    const [red = 0, green = 0, blue = 0] = picture.rgb.subarray(at, at + 3);
    const level = (red * 9798 + green * 19235 + blue * 3735 + 16384) >> 15;
    rgb.fill(level, at, at + 3);
  }
  return { ...picture, rgb };
}
