import { expect, test } from 'vitest';
import { sceneGrids, within } from '../../../src/renderer/graph/layout/grid.ts';
import { createLayout } from '../../../src/renderer/graph/layout/layout.ts';
import { edgeAt, itemAt } from '../../../src/renderer/graph/model/hit.ts';
import { boxOf, scene as sceneOf } from '../../../src/renderer/graph/model/scene.ts';
import { between, startBoxes } from '../../../src/renderer/graph/model/tween.ts';
import { step } from '../../../src/renderer/graph/model/walk.ts';
import { fold, unfold } from '../../../src/renderer/graph/view/fold.ts';
import { modelOf, preparedOf } from './support.ts';

const PREPARED = preparedOf(
  modelOf(['g/a: Relu(x)', 'g/b: Relu(a)', 'c: Relu(b)', 'd: Relu(b)', 'e: Add(c, d)'], ['x'], ['e']),
);
const layout = createLayout(PREPARED.layout);

function sceneWith(isOpen: boolean) {
  const data = layout.scene(Uint8Array.of(1, isOpen ? 1 : 0));
  return sceneOf(data, sceneGrids(data), PREPARED, false);
}

const OPEN = sceneWith(true);
const CLOSED = sceneWith(false);
const NONE = new Float32Array(PREPARED.graph.from.length);
const item = (name: string, scene = OPEN): number => scene.standIn[PREPARED.graph.idOf.get(name)!]!;

test('the middle of every box hits that box; a frame is hit at its head only', () => {
  for (let at = 0; at < OPEN.ref.length; at++) {
    const { x, y, w, h } = boxOf(OPEN, at);
    if (OPEN.isOpen[at] === 1) {
      expect(itemAt(OPEN, x + 4, y + 4, 30)).toBe(at);
      expect(itemAt(OPEN, x + 4, y + h - 4, 30)).toBeUndefined();
    } else expect(itemAt(OPEN, x + w / 2, y + h / 2, 30)).toBe(at);
  }
  expect(itemAt(OPEN, -50, -50, 30)).toBeUndefined();
});

test('half way down an edge that edge is hit', () => {
  for (let edge = 0; edge < OPEN.from.length; edge++) {
    const at = OPEN.pointStart[edge]!;
    const x = (OPEN.points[2 * at]! + OPEN.points[2 * at + 2]!) / 2;
    const y = (OPEN.points[2 * at + 1]! + OPEN.points[2 * at + 3]!) / 2;
    expect(edgeAt(OPEN, x, y, 6)).toBe(edge);
  }
});

test('the grid finds what a scan finds', () => {
  const area = { left: 20, top: 60, right: 120, bottom: 240 };
  const found = new Set(within(OPEN.grids.boxes, area));
  for (let at = 0; at < OPEN.ref.length; at++) {
    const { x, y, w, h } = boxOf(OPEN, at);
    const isInside = x < area.right && x + w > area.left && y < area.bottom && y + h > area.top;
    if (isInside) expect(found.has(at)).toBe(true);
  }
});

test('a node in a closed group is stood in for by the group', () => {
  const group = CLOSED.itemOf.get(PREPARED.graph.count + 1)!;
  expect([item('a', CLOSED), item('b', CLOSED)]).toEqual([group, group]);
  expect(item('a', OPEN)).not.toBe(item('b', OPEN));
});

test('arrow keys: down to a reader, up to a maker, sideways to a sibling', () => {
  expect(step(PREPARED, OPEN, NONE, item('a'), 'down')).toBe(item('b'));
  expect(step(PREPARED, OPEN, NONE, item('b'), 'up')).toBe(item('a'));
  expect(
    step(PREPARED, OPEN, NONE, item('c'), 'right') ?? step(PREPARED, OPEN, NONE, item('c'), 'left'),
  ).toBe(item('d'));
  expect(step(PREPARED, OPEN, NONE, item('a'), 'left')).toBeUndefined();
  expect(step(PREPARED, CLOSED, NONE, item('e', CLOSED), 'up')).toBeOneOf([
    item('c', CLOSED),
    item('d', CLOSED),
  ]);
});

test('arrow keys prefer the way of the error', () => {
  for (const way of ['c', 'd']) {
    const marks = NONE.map((_, edge) => (PREPARED.graph.to[edge] === PREPARED.graph.idOf.get(way) ? 1 : 0));
    expect(step(PREPARED, OPEN, marks, item('b'), 'down')).toBe(item(way));
  }
});

test('a movement begins where things were and ends where they belong', () => {
  const start = startBoxes(CLOSED, OPEN, 0, 0);
  const group = boxOf(CLOSED, CLOSED.itemOf.get(PREPARED.graph.count + 1)!);
  expect(start[item('a')]).toEqual(group);
  const first = between(OPEN, start, 0);
  expect(boxOf(first, item('e'))).toEqual(boxOf(CLOSED, item('e', CLOSED)));
  const last = between(OPEN, start, 1);
  expect([...last.x]).toEqual([...OPEN.x]);
  expect([...last.points]).toEqual([...OPEN.points]);
});

test('the overview: one column for what fits, more for what is tall, and back', () => {
  expect(fold(400, 500, 150, 120).columns).toBe(1);
  const tall = fold(800, 400_000, 150, 120);
  expect(tall.columns).toBeGreaterThan(3);
  const [x, y] = unfold(tall, tall.inset + 2 * tall.columnWidth + 400 * tall.scaleX, 60);
  expect(x).toBeCloseTo(400, 6);
  expect(y).toBeCloseTo(2 * tall.span + 60 / tall.scaleY, 6);
});
