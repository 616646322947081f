import type { InputFilter, PipelineSide } from '../../../shared/input-stage.ts';
import type { Content } from '../bands.ts';
import { contentOf } from '../bands.ts';
import { layoutName } from '../layouts.ts';
import type { Normalisation } from '../normalisations.ts';
import type { Picture } from '../picture/picture.ts';
import type { Planes } from '../planes.ts';
import { areaOf, sameBox, valueAt, wholeOf } from '../planes.ts';
import { resize } from '../resize/resize.ts';
import { samplePoints } from '../sampled.ts';
import { isWhole } from '../levels.ts';
import type { ValueFit } from './fit-values.ts';
import { fitValues, likeness } from './fit-values.ts';
import type { Geometry } from './geometry.ts';
import { coveredBy, geometries } from './geometry.ts';
import { grayed } from './grayed.ts';
import { oriented } from './oriented.ts';
import { clampedLevel, pixelsOf } from './predicted.ts';
import { alikeText, sideText } from './side-text.ts';

/** A pipeline that makes the tensor from the picture, and what it makes. */
export interface Reproduction {
  readonly side: PipelineSide;
  /** Levels of the tensor's canvas as they are reproduced, pads included: pixel by pixel, in the tensor's channels. */
  readonly levels: Float32Array;
  readonly normalisation: Normalisation;
}

interface Way {
  readonly geometry: Geometry;
  readonly filter: InputFilter | undefined;
  readonly orientation: number;
  readonly error: number;
}

/** The closest first. */
interface Ways {
  readonly fit: ValueFit;
  /** The tensor's values are whole levels. */
  readonly whole: boolean;
  readonly ways: readonly Way[];
}

/** The customary ones first: of filters that give the same picture the first is named. */
const FILTERS: readonly InputFilter[] = [
  'bilinear',
  'area',
  'nearest',
  'bicubic',
  'antialiased bilinear',
  'antialiased bicubic',
];
const POINTS = 500;
/** Ways that are reproduced in full. */
const CLOSEST = 4;
/** A reproduction that is off by more levels than this on average is none. */
const MOST_OFF = 3;
/** From here on other orientations than the picture's own are tried. */
const POOR = 12;
/** Likeness of a geometry that is looked at with every filter, below the best. */
const LIKE = 0.03;

/** Undefined where no customary pipeline makes anything like this tensor from the picture. */
export function reproduceSide(
  planes: Planes,
  dims: readonly number[],
  picture: Picture,
): Reproduction | undefined {
  if (planes.origins.length !== 3 && planes.origins.length !== 1) return undefined;
  const given = planes.origins.length === 1 ? grayed(picture) : picture;
  const content = contentOf(planes);
  const own = [...new Set([1, picture.orientation])];
  const ways = waysOf(planes, content, given, own);
  const poor = (ways?.ways[0]?.error ?? Infinity) > POOR;
  const found = poor ? waysOf(planes, content, given, [1, 2, 3, 4, 5, 6, 7, 8]) : ways;
  if (found === undefined) return undefined;
  const made = found.ways
    .slice(0, CLOSEST)
    .map((way) => reproduced(planes, content, dims, way, found, picture.orientation));
  const best = made.reduce<Reproduction | undefined>(
    (least, one) =>
      least === undefined || one.side.residualLevels.mean < least.side.residualLevels.mean * 0.9 - 1e-6
        ? one
        : least,
    undefined,
  );
  if (best === undefined || best.side.residualLevels.mean > MOST_OFF) return undefined;
  const alike = made.filter((one) => isAlike(one, best)).map(({ side }) => side);
  return { ...best, side: { ...best.side, text: `${best.side.text}${alikeText(best.side, alike)}` } };
}

/** The same picture made in another way: what cannot be told apart is said. */
function isAlike(one: Reproduction, best: Reproduction): boolean {
  return one !== best && one.side.residualLevels.mean <= best.side.residualLevels.mean + 1e-6;
}

function waysOf(
  planes: Planes,
  content: Content,
  picture: Picture,
  orientations: readonly number[],
): Ways | undefined {
  const turned = orientations.map((orientation) => ({ orientation, raster: oriented(picture, orientation) }));
  const list = (pad: readonly number[] | undefined): { geometry: Geometry; orientation: number }[] =>
    turned.flatMap(({ orientation, raster }) =>
      geometries(raster, planes, content, pad).map((geometry) => ({ geometry, orientation })),
    );
  const points = (geometry: Geometry): Int32Array => samplePoints(coveredBy(geometry, planes), POINTS);
  // The pad's level is known once the values are: what comes before is found without padding first.
  const liked = list(content.pad === undefined ? undefined : [127, 127, 127]).map((one) => {
    const { geometry } = one;
    const pixel = pixelsOf(geometry.source, ...geometry.size, smoothFilter(geometry));
    return { ...one, like: likeness(planes, points(geometry), geometry.at, pixel) };
  });
  liked.sort((a, b) => b.like - a.like);
  const best = liked.find(({ geometry }) => geometry.order !== 'pad-then-resize') ?? liked[0];
  if (best === undefined) return undefined;
  const fit = fitValues(
    planes,
    content.box,
    points(best.geometry),
    best.geometry.at,
    pixelsOf(best.geometry.source, ...best.geometry.size, smoothFilter(best.geometry)),
  );
  const whole = isWhole(planes, content.box, fit.normalisation);
  const pad = padLevels(content, fit);
  // The picture's channels: one that the tensor does not have is gray.
  const ordered = pad && [0, 1, 2].map((channel) => pad[Math.max(fit.order.indexOf(channel), 0)] ?? 0);
  const ways: Way[] = [];
  const most = liked[0]?.like ?? 0;
  const near = new Set(liked.filter(({ like }) => like > most - LIKE).map(({ geometry }) => keyOf(geometry)));
  for (const { geometry, orientation } of list(ordered)) {
    if (geometry.order !== 'pad-then-resize' && !near.has(keyOf(geometry))) continue;
    const filters = isResized(geometry) ? FILTERS : [undefined];
    for (const filter of filters) {
      const error = sampledError(planes, points(geometry), geometry, filter, fit, whole);
      ways.push({ geometry, filter, orientation, error });
    }
  }
  // Ways that make the same picture stay in the order in which they are customary.
  const rough = ({ error }: Way): number => Math.round(error * 1000);
  ways.sort((a, b) => rough(a) - rough(b));
  return { fit, whole, ways };
}

function keyOf({ size, at, order }: Geometry): string {
  return JSON.stringify([size, at, order === 'pad-then-resize']);
}

function isResized({ source, size }: Geometry): boolean {
  return source.height !== size[0] || source.width !== size[1];
}

function smoothFilter(geometry: Geometry): InputFilter | undefined {
  if (!isResized(geometry)) return undefined;
  return geometry.size[0] < geometry.source.height ? 'area' : 'bilinear';
}

function padLevels(content: Content, { normalisation }: ValueFit): readonly number[] | undefined {
  return content.pad?.map(
    (value, channel) =>
      Math.round(((value - (normalisation.bias[channel] ?? 0)) / (normalisation.gain[channel] ?? 1)) * 100) /
      100,
  );
}

function sampledError(
  planes: Planes,
  points: Int32Array,
  { source, size, at }: Geometry,
  filter: InputFilter | undefined,
  { order, normalisation }: ValueFit,
  whole: boolean,
): number {
  const pixel = pixelsOf(source, ...size, filter);
  let sum = 0;
  for (let index = 0; index < points.length; index += 2) {
    const y = points[index] ?? 0;
    const x = points[index + 1] ?? 0;
    order.forEach((rgb, channel) => {
      const level = pixel(y - at[0], x - at[1], rgb);
      const value = valueAt(planes, channel, y, x);
      const fed = (value - (normalisation.bias[channel] ?? 0)) / (normalisation.gain[channel] ?? 1);
      sum += Math.abs(fed - (whole ? clampedLevel(level) : level));
    });
  }
  return points.length === 0 ? Infinity : (2 * sum) / (order.length * points.length);
}

function reproduced(
  planes: Planes,
  content: Content,
  dims: readonly number[],
  { geometry, filter, orientation }: Way,
  { fit, whole }: Pick<Ways, 'fit' | 'whole'>,
  tag: number,
): Reproduction {
  const { order, normalisation } = fit;
  const { source, size, at } = geometry;
  const floats = whole || filter === undefined ? source : { ...source, data: Float32Array.from(source.data) };
  const made = filter === undefined ? source : resize(floats, size[0], size[1], filter);
  const box = coveredBy(geometry, planes);
  const pad = padLevels(content, fit);
  const channels = order.length;
  const levels = new Float32Array(planes.height * planes.width * channels);
  let max = 0;
  let sum = 0;
  let off = 0;
  for (let y = 0; y < planes.height; y++) {
    for (let x = 0; x < planes.width; x++) {
      const inside = y >= box.top && y < box.bottom && x >= box.left && x < box.right;
      for (let channel = 0; channel < channels; channel++) {
        const from = ((y - at[0]) * made.width + x - at[1]) * 3 + (order[channel] ?? 0);
        const level = inside ? (made.data[from] ?? 0) : (pad?.[channel] ?? 0);
        levels[(y * planes.width + x) * channels + channel] = level;
        if (!inside) continue;
        const value = valueAt(planes, channel, y, x);
        const d = Math.abs(
          (value - (normalisation.bias[channel] ?? 0)) / (normalisation.gain[channel] ?? 1) - level,
        );
        if (d > max) max = d;
        sum += d;
        if (d > 0.5) off++;
      }
    }
  }
  const count = Math.max(areaOf(box) * channels, 1);
  const padded = geometry.order === 'pad-then-resize' || !sameBox(box, wholeOf(planes));
  const facts: Omit<PipelineSide, 'text'> = {
    channelOrder: channels === 1 ? 'gray' : order[0] === 0 ? 'RGB' : 'BGR',
    orientation,
    order: geometry.order,
    filter,
    rounding: filter === undefined ? undefined : whole ? 'uint8' : 'float',
    size: geometry.pictureSize,
    sizeRule: geometry.sizeRule,
    pads: geometry.pads,
    padUnit: geometry.padUnit,
    padValue: padded ? pad : undefined,
    normalisation: {
      name: normalisation.name,
      scale: normalisation.scale,
      mean: normalisation.mean,
      std: normalisation.std,
    },
    layout: layoutName(dims),
    residualLevels: { max: Math.round(max * 1000) / 1000, mean: sum / count, share: off / count },
  };
  return { side: { text: sideText(facts, tag), ...facts }, levels, normalisation };
}
