import type { Grid } from '../layout/grid.ts';
import { boxOf } from './scene.ts';
import type { Box, Scene } from './scene.ts';

/** Where each item of `next` comes from: its own old place, or that of the group it was in. */
export function startBoxes(before: Scene, next: Scene, shiftX: number, shiftY: number): readonly Box[] {
  return Array.from(next.ref, (_, item) => {
    for (let at = item; at >= 0; at = next.frame[at] ?? -1) {
      const old = before.itemOf.get(next.ref[at] ?? -1);
      if (old === undefined) continue;
      const box = boxOf(before, old);
      return { ...box, x: box.x + shiftX, y: box.y + shiftY };
    }
    return boxOf(next, item);
  });
}

/** `next` on its way: at `part` 0 everything is where it comes from, at 1 where it belongs. Edges keep their ends. */
export function between(next: Scene, start: readonly Box[], part: number): Scene {
  const mix = (from: number, to: number): number => from + (to - from) * part;
  const x = next.x.map((to, item) => mix(start[item]?.x ?? to, to));
  const y = next.y.map((to, item) => mix(start[item]?.y ?? to, to));
  const w = next.w.map((to, item) => mix(start[item]?.w ?? to, to));
  const h = next.h.map((to, item) => mix(start[item]?.h ?? to, to));
  const points = next.points.slice();
  for (let edge = 0; edge < next.from.length; edge++) {
    const first = next.pointStart[edge] ?? 0;
    const last = (next.pointStart[edge + 1] ?? 0) - 1;
    const from = next.from[edge] ?? 0;
    const to = next.to[edge] ?? 0;
    const fromX = middleOf(x, w, from) - middleOf(next.x, next.w, from);
    const toX = middleOf(x, w, to) - middleOf(next.x, next.w, to);
    const isOutOfFrame = next.frame[to] === from;
    const isIntoFrame = next.frame[from] === to;
    const fromY = isOutOfFrame ? shift(y, next.y, from) : endShift(y, h, next, from);
    const toY = isIntoFrame ? endShift(y, h, next, to) : shift(y, next.y, to);
    for (let at = first; at <= last; at++) {
      const along = last === first ? 0 : (at - first) / (last - first);
      points[2 * at] = (points[2 * at] ?? 0) + fromX + (toX - fromX) * along;
      points[2 * at + 1] = (points[2 * at + 1] ?? 0) + fromY + (toY - fromY) * along;
    }
  }
  return {
    ...next,
    x,
    y,
    w,
    h,
    points,
    grids: { boxes: oneCell(next.ref.length), edges: oneCell(next.from.length) },
  };
}

function middleOf(x: Float32Array, w: Float32Array, item: number): number {
  return (x[item] ?? 0) + (w[item] ?? 0) / 2;
}

function shift(now: Float32Array, then: Float32Array, item: number): number {
  return (now[item] ?? 0) - (then[item] ?? 0);
}

function endShift(y: Float32Array, h: Float32Array, next: Scene, item: number): number {
  return (y[item] ?? 0) + (h[item] ?? 0) - (next.y[item] ?? 0) - (next.h[item] ?? 0);
}

/** Things in motion are not sorted into cells: all of them are in one. */
function oneCell(count: number): Grid {
  return {
    columns: 1,
    rows: 1,
    start: Int32Array.of(0, count),
    item: Int32Array.from({ length: count }, (_, item) => item),
    count,
  };
}
