import { spread } from './isotonic.ts';
import type { LayeredInput } from './layered-input.ts';
import type { Layers } from './order.ts';
import { straighten } from './straighten.ts';
import type { Vertices } from './vertices.ts';

const SWEEPS = 6;
/** A trunk that has been straightened may make room for its neighbour. */
const PASSES = 2;
/** Free px between two boxes, between a box and a bend, between two bends. */
const BOX_GAP = 28;
const MIXED_GAP = 18;
const BEND_GAP = 12;
/** Boxes up to this width are dots, and stand as close as bends do. */
const DOT = 24;
/** Trunks are straight before all; a box stands under its neighbours, and hardly cares about bends. */
const STRAIGHT = 8;
const LOOSE = 0.001;
const BEND_TO_BOX = 0.5;
/** Where there is no room for both, a trunk makes way for a box. */
const FIRM = 1000;

/** @returns the middle of each vertex. */
export function placeX(input: LayeredInput, all: Vertices, layers: Layers): Float64Array {
  const boxes = input.count;
  const x = new Float64Array(all.count);
  const widest = layers.reduce((most, layer) => Math.max(most, layer.length), 0);
  const wanted = new Float64Array(widest);
  const weight = new Float64Array(widest);
  const gap = new Float64Array(widest);
  const result = new Float64Array(widest);
  const half = (vertex: number): number => (vertex < boxes ? (input.width[vertex] ?? 0) / 2 : 0);
  const gapOf = (one: number, other: number): number => {
    const bends = (half(one) > DOT / 2 ? 0 : 1) + (half(other) > DOT / 2 ? 0 : 1);
    return half(one) + half(other) + (bends === 0 ? BOX_GAP : bends === 1 ? MIXED_GAP : BEND_GAP);
  };
  const gaps = (layer: Int32Array): void => {
    for (let at = 0; at + 1 < layer.length; at++) gap[at] = gapOf(layer[at] ?? 0, layer[at + 1] ?? 0);
  };
  for (const layer of layers) {
    gaps(layer);
    let at = 0;
    layer.forEach((vertex, index) => {
      x[vertex] = at;
      at += gap[index] ?? 0;
    });
    const middle = layer.length === 0 ? 0 : (x[layer[layer.length - 1] ?? 0] ?? 0) / 2;
    for (const vertex of layer) x[vertex] = (x[vertex] ?? 0) - middle;
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (let step = 0; step < layers.length; step++) {
      const layer = layers[isDown ? step : layers.length - 1 - step] ?? new Int32Array(0);
      gaps(layer);
      for (let at = 0; at < layer.length; at++) {
        const vertex = layer[at] ?? 0;
        const [place, certainty] = wish(all, boxes, x, vertex, isDown);
        wanted[at] = place;
        weight[at] = certainty;
      }
      spread(wanted, weight, gap, layer.length, result);
      for (let at = 0; at < layer.length; at++) x[layer[at] ?? 0] = result[at] ?? 0;
    }
  }
  for (let pass = 0; pass < PASSES; pass++) straighten(all, layers, x, gapOf);
  return x;
}

/** Where a vertex would like to stand because of its neighbours in the layer before, and how much. */
function wish(
  all: Vertices,
  boxes: number,
  x: Float64Array,
  vertex: number,
  isDown: boolean,
): readonly [number, number] {
  const { start, item } = isDown ? all.up : all.down;
  const ends = isDown ? all.upper : all.lower;
  const isBend = vertex >= boxes;
  let sum = 0;
  let total = 0;
  for (let index = start[vertex] ?? 0; index < (start[vertex + 1] ?? 0); index++) {
    const segment = item[index] ?? 0;
    const other = ends[segment] ?? 0;
    const shift = ((all.fromDx[segment] ?? 0) - (all.toDx[segment] ?? 0)) * (isDown ? 1 : -1);
    const pull = other >= boxes ? (isBend ? STRAIGHT : LOOSE) : isBend ? BEND_TO_BOX : 1;
    sum += pull * ((x[other] ?? 0) + shift);
    total += pull;
  }
  return total === 0 ? [x[vertex] ?? 0, 0.01] : [sum / total, isBend ? total : total * FIRM];
}
