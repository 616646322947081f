import type { PipelineSide } from '../../../shared/input-stage.ts';
import type { Content } from '../bands.ts';
import type { Box, Planes } from '../planes.ts';
import { heightOf, widthOf } from '../planes.ts';
import type { Raster } from '../resize/raster.ts';

/** One way to put a picture into the canvas of a tensor: `source` resized to `size`, its first pixel at `at`. */
export interface Geometry {
  readonly order: PipelineSide['order'];
  /** Padded already where that comes first. */
  readonly source: Raster;
  readonly size: readonly [height: number, width: number];
  /** Negative where the picture is cut. */
  readonly at: readonly [top: number, left: number];
  readonly sizeRule: PipelineSide['sizeRule'];
  readonly pads: PipelineSide['pads'];
  readonly padUnit: PipelineSide['padUnit'];
  /** Height and width of the picture alone. */
  readonly pictureSize: readonly [height: number, width: number];
}

type Size = readonly [height: number, width: number];
type Rule = 'truncated' | 'rounded' | 'rounded up';

const RULES: Readonly<Record<Rule, (value: number) => number>> = {
  truncated: Math.trunc,
  rounded: Math.round,
  'rounded up': (value) => Math.ceil(value - 1e-9),
};
/** Lengths of the short side before a centre crop, for crops of any size and the customary ones. */
const SHORT_SIDES = [232, 236, 248, 256, 288, 320, 342, 384, 438, 480];
const CROP_SHARES = [1, 0.875, 0.95, 0.9];

/**
 * Every customary way to fit the picture into the tensor's canvas that leaves its constant borders outside.
 * @param pad colour in 8-bit levels with which the picture is padded where that comes first; undefined for none.
 */
export function geometries(
  picture: Raster,
  canvas: Planes,
  content: Content,
  pad: readonly number[] | undefined,
): Geometry[] {
  const found = [
    ...stretched(picture, canvas),
    ...resizedThenPadded(picture, canvas, content.box),
    ...paddedThenResized(picture, canvas, pad),
    ...cropped(picture, canvas),
  ];
  const seen = new Set<string>();
  return found.filter((one) => {
    const key = JSON.stringify([one.order === 'pad-then-resize', one.size, one.at, one.pads]);
    if (seen.has(key) || !covers(one, content.box, canvas)) return false;
    seen.add(key);
    return true;
  });
}

/** Part of the canvas that the resized source covers. */
export function coveredBy({ size, at }: Geometry, canvas: Planes): Box {
  return {
    top: Math.max(at[0], 0),
    left: Math.max(at[1], 0),
    bottom: Math.min(at[0] + size[0], canvas.height),
    right: Math.min(at[1] + size[1], canvas.width),
  };
}

function covers(geometry: Geometry, content: Box, canvas: Planes): boolean {
  const box = coveredBy(geometry, canvas);
  return (
    box.top <= content.top &&
    box.bottom >= content.bottom &&
    box.left <= content.left &&
    box.right >= content.right
  );
}

function placed(
  source: Raster,
  canvas: Planes,
  size: Size,
  at: readonly [number, number],
  sizeRule: PipelineSide['sizeRule'],
): Geometry {
  const pads = {
    top: at[0],
    bottom: canvas.height - at[0] - size[0],
    left: at[1],
    right: canvas.width - at[1] - size[1],
  };
  const resized = size[0] !== source.height || size[1] !== source.width;
  const padded = Object.values(pads).some((one) => one > 0);
  const cut = Object.values(pads).some((one) => one < 0);
  const order = padded
    ? resized
      ? 'resize-then-pad'
      : 'pad'
    : cut
      ? resized
        ? 'resize-then-crop'
        : 'crop'
      : resized
        ? 'resize'
        : 'none';
  return { order, source, size, at, sizeRule, pads, padUnit: 'tensor', pictureSize: size };
}

function stretched(picture: Raster, canvas: Planes): Geometry[] {
  return [placed(picture, canvas, [canvas.height, canvas.width], [0, 0], undefined)];
}

function resizedThenPadded(picture: Raster, canvas: Planes, content: Box): Geometry[] {
  const ratio = Math.min(canvas.height / picture.height, canvas.width / picture.width);
  const sizes = new Map<string, readonly [Size, PipelineSide['sizeRule']]>();
  const exact: Size = [picture.height * ratio, picture.width * ratio];
  for (const rule of Object.keys(RULES) as Rule[]) {
    const size = exact.map((length) => RULES[rule](Math.round(length * 1e9) / 1e9)) as [number, number];
    const alike = [Math.trunc, Math.round].every((by) =>
      exact.every((length, axis) => by(Math.round(length * 1e9) / 1e9) === size[axis]),
    );
    if (!sizes.has(size.join())) sizes.set(size.join(), [size, alike ? undefined : rule]);
  }
  const seen: Size = [heightOf(content), widthOf(content)];
  const near = seen.every((length, axis) => Math.abs(length - (exact[axis] ?? 0)) <= 2);
  if (near && !sizes.has(seen.join())) sizes.set(seen.join(), [seen, undefined]);
  // The picture may also be left as it is.
  if (picture.height <= canvas.height && picture.width <= canvas.width) {
    sizes.set([picture.height, picture.width].join(), [[picture.height, picture.width], undefined]);
  }
  return [...sizes.values()].flatMap(([size, rule]) =>
    placesOf(size, canvas, content).map((at) => placed(picture, canvas, size, at, rule)),
  );
}

/** Centred (the odd pixel after or before; mmyolo's rounding), in the corner, and where it is seen. */
function placesOf(size: Size, canvas: Planes, content: Box): (readonly [number, number])[] {
  const free: Size = [canvas.height - size[0], canvas.width - size[1]];
  if (free[0] < 0 || free[1] < 0) return [];
  const halves = (by: (half: number) => number): readonly [number, number] => [
    by(free[0] / 2),
    by(free[1] / 2),
  ];
  return [
    halves(Math.floor),
    halves(Math.ceil),
    [0, 0],
    free,
    [content.top, content.left],
    [Math.max(content.bottom - size[0], 0), Math.max(content.right - size[1], 0)],
  ];
}

function paddedThenResized(picture: Raster, canvas: Planes, pad: readonly number[] | undefined): Geometry[] {
  if (pad === undefined) return [];
  // The padded picture has the sides of the canvas: a square for a square one.
  const ratio = Math.max(picture.height / canvas.height, picture.width / canvas.width);
  const height = Math.max(picture.height, Math.round(canvas.height * ratio));
  const width = Math.max(picture.width, Math.round(canvas.width * ratio));
  const free: Size = [height - picture.height, width - picture.width];
  if (free[0] === 0 && free[1] === 0) return [];
  if (height === canvas.height && width === canvas.width) return [];
  const corners: Size[] = [
    [Math.floor(free[0] / 2), Math.floor(free[1] / 2)],
    [Math.ceil(free[0] / 2), Math.ceil(free[1] / 2)],
    [0, 0],
  ];
  return corners.map(([top, left]) => ({
    order: 'pad-then-resize',
    source: padded(picture, height, width, top, left, pad),
    size: [canvas.height, canvas.width],
    at: [0, 0],
    sizeRule: undefined,
    pads: { top, bottom: free[0] - top, left, right: free[1] - left },
    padUnit: 'picture',
    pictureSize: [Math.round(picture.height / ratio), Math.round(picture.width / ratio)],
  }));
}

function padded(
  picture: Raster,
  height: number,
  width: number,
  top: number,
  left: number,
  pad: readonly number[],
): Raster {
  const { channels } = picture;
  const data = new Uint8Array(height * width * channels);
  for (let at = 0; at < data.length; at++) data[at] = Math.round(pad[at % channels] ?? 0);
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * picture.width * channels, (y + 1) * picture.width * channels);
    data.set(row, ((y + top) * width + left) * channels);
  }
  return { width, height, channels, data };
}

function cropped(picture: Raster, canvas: Planes): Geometry[] {
  const short = Math.min(picture.height, picture.width);
  const shortCanvas = Math.max(canvas.height, canvas.width);
  const lengths = new Set([
    ...CROP_SHARES.flatMap((share) => [Math.round(shortCanvas / share), Math.floor(shortCanvas / share)]),
    ...SHORT_SIDES,
    short,
  ]);
  return [...lengths].flatMap((length) =>
    (['truncated', 'rounded'] as const).flatMap((rule) => {
      const size: Size = [
        RULES[rule]((picture.height * length) / short),
        RULES[rule]((picture.width * length) / short),
      ];
      const free: Size = [canvas.height - size[0], canvas.width - size[1]];
      if (free[0] > 0 || free[1] > 0 || (free[0] === 0 && free[1] === 0)) return [];
      // torchvision rounds the half, ties to even; others cut it off.
      const halves = [Math.ceil, Math.floor].map((by): Size => [by(free[0] / 2), by(free[1] / 2)]);
      return halves.map((at) => placed(picture, canvas, size, at, undefined));
    }),
  );
}
