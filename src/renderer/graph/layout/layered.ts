import { EDGE, ROLE } from './layered-input.ts';
import type { Layered, LayeredInput } from './layered-input.ts';
import { orderLayers } from './order.ts';
import type { Layers } from './order.ts';
import { placeX } from './place.ts';
import { ranks } from './ranks.ts';
import type { Ranks } from './ranks.ts';
import { vertices } from './vertices.ts';
import type { Vertices } from './vertices.ts';

/** Free px between two rows: more where an edge has far to go sideways, or where a stub wants its label. */
const ROW_GAP = 26;
const WIDEST_GAP = 72;
const SLOPE = 0.08;
const STUB_GAP = 20;
/** A box much lower than its row stands at the top of it, a constant always at the bottom, near its reader. */
const MUCH_LOWER = 2.5;

interface Rows {
  readonly top: Float32Array;
  readonly bottom: Float32Array;
}

/** Boxes in layers from top to bottom. Nothing recurses: the depth of a graph costs no stack. */
export function layered(input: LayeredInput): Layered {
  const found = ranks(input);
  const all = vertices(input, found);
  const layers = orderLayers(all, found.count, input.count, input.order);
  const middle = placeX(input, all, layers);
  const rows = placeRows(input, found, all, layers, middle);
  return {
    ...boxes(input, found, rows, middle),
    ...routes(input, found, all, rows, middle),
    kind: found.kind,
  };
}

function placeRows(
  input: LayeredInput,
  { rank, kind, count }: Ranks,
  all: Vertices,
  layers: Layers,
  middle: Float64Array,
): Rows {
  const extra = new Float32Array(count + 1);
  const sideways = new Float32Array(count + 1);
  for (let edge = 0; edge < kind.length; edge++) {
    if (kind[edge] !== EDGE.stub) continue;
    extra[rank[input.to[edge] ?? 0] ?? 0] = STUB_GAP;
    extra[(rank[input.from[edge] ?? 0] ?? 0) + 1] = STUB_GAP;
  }
  all.lower.forEach((lower, segment) => {
    const way = Math.abs((middle[lower] ?? 0) - (middle[all.upper[segment] ?? 0] ?? 0));
    const row = all.rank[lower] ?? 0;
    sideways[row] = Math.max(sideways[row] ?? 0, way);
  });
  const top = new Float32Array(count);
  const bottom = new Float32Array(count);
  let y = extra[0] ?? 0;
  layers.forEach((layer, row) => {
    let height = 0;
    for (const vertex of layer)
      height = Math.max(height, vertex < input.count ? (input.height[vertex] ?? 0) : 0);
    if (row > 0) y += Math.min(WIDEST_GAP, ROW_GAP + SLOPE * (sideways[row] ?? 0)) + (extra[row] ?? 0);
    top[row] = y;
    bottom[row] = y += height;
  });
  return { top, bottom };
}

function boxes(
  input: LayeredInput,
  { rank, count }: Ranks,
  rows: Rows,
  middle: Float64Array,
): Pick<Layered, 'x' | 'y' | 'width' | 'height'> {
  const x = new Float32Array(input.count);
  const y = new Float32Array(input.count);
  let left = Infinity;
  let right = -Infinity;
  for (const one of middle.subarray(input.count)) {
    left = Math.min(left, one);
    right = Math.max(right, one);
  }
  for (let box = 0; box < input.count; box++) {
    const half = (input.width[box] ?? 0) / 2;
    left = Math.min(left, (middle[box] ?? 0) - half);
    right = Math.max(right, (middle[box] ?? 0) + half);
  }
  if (left > right) left = right = 0;
  for (let vertex = 0; vertex < middle.length; vertex++) middle[vertex] = (middle[vertex] ?? 0) - left;
  for (let box = 0; box < input.count; box++) {
    const row = rank[box] ?? 0;
    const top = rows.top[row] ?? 0;
    const free = (rows.bottom[row] ?? 0) - top - (input.height[box] ?? 0);
    const isLow = free > (MUCH_LOWER - 1) * (input.height[box] ?? 0);
    x[box] = (middle[box] ?? 0) - (input.width[box] ?? 0) / 2;
    const share = input.role[box] === ROLE.constant ? 1 : isLow ? 0 : 0.5;
    y[box] = top + free * share;
  }
  return { x, y, width: right - left, height: rows.bottom[count - 1] ?? 0 };
}

function routes(
  input: LayeredInput,
  { rank, kind }: Ranks,
  all: Vertices,
  rows: Rows,
  middle: Float64Array,
): Pick<Layered, 'routeStart' | 'routeX' | 'routeTop' | 'routeBottom'> {
  const routeStart = new Int32Array(kind.length + 1);
  const x: number[] = [];
  const top: number[] = [];
  const bottom: number[] = [];
  for (let edge = 0; edge < kind.length; edge++) {
    if (kind[edge] === EDGE.routed) {
      const maker = input.from[edge] ?? 0;
      const reader = input.to[edge] ?? 0;
      const first = rank[maker] ?? 0;
      const last = rank[reader] ?? 0;
      for (let row = first; row <= last; row++) {
        const vertex =
          row === first ? maker : row === last ? reader : (all.trunk[maker] ?? 0) + row - first - 1;
        const shift = row === first ? input.fromDx[edge] : row === last ? input.toDx[edge] : 0;
        x.push((middle[vertex] ?? 0) + (shift ?? 0));
        top.push(rows.top[row] ?? 0);
        bottom.push(rows.bottom[row] ?? 0);
      }
    }
    routeStart[edge + 1] = x.length;
  }
  return {
    routeStart,
    routeX: Float32Array.from(x),
    routeTop: Float32Array.from(top),
    routeBottom: Float32Array.from(bottom),
  };
}
