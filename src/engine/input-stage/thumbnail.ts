import type { Box, Planes } from './planes.ts';
import { heightOf, valueAt, widthOf } from './planes.ts';

/** A small gray picture: channels and pixels averaged. NaN where nothing of the content lies. */
export interface Thumbnail {
  readonly height: number;
  readonly width: number;
  readonly data: Float64Array;
}

/** The content alone, stretched to `side` × `side`. */
export function contentThumbnail(planes: Planes, box: Box, side: number): Thumbnail {
  const height = Math.min(side, heightOf(box));
  const width = Math.min(side, widthOf(box));
  return averaged(
    planes,
    box,
    height,
    width,
    (y) => Math.floor(((y - box.top) * height) / heightOf(box)),
    (x) => Math.floor(((x - box.left) * width) / widthOf(box)),
  );
}

/** The whole canvas in cells of `cell` × `cell` pixels, of which only those of the content count. */
export function canvasThumbnail(planes: Planes, box: Box, cell: number): Thumbnail {
  return averaged(
    planes,
    box,
    Math.ceil(planes.height / cell),
    Math.ceil(planes.width / cell),
    (y) => Math.floor(y / cell),
    (x) => Math.floor(x / cell),
  );
}

/** Correlation of the overlap of two thumbnails, the first moved by (dy, dx); 0 where too little overlaps. */
export function correlation(a: Thumbnail, b: Thumbnail, dy: number, dx: number, least: number): number {
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let y = Math.max(0, dy); y < Math.min(b.height, a.height + dy); y++) {
    for (let x = Math.max(0, dx); x < Math.min(b.width, a.width + dx); x++) {
      const p = a.data[(y - dy) * a.width + x - dx] ?? NaN;
      const q = b.data[y * b.width + x] ?? NaN;
      if (!Number.isFinite(p) || !Number.isFinite(q)) continue;
      count++;
      sumA += p;
      sumB += q;
      aa += p * p;
      bb += q * q;
      ab += p * q;
    }
  }
  if (count < least) return 0;
  const spread = (aa - (sumA * sumA) / count) * (bb - (sumB * sumB) / count);
  return spread <= 0 ? 0 : (ab - (sumA * sumB) / count) / Math.sqrt(spread);
}

export function flippedThumbnail(
  { height, width, data }: Thumbnail,
  flip: { readonly vertical: boolean; readonly horizontal: boolean },
): Thumbnail {
  const turned = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (flip.vertical ? height - 1 - y : y) * width + (flip.horizontal ? width - 1 - x : x);
      turned[y * width + x] = data[from] ?? NaN;
    }
  }
  return { height, width, data: turned };
}

function averaged(
  planes: Planes,
  box: Box,
  height: number,
  width: number,
  rowOf: (y: number) => number,
  columnOf: (x: number) => number,
): Thumbnail {
  const data = new Float64Array(height * width);
  const counts = new Float64Array(height * width);
  const columns = Int32Array.from({ length: planes.width }, (_, x) => columnOf(x));
  for (let channel = 0; channel < planes.origins.length; channel++) {
    for (let y = box.top; y < box.bottom; y++) {
      const start = rowOf(y) * width;
      for (let x = box.left; x < box.right; x++) {
        const at = start + (columns[x] ?? 0);
        data[at] = (data[at] ?? 0) + valueAt(planes, channel, y, x);
        counts[at] = (counts[at] ?? 0) + 1;
      }
    }
  }
  for (let at = 0; at < data.length; at++) data[at] = (data[at] ?? 0) / (counts[at] ?? 0);
  return { height, width, data };
}
