import type { Prepared } from './prepared.ts';
import { boxOf } from './scene.ts';
import type { Scene } from './scene.ts';

export type Direction = 'up' | 'down' | 'left' | 'right';

/**
 * The item that an arrow key leads to: up to a maker, down to a reader (first those on the way of the error, then the
 * nearest), left and right to the next box of the same frame.
 */
export function step(
  prepared: Prepared,
  scene: Scene,
  marks: Float32Array,
  item: number,
  direction: Direction,
): number | undefined {
  if (direction === 'left' || direction === 'right')
    return beside(scene, item, direction === 'right' ? 1 : -1);
  let best: number | undefined;
  let least = Infinity;
  for (const [other, gain] of linked(prepared, scene, marks, item, direction)) {
    const away = distance(scene, item, other) - (gain > 0 ? 1e9 : 0);
    if (away >= least) continue;
    least = away;
    best = other;
  }
  return best;
}

/** Items at the other end of edges, with the strongest mark of the edges between. */
export function linked(
  { graph }: Prepared,
  { standIn, isOpen, frame }: Scene,
  marks: Float32Array,
  item: number,
  direction: 'up' | 'down',
): ReadonlyMap<number, number> {
  const near = direction === 'down' ? graph.from : graph.to;
  const far = direction === 'down' ? graph.to : graph.from;
  const isInside = (vertex: number): boolean => {
    let at = standIn[vertex] ?? -1;
    while (at !== item && at >= 0 && isOpen[item] === 1) at = frame[at] ?? -1;
    return at === item;
  };
  const found = new Map<number, number>();
  for (let edge = 0; edge < near.length; edge++) {
    if (!isInside(near[edge] ?? 0) || isInside(far[edge] ?? 0)) continue;
    const other = standIn[far[edge] ?? 0] ?? -1;
    if (other >= 0) found.set(other, Math.max(found.get(other) ?? 0, marks[edge] ?? 0));
  }
  return found;
}

function beside(scene: Scene, item: number, way: 1 | -1): number | undefined {
  const here = boxOf(scene, item);
  let best: number | undefined;
  let least = Infinity;
  for (let other = 0; other < scene.ref.length; other++) {
    if (other === item || scene.frame[other] !== scene.frame[item]) continue;
    const there = boxOf(scene, other);
    const away = way * (there.x + there.w / 2 - here.x - here.w / 2);
    const isBeside = there.y < here.y + here.h && there.y + there.h > here.y;
    if (!isBeside || away <= 0 || away >= least) continue;
    least = away;
    best = other;
  }
  return best;
}

function distance(scene: Scene, one: number, other: number): number {
  const a = boxOf(scene, one);
  const b = boxOf(scene, other);
  return Math.abs(a.x + a.w / 2 - b.x - b.w / 2) + Math.abs(a.y - b.y);
}
