import type { Picture } from '../picture/picture.ts';
import type { Raster } from '../resize/raster.ts';

/**
 * The picture as an EXIF orientation asks for it to be shown. Source: Exif 2.32, 4.6.4.A, tag 0x0112: which side of the
 * stored picture is row 0 and column 0 of the shown one.
 */
export function oriented(picture: Picture, orientation: number): Raster {
  const { width, height, rgb } = picture;
  if (orientation === 1) return { width, height, channels: 3, data: rgb };
  const turned = orientation >= 5;
  const mirrored = orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8;
  const upended = orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7;
  const [shownWidth, shownHeight] = turned ? [height, width] : [width, height];
  const data = new Uint8Array(rgb.length);
  for (let y = 0; y < shownHeight; y++) {
    for (let x = 0; x < shownWidth; x++) {
      const [across, down] = turned ? [y, x] : [x, y];
      const sourceX = mirrored ? width - 1 - across : across;
      const sourceY = upended ? height - 1 - down : down;
      const from = (sourceY * width + sourceX) * 3;
      const to = (y * shownWidth + x) * 3;
      data[to] = rgb[from] ?? 0;
      data[to + 1] = rgb[from + 1] ?? 0;
      data[to + 2] = rgb[from + 2] ?? 0;
    }
  }
  return { width: shownWidth, height: shownHeight, channels: 3, data };
}
