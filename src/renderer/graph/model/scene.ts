import type { SceneGrids } from '../layout/grid.ts';
import type { SceneData } from '../layout/layout-model.ts';
import type { Prepared } from './prepared.ts';

/** A picture with what is needed to find things in it. */
export interface Scene extends SceneData {
  readonly grids: SceneGrids;
  /** Item of a vertex or of vertexCount + group, where it has one of its own. */
  readonly itemOf: ReadonlyMap<number, number>;
  /** By vertex: its own item, or that of the closed group it is in. */
  readonly standIn: Int32Array;
  readonly isFlat: boolean;
}

export function scene(
  data: SceneData,
  grids: SceneGrids,
  { graph, groups }: Pick<Prepared, 'graph' | 'groups'>,
  isFlat: boolean,
): Scene {
  const itemOf = new Map<number, number>();
  data.ref.forEach((ref, item) => itemOf.set(ref, item));
  const standIn = new Int32Array(graph.count);
  for (let vertex = 0; vertex < graph.count; vertex++) {
    let item = itemOf.get(vertex);
    for (let group = groups.groupOf[vertex] ?? 0; item === undefined && group > 0;) {
      item = itemOf.get(graph.count + group);
      group = groups.parent[group] ?? 0;
    }
    standIn[vertex] = item ?? -1;
  }
  return { ...data, grids, itemOf, standIn, isFlat };
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export function boxOf({ x, y, w, h }: SceneData, item: number): Box {
  return { x: x[item] ?? 0, y: y[item] ?? 0, w: w[item] ?? 0, h: h[item] ?? 0 };
}

/** The smallest box around all of `items`. */
export function boxAround(data: SceneData, items: Iterable<number>): Box | undefined {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const item of items) {
    const { x, y, w, h } = boxOf(data, item);
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + w);
    bottom = Math.max(bottom, y + h);
  }
  return left > right ? undefined : { x: left, y: top, w: right - left, h: bottom - top };
}
