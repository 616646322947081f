import type { ErrorFacts } from './facts.ts';
import { WRONG } from './marks.ts';
import { isPromising, NEARLY_ALL } from './overlap.ts';
import { coordinate } from './places.ts';

/** How far from the edge a border is looked for: half of a 17 × 17 kernel. */
const DEEPEST = 8;

/** Elements less than `depth` from the start (2a) or the end (2a + 1) of the a-th of `axes`; a bit a side. */
export interface Shell {
  readonly axes: readonly number[];
  readonly depth: number;
  readonly sides: number;
}

/** The thinnest border of these axes that holds nearly all wrong elements, on as few sides as it takes. */
export function thinnestShell(facts: ErrorFacts, axes: readonly number[]): Shell | undefined {
  const depth = depthOf(facts, axes);
  if (depth === undefined) return undefined;
  // How many wrong elements lie within `depth` of exactly these sides.
  const bySides = new Map<number, number>();
  forEachWrong(facts, (index) => {
    const near = sidesNear(facts, axes, depth, index);
    bySides.set(near, (bySides.get(near) ?? 0) + 1);
    return true;
  });
  const held = (sides: number): number =>
    [...bySides].reduce((sum, [near, count]) => sum + ((near & sides) === 0 ? 0 : count), 0);
  const all = (1 << (2 * axes.length)) - 1;
  const goal = held(all);
  let best = all;
  for (let sides = 1; sides < all; sides++) {
    if (bits(sides) < bits(best) && held(sides) === goal) best = sides;
  }
  // An axis without a side is not part of it.
  const used = axes.flatMap((axis, place) => {
    const own = (best >> (2 * place)) & 3;
    return own === 0 ? [] : [{ axis, own }];
  });
  return {
    axes: used.map(({ axis }) => axis),
    depth,
    sides: used.reduce((sides, { own }, place) => sides | (own << (2 * place)), 0),
  };
}

/** Which sides of the axes an element lies within `depth` of, a bit each. */
export function sidesNear(facts: ErrorFacts, axes: readonly number[], depth: number, index: number): number {
  let near = 0;
  axes.forEach((axis, place) => {
    const at = coordinate(index, facts.dims, facts.strides, axis);
    if (at < depth) near |= 1 << (2 * place);
    if ((facts.dims[axis] ?? 1) - 1 - at < depth) near |= 2 << (2 * place);
  });
  return near;
}

function depthOf(facts: ErrorFacts, axes: readonly number[]): number | undefined {
  const lengths = axes.map((axis) => facts.dims[axis] ?? 1);
  // Something has to be left inside.
  const deepest = Math.min(DEEPEST, ...lengths.map((length) => Math.ceil(length / 2) - 1));
  if (deepest < 1) return undefined;
  const distanceOf = (index: number): number =>
    axes.reduce((least, axis, place) => {
      const at = coordinate(index, facts.dims, facts.strides, axis);
      return Math.min(least, at, (lengths[place] ?? 1) - 1 - at);
    }, Infinity);
  if (!isPromising(facts, (index) => distanceOf(index) < deepest)) return undefined;
  const atDepth = new Float64Array(deepest);
  const allowed = (1 - NEARLY_ALL) * facts.wrong;
  let beyond = 0;
  forEachWrong(facts, (index) => {
    const distance = distanceOf(index);
    if (distance < deepest) atDepth[distance] = (atDepth[distance] ?? 0) + 1;
    else beyond++;
    return beyond <= allowed;
  });
  if (beyond > allowed) return undefined;
  let inside = 0;
  const depth = atDepth.findIndex((count) => (inside += count) >= NEARLY_ALL * facts.wrong) + 1;
  return depth === 0 ? undefined : depth;
}

/** @param visit false ends the walk. */
function forEachWrong({ marks }: ErrorFacts, visit: (index: number) => boolean): void {
  for (let index = 0; index < marks.length; index++) {
    if (marks[index] === WRONG && !visit(index)) return;
  }
}

export function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
