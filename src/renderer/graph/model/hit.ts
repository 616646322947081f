import { within } from '../layout/grid.ts';
import { boxOf } from './scene.ts';
import type { Box, Scene } from './scene.ts';

/** The innermost item at a point: a closed box, or the head of an opened group. */
export function itemAt(scene: Scene, x: number, y: number, headHeight: number): number | undefined {
  const near = within(scene.grids.boxes, { left: x, top: y, right: x, bottom: y });
  for (let at = near.length - 1; at >= 0; at--) {
    const item = near[at] ?? 0;
    const box = boxOf(scene, item);
    const tall = scene.isOpen[item] === 1 ? { ...box, h: Math.min(box.h, headHeight) } : box;
    if (contains(tall, x, y)) return item;
  }
  return undefined;
}

export function contains(box: Box, x: number, y: number): boolean {
  return x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
}

/** The edge nearest to a point, at most `reach` away. A curve is taken for the three chords it nearly is. */
export function edgeAt(scene: Scene, x: number, y: number, reach: number): number | undefined {
  const { pointStart, points } = scene;
  let best: number | undefined;
  let nearest = reach;
  for (const edge of within(scene.grids.edges, {
    left: x - reach,
    top: y - reach,
    right: x + reach,
    bottom: y + reach,
  })) {
    for (let at = pointStart[edge] ?? 0; at + 1 < (pointStart[edge + 1] ?? 0); at++) {
      const x0 = points[2 * at] ?? 0;
      const y0 = points[2 * at + 1] ?? 0;
      const x1 = points[2 * at + 2] ?? 0;
      const y1 = points[2 * at + 3] ?? 0;
      if (y < y0 - reach || y > y1 + reach) continue;
      const away = curveDistance(x, y, x0, y0, x1, y1);
      if (away >= nearest) continue;
      nearest = away;
      best = edge;
    }
  }
  return best;
}

function curveDistance(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  if (x0 === x1) return segmentDistance(x, y, x0, y0, x1, y1);
  // Where the drawn curve (vertical tangents at both ends) is after a fifth and four fifths of its height.
  const ax = x0 + (x1 - x0) * 0.14;
  const ay = y0 + (y1 - y0) * 0.3;
  const bx = x1 - (x1 - x0) * 0.14;
  const by = y1 - (y1 - y0) * 0.3;
  return Math.min(
    segmentDistance(x, y, x0, y0, ax, ay),
    segmentDistance(x, y, ax, ay, bx, by),
    segmentDistance(x, y, bx, by, x1, y1),
  );
}

function segmentDistance(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
  const along = length === 0 ? 0 : ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length;
  const part = Math.max(0, Math.min(1, along));
  return Math.hypot(x - x0 - part * (x1 - x0), y - y0 - part * (y1 - y0));
}
