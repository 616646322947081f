import type { Content } from './bands.ts';
import { contentOf } from './bands.ts';
import type { Arrangement } from './layouts.ts';
import { planesOf } from './layouts.ts';
import type { Box, Flip, Planes } from './planes.ts';
import { areaOf, flipped, intersection, moved, reordered } from './planes.ts';
import type { Thumbnail } from './thumbnail.ts';
import { canvasThumbnail, contentThumbnail, correlation, flippedThumbnail } from './thumbnail.ts';
import { channelOrder, grayCorrelation, samplePoints } from './sampled.ts';
import type { Numbers } from './values.ts';

/** The deployed picture laid over the recorded one: its pixel (y, x) over (y + dy, x + dx). */
export interface Alignment {
  readonly arrangement: Arrangement;
  readonly flip: Flip;
  /** Channel i of the recorded side is channel `order[i]` of the deployed one. */
  readonly order: readonly number[];
  /** The deployed picture arranged, flipped and reordered. */
  readonly planes: Planes;
  readonly content: Content;
  readonly dy: number;
  readonly dx: number;
  /** Where both contents lie, in recorded rows and columns. */
  readonly overlap: Box;
  /** Of gray values there. */
  readonly correlation: number;
  /** Correlation of the contents, each stretched to one size. */
  readonly stretched: number;
}

export interface RecordedPicture {
  readonly planes: Planes;
  readonly content: Content;
  /** Largest finite |value|. */
  readonly largest: number;
}

interface Turned {
  readonly arrangement: Arrangement;
  readonly flip: Flip;
  readonly planes: Planes;
  readonly content: Content;
  readonly canvas: Thumbnail;
  readonly stretched: number;
}

const FLIPS: readonly Flip[] = [
  { vertical: false, horizontal: false },
  { vertical: false, horizontal: true },
  { vertical: true, horizontal: false },
  { vertical: true, horizontal: true },
];
const SIDE = 32;
const CELLS = 2000;
/** Alignments that are looked at closely. */
const MOST = 6;
/** From here on nothing better is looked for: the pictures lie over each other. */
const CERTAIN = 0.99999;

/** Ways to lay the two over each other, the likeliest first. */
export function alignments(
  data: Numbers,
  index: number,
  arrangements: readonly Arrangement[],
  recorded: RecordedPicture,
): Alignment[] {
  const cell = Math.max(1, Math.ceil(Math.sqrt((recorded.planes.height * recorded.planes.width) / CELLS)));
  const thumb = contentThumbnail(recorded.planes, recorded.content.box, SIDE);
  const found: Alignment[] = [];
  const turned: Turned[] = [];
  for (const arrangement of arrangements) {
    const planes = planesOf(data, arrangement.dims, arrangement.strides, index);
    const box = contentOf(planes).box;
    const content = contentThumbnail(planes, box, SIDE);
    const canvas = canvasThumbnail(planes, box, cell);
    for (const flip of FLIPS) {
      const view = flipped(planes, flip);
      const one: Turned = {
        arrangement,
        flip,
        planes: view,
        content: contentOf(view),
        canvas: flip.vertical || flip.horizontal ? canvasThumbnailOf(view, canvas, cell, flip) : canvas,
        stretched:
          content.height === thumb.height && content.width === thumb.width
            ? correlation(flippedThumbnail(content, flip), thumb, 0, 0, 1)
            : 0,
      };
      turned.push(one);
      const close = exactPlaces(one, recorded).map(([dy, dx]) => aligned(one, recorded, dy, dx));
      found.push(...close);
      if (close.some((alignment) => alignment.correlation > CERTAIN)) return ranked(found);
    }
  }
  const canvas = canvasThumbnail(recorded.planes, recorded.content.box, cell);
  const coarse = turned.map((one) => ({ one, ...coarsePlace(one.canvas, canvas) }));
  coarse.sort((a, b) => b.score - a.score);
  for (const { one, dy, dx } of coarse.slice(0, MOST)) {
    found.push(refined(one, recorded, dy * cell, dx * cell, cell));
  }
  return ranked(found);
}

/** A flipped canvas whose size is no multiple of the cell has other cells: it is averaged anew. */
function canvasThumbnailOf(view: Planes, canvas: Thumbnail, cell: number, flip: Flip): Thumbnail {
  const fits = view.height % cell === 0 && view.width % cell === 0;
  return fits ? flippedThumbnail(canvas, flip) : canvasThumbnail(view, contentOf(view).box, cell);
}

function ranked(found: readonly Alignment[]): Alignment[] {
  const places = new Map<string, Alignment>();
  for (const one of found) {
    const { arrangement, flip, dy, dx } = one;
    places.set(JSON.stringify([arrangement.axes, arrangement.relabelled, flip, dy, dx]), one);
  }
  return [...places.values()].sort((a, b) => scoreOf(b) - scoreOf(a)).slice(0, MOST);
}

/** What is moved more must fit better. */
function scoreOf({ arrangement, flip, dy, dx, correlation: same, stretched }: Alignment): number {
  const turns = (arrangement.relabelled ? 1 : 0) + (flip.vertical ? 1 : 0) + (flip.horizontal ? 1 : 0);
  const moves = dy === 0 && dx === 0 ? 0 : 1;
  return Math.max(same, stretched - 0.02) - 0.002 * (turns + moves);
}

/** Canvas over canvas, and contents over each other by each pair of corners. */
function exactPlaces({ planes, content }: Turned, recorded: RecordedPicture): [number, number][] {
  const a = content.box;
  const b = recorded.content.box;
  const rows = new Set([0, b.top - a.top, b.bottom - a.bottom]);
  const columns = new Set([0, b.left - a.left, b.right - a.right]);
  const centred: [number, number] = [
    Math.floor((recorded.planes.height - planes.height) / 2),
    Math.floor((recorded.planes.width - planes.width) / 2),
  ];
  return [...[...rows].flatMap((dy) => [...columns].map((dx): [number, number] => [dy, dx])), centred];
}

function coarsePlace(
  deployed: Thumbnail,
  recorded: Thumbnail,
): { readonly score: number; readonly dy: number; readonly dx: number } {
  const least = Math.max(4, 0.15 * Math.min(deployed.data.length, recorded.data.length));
  let best = { score: -1, dy: 0, dx: 0 };
  const rows = Math.ceil(Math.max(deployed.height, recorded.height) * 0.6);
  const columns = Math.ceil(Math.max(deployed.width, recorded.width) * 0.6);
  for (let dy = -rows; dy <= rows; dy++) {
    for (let dx = -columns; dx <= columns; dx++) {
      const score = correlation(deployed, recorded, dy, dx, least);
      if (score > best.score) best = { score, dy, dx };
    }
  }
  return best;
}

function refined(one: Turned, recorded: RecordedPicture, dy: number, dx: number, reach: number): Alignment {
  const points = samplePoints(recorded.content.box, 400);
  let best = { score: -Infinity, dy, dx };
  for (let y = dy - reach; y <= dy + reach; y++) {
    for (let x = dx - reach; x <= dx + reach; x++) {
      const score = grayCorrelation(one.planes, one.content.box, recorded.planes, points, y, x);
      if (score > best.score) best = { score, dy: y, dx: x };
    }
  }
  return aligned(one, recorded, best.dy, best.dx);
}

function aligned(one: Turned, recorded: RecordedPicture, dy: number, dx: number): Alignment {
  const overlap = intersection(recorded.content.box, moved(one.content.box, dy, dx));
  const points = samplePoints(overlap, 3000);
  const order = channelOrder(one.planes, recorded.planes, points, dy, dx);
  const enough = areaOf(overlap) >= 0.1 * areaOf(recorded.content.box);
  return {
    arrangement: one.arrangement,
    flip: one.flip,
    order: order.order,
    planes: reordered(one.planes, order.order),
    content: {
      box: one.content.box,
      pad: one.content.pad && order.order.map((channel) => one.content.pad?.[channel] ?? 0),
    },
    dy,
    dx,
    overlap,
    correlation: enough ? order.correlation : 0,
    stretched: one.stretched,
  };
}
