import { expect, test } from 'vitest';
import { transformer } from '../../../scripts/bench-graph/transformer.ts';
import { createLayout } from '../../../src/renderer/graph/layout/layout.ts';
import type { SceneData } from '../../../src/renderer/graph/layout/layout-model.ts';
import { modelOf, overlaps, preparedOf, randoms } from './support.ts';

const SMALL = preparedOf(
  modelOf(['g/a: Relu(x)', 'g/b: Relu(a)', 'h/c: Relu(b)', 'h/d: Add(c, b)', 'e: Add(d, a)'], ['x'], ['e']),
);
// 5 nodes, input, output = 7 vertices; group 1 = g is 8, group 2 = h is 9

test('closed groups are one box each, with one line for all tensors between two boxes', () => {
  const scene = createLayout(SMALL.layout).scene(Uint8Array.of(1, 0, 0));
  expect([...scene.ref].sort((a, b) => a - b)).toEqual([4, 5, 6, 8, 9]);
  const lines = [...scene.from.keys()].map(
    (edge) => `${scene.ref[scene.from[edge]!]}>${scene.ref[scene.to[edge]!]}`,
  );
  expect(lines.sort()).toEqual(['4>6', '5>8', '8>4', '8>9', '9>4']);
});

test('an opened group is a frame around its items; tensors pass its border one by one', () => {
  const scene = createLayout(SMALL.layout).scene(Uint8Array.of(1, 1, 0));
  const frame = [...scene.ref].indexOf(8);
  const inside = [...scene.frame.keys()]
    .filter((item) => scene.frame[item] === frame)
    .map((item) => scene.ref[item]);
  expect(inside).toEqual([0, 1]);
  expect(scene.isOpen[frame]).toBe(1);
  const outOfFrame = [...scene.from.keys()].filter(
    (edge) => scene.from[edge] === frame && scene.frame[scene.to[edge]!] !== frame,
  );
  expect(outOfFrame.map((edge) => scene.ref[scene.to[edge]!]).sort()).toEqual([4, 9]);
});

test('every edge of the model is in the picture, or in a stub at both ends, or inside one closed box', () => {
  const { layout } = SMALL;
  for (let mask = 0; mask < 4; mask++) {
    const scene = createLayout(layout).scene(Uint8Array.of(1, mask & 1, mask >> 1));
    const drawn = new Set([...scene.members, ...scene.stubMembers]);
    const hidden = [...layout.from.keys()].filter((edge) => {
      const group = layout.groupOf[layout.from[edge]!]!;
      return group > 0 && group === layout.groupOf[layout.to[edge]!] && (mask & group) === 0;
    });
    expect([...layout.from.keys()].filter((edge) => !drawn.has(edge))).toEqual(hidden);
  }
});

function check(scene: SceneData): void {
  const isAncestor = (one: number, other: number): boolean => {
    for (let at = scene.frame[one]!; at >= 0; at = scene.frame[at]!) if (at === other) return true;
    return false;
  };
  expect(overlaps(scene, (one, other) => !isAncestor(one, other) && !isAncestor(other, one))).toBe(0);
  for (let item = 0; item < scene.ref.length; item++) {
    const frame = scene.frame[item]!;
    if (frame < 0) continue;
    expect(scene.x[item]!).toBeGreaterThan(scene.x[frame]!);
    expect(scene.y[item]!).toBeGreaterThan(scene.y[frame]!);
    expect(scene.x[item]! + scene.w[item]!).toBeLessThan(scene.x[frame]! + scene.w[frame]!);
    expect(scene.y[item]! + scene.h[item]!).toBeLessThan(scene.y[frame]! + scene.h[frame]!);
  }
  for (let edge = 0; edge < scene.from.length; edge++) {
    for (let at = scene.pointStart[edge]!; at + 1 < scene.pointStart[edge + 1]!; at++) {
      expect(scene.points[2 * at + 3]!).toBeGreaterThanOrEqual(scene.points[2 * at + 1]! - 0.01);
    }
  }
}

test('a transformer with any set of open groups: nothing overlaps, all is inside its frame, edges go down', () => {
  const { layout, groups } = preparedOf(transformer(400, true));
  const random = randoms(7);
  const drawn = createLayout(layout);
  for (let round = 0; round < 12; round++) {
    check(drawn.scene(Uint8Array.from({ length: groups.count }, () => (random() < 0.15 * round ? 1 : 0))));
  }
  check(drawn.flat());
});

test('edges end where their boxes are', () => {
  const { layout, groups } = preparedOf(transformer(200, true));
  const scene = createLayout(layout).scene(new Uint8Array(groups.count).fill(1));
  for (let edge = 0; edge < scene.from.length; edge++) {
    const last = scene.pointStart[edge + 1]! - 1;
    const to = scene.to[edge]!;
    const isIntoFrame = scene.frame[scene.from[edge]!] === to;
    expect(scene.points[2 * last + 1]!).toBeCloseTo(
      isIntoFrame ? scene.y[to]! + scene.h[to]! : scene.y[to]!,
      1,
    );
    expect(scene.points[2 * last]!).toBeGreaterThanOrEqual(scene.x[to]!);
    expect(scene.points[2 * last]!).toBeLessThanOrEqual(scene.x[to]! + scene.w[to]!);
  }
});

test('opening a group changes nothing inside the others, and closing it brings the first picture back', () => {
  const { layout, groups } = preparedOf(transformer(200, false));
  const drawn = createLayout(layout);
  const open = new Uint8Array(groups.count).fill(1);
  const before = drawn.scene(open);
  const closed = open.slice();
  closed[groups.path.indexOf('model.layers.1.self_attn')] = 0;
  drawn.scene(closed);
  expect(drawn.scene(open)).toEqual(before);
});
