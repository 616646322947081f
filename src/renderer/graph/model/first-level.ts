import { add } from '../layout/csr.ts';
import type { Hierarchy } from './hierarchy.ts';

const ENOUGH = 15;
const TOO_MANY = 60;

/**
 * Which groups are open in the first picture: the largest of the shallowest closed groups is opened as long as there is
 * little to see and opening does not flood the view. The model itself is always open.
 */
export function firstLevel(groups: Hierarchy): Uint8Array {
  const open = new Uint8Array(groups.count);
  open[0] = 1;
  const children = childCounts(groups);
  let boxes = children[0] ?? 0;
  while (boxes < ENOUGH) {
    let best = -1;
    for (let group = 1; group < groups.count; group++) {
      if (open[group] === 1 || open[groups.parent[group] ?? 0] !== 1) continue;
      if (boxes - 1 + (children[group] ?? 0) > TOO_MANY) continue;
      if (best < 0 || isBetter(groups, group, best)) best = group;
    }
    if (best < 0) break;
    open[best] = 1;
    boxes += (children[best] ?? 0) - 1;
  }
  return open;
}

function isBetter(groups: Hierarchy, one: number, other: number): boolean {
  const depth = (groups.depth[one] ?? 0) - (groups.depth[other] ?? 0);
  return depth < 0 || (depth === 0 && (groups.size[one] ?? 0) > (groups.size[other] ?? 0));
}

/** Boxes that each group shows when it alone is opened. */
function childCounts(groups: Hierarchy): Int32Array {
  const children = new Int32Array(groups.count);
  for (let group = 1; group < groups.count; group++) add(children, groups.parent[group] ?? 0, 1);
  for (const group of groups.groupOf) add(children, group, 1);
  return children;
}

/** Opens what hides `node`. @returns `open` itself where nothing did. */
export function opened(groups: Hierarchy, open: Uint8Array, node: number): Uint8Array {
  const result = open.slice();
  let isSame = true;
  for (let group = groups.groupOf[node] ?? 0; group > 0; group = groups.parent[group] ?? 0) {
    if (result[group] === 1) continue;
    result[group] = 1;
    isSame = false;
  }
  return isSame ? open : result;
}

/** One more level of what is on view; the groups just above the leaves of the picture go first. */
export function expandedOnce(groups: Hierarchy, open: Uint8Array): Uint8Array {
  const result = open.slice();
  for (let group = 1; group < groups.count; group++) {
    let above = groups.parent[group] ?? 0;
    let isOnView = true;
    for (; above >= 0; above = groups.parent[above] ?? -1) isOnView &&= open[above] === 1;
    if (isOnView) result[group] = 1;
  }
  return result;
}
