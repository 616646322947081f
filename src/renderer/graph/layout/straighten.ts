import type { Layers } from './order.ts';
import type { Vertices } from './vertices.ts';

/**
 * Makes trunks straight where there is room: from top to bottom, as many bends as have a place in common are put on one
 * line, as near as possible to where they were. Nothing changes sides, nothing comes nearer than `gapOf` allows.
 */
export function straighten(
  all: Vertices,
  layers: Layers,
  x: Float64Array,
  gapOf: (one: number, other: number) => number,
): void {
  const place = new Int32Array(all.count);
  for (const layer of layers) layer.forEach((vertex, at) => (place[vertex] = at));
  const room = (vertex: number): readonly [number, number] => {
    const layer = layers[all.rank[vertex] ?? 0] ?? new Int32Array(0);
    const left = layer[(place[vertex] ?? 0) - 1];
    const right = layer[(place[vertex] ?? 0) + 1];
    return [
      left === undefined ? -Infinity : (x[left] ?? 0) + gapOf(left, vertex),
      right === undefined ? Infinity : (x[right] ?? 0) - gapOf(vertex, right),
    ];
  };
  const settle = (first: number, end: number, low: number, high: number): void => {
    let sum = 0;
    for (let bend = first; bend < end; bend++) sum += x[bend] ?? 0;
    const line = Math.max(low, Math.min(high, sum / (end - first)));
    for (let bend = first; bend < end; bend++) x[bend] = line;
  };
  all.trunk.forEach((start, box) => {
    if (start < 0) return;
    let first = start;
    let low = -Infinity;
    let high = Infinity;
    let bend = start;
    for (; bend < all.count && all.box[bend] === box; bend++) {
      const [left, right] = room(bend);
      if (Math.max(low, left) > Math.min(high, right)) {
        settle(first, bend, low, high);
        first = bend;
        low = -Infinity;
        high = Infinity;
      }
      low = Math.max(low, left);
      high = Math.min(high, right);
    }
    settle(first, bend, low, high);
  });
}
