import { groupBy } from './csr.ts';
import type { Vertices } from './vertices.ts';

const SWEEPS = 4;

/** Vertices of each layer from left to right. */
export type Layers = readonly Int32Array[];

/** Order within layers by barycentres, swept down and up; the arrangement with the fewest crossings is kept. */
export function orderLayers(
  all: Vertices,
  layerCount: number,
  boxCount: number,
  order: Float64Array,
): Layers {
  const byRank = groupBy(all.rank, layerCount);
  let layers = Array.from({ length: layerCount }, (_, rank) => {
    const layer = byRank.item.slice(byRank.start[rank] ?? 0, byRank.start[rank + 1] ?? 0);
    // Trunks stand to the right of the boxes they pass, until barycentres say better.
    const key = (vertex: number): number => (vertex < boxCount ? 0 : 1);
    return layer.sort(
      (one, other) =>
        key(one) - key(other) ||
        (order[all.box[one] ?? 0] ?? 0) - (order[all.box[other] ?? 0] ?? 0) ||
        one - other,
    );
  });
  const position = new Float64Array(all.count);
  const number = (): void => {
    for (const layer of layers) for (let at = 0; at < layer.length; at++) position[layer[at] ?? 0] = at;
  };
  number();
  let best = layers.map((layer) => layer.slice());
  let fewest = crossings(all, layers, position);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    for (let step = 1; step < layerCount; step++) {
      arrange(all, layers[isDown ? step : layerCount - 1 - step] ?? new Int32Array(0), position, isDown);
    }
    const now = crossings(all, layers, position);
    if (now >= fewest) continue;
    fewest = now;
    best = layers.map((layer) => layer.slice());
  }
  layers = best;
  return layers;
}

function arrange(all: Vertices, layer: Int32Array, position: Float64Array, isDown: boolean): void {
  if (layer.length < 2) return;
  const { start, item } = isDown ? all.up : all.down;
  const ends = isDown ? all.upper : all.lower;
  const centre = new Map<number, number>();
  for (let at = 0; at < layer.length; at++) {
    const vertex = layer[at] ?? 0;
    const first = start[vertex] ?? 0;
    const last = start[vertex + 1] ?? 0;
    let sum = 0;
    for (let index = first; index < last; index++) sum += position[ends[item[index] ?? 0] ?? 0] ?? 0;
    centre.set(vertex, last > first ? sum / (last - first) : at);
  }
  layer.sort(
    (one, other) =>
      (centre.get(one) ?? 0) - (centre.get(other) ?? 0) || (position[one] ?? 0) - (position[other] ?? 0),
  );
  for (let at = 0; at < layer.length; at++) position[layer[at] ?? 0] = at;
}

/** Pairs of segments that cross, counted with a binary indexed tree over each pair of layers. */
export function crossings(all: Vertices, layers: Layers, position: Float64Array): number {
  let total = 0;
  for (let rank = 0; rank + 1 < layers.length; rank++) {
    const upper = layers[rank] ?? new Int32Array(0);
    const size = layers[rank + 1]?.length ?? 0;
    if (upper.length < 2 || size < 2) continue;
    const tree = new Int32Array(size + 1);
    let seen = 0;
    for (const vertex of upper) {
      const first = all.down.start[vertex] ?? 0;
      const last = all.down.start[vertex + 1] ?? 0;
      for (let index = first; index < last; index++) {
        const end = position[all.lower[all.down.item[index] ?? 0] ?? 0] ?? 0;
        let notRight = 0;
        for (let at = end + 1; at > 0; at -= at & -at) notRight += tree[at] ?? 0;
        total += seen - notRight;
      }
      for (let index = first; index < last; index++) {
        const end = position[all.lower[all.down.item[index] ?? 0] ?? 0] ?? 0;
        for (let at = end + 1; at <= size; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
        seen++;
      }
    }
  }
  return total;
}
