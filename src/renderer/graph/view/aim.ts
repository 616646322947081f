import type { Prepared } from '../model/prepared.ts';
import { boxAround, boxOf } from '../model/scene.ts';
import type { Scene } from '../model/scene.ts';
import { linked } from '../model/walk.ts';
import { fitScale, SMALLEST_LABELS } from './camera.ts';

/** What the camera is told: how large, and what comes to the middle. */
export interface Aim {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Scale below which a first picture would be hard to read. */
const READABLE = 0.42;
const COMFORTABLE = 0.8;
/** Neighbours farther away than this, and frames taller than that, are not brought into view with a node. */
const NEAR_X = 700;
const NEAR_Y = 400;
const TALL = 120;

/** All of the picture where that can be read, else its beginning. */
export function aimAtStart(scene: Scene, size: Size): Aim {
  const whole = { x: 0, y: 0, w: scene.width, h: scene.height };
  const all = aimAtAll(scene, size);
  if (all.scale >= READABLE) return all;
  const across = fitScale({ ...whole, h: 1 }, size.width, size.height, COMFORTABLE);
  const scale = Math.max(READABLE, across);
  const height = size.height / scale;
  const first = [...scene.ref.keys()].filter(
    (item) => scene.isOpen[item] === 0 && (scene.y[item] ?? 0) < height,
  );
  const { x, w } = boxAround(scene, first) ?? whole;
  return { scale, x: x + w / 2, y: height / 2 - 16 };
}

export function aimAtAll(scene: Scene, size: Size): Aim {
  const scale = fitScale({ x: 0, y: 0, w: scene.width, h: scene.height }, size.width, size.height, 1);
  return { scale, x: scene.width / 2, y: scene.height / 2 };
}

/** A node in the middle, its neighbours around it as far as they can be read. */
export function aimAtItem(
  prepared: Prepared,
  scene: Scene,
  marks: Float32Array,
  item: number,
  size: Size,
): Aim {
  const here = boxOf(scene, item);
  const near = [item];
  for (const way of ['up', 'down'] as const) {
    for (const other of linked(prepared, scene, marks, item, way).keys()) {
      const there = boxOf(scene, other);
      const isNear = Math.abs(there.x - here.x) < NEAR_X && Math.abs(there.y - here.y) < NEAR_Y;
      if (isNear && there.h < TALL) near.push(other);
    }
  }
  const around = boxAround(scene, near) ?? here;
  const fitting = fitScale({ ...around, h: around.h + 160 }, size.width, size.height, 1.1);
  return { scale: Math.max(SMALLEST_LABELS + 0.1, fitting), x: here.x + here.w / 2, y: here.y + here.h / 2 };
}
