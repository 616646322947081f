import type { Rect } from '../layout/grid.ts';
import { within } from '../layout/grid.ts';
import type { SceneData } from '../layout/layout-model.ts';
import { EDGE_DETAIL, FULL_DETAIL } from './look.ts';
import type { Look } from './look.ts';
import type { Surface } from './surface.ts';

const ARROW = 5;

/** Strongest mark among the edges of the model that a drawn edge stands for. */
export function gainOf({ memberStart, members }: SceneData, marks: Float32Array, edge: number): number {
  let most = 0;
  for (let at = memberStart[edge] ?? 0; at < (memberStart[edge + 1] ?? 0); at++) {
    most = Math.max(most, marks[members[at] ?? 0] ?? 0);
  }
  return most;
}

/** Px of line: 3 where the error is carried on as it is, more where it grows. */
function gainWidth(gain: number): number {
  return Math.max(1.75, Math.min(8, 3 + 1.6 * Math.log2(Math.max(gain, 2 ** -3))));
}

export function drawEdges(to: Surface, look: Look, area: Rect, scale: number): void {
  const { scene, marks, colors } = look;
  const visible = within(scene.grids.edges, area);
  const marked: number[] = [];
  const isPlainDrawn = scale >= EDGE_DETAIL;
  to.strokeStyle = colors.edge;
  to.lineWidth = scale >= 1 ? 1.25 : Math.max(1.1, 0.9 / scale);
  to.globalAlpha = scale < 0.12 ? 0.55 : 1;
  to.beginPath();
  for (const edge of visible) {
    if (gainOf(scene, marks, edge) > 0) marked.push(edge);
    else if (isPlainDrawn) trace(to, scene, edge, scale);
  }
  to.stroke();
  to.globalAlpha = 1;
  if (scale >= FULL_DETAIL) {
    to.fillStyle = colors.edge;
    to.beginPath();
    for (const edge of visible)
      if (gainOf(scene, marks, edge) === 0 && !isThrough(scene, edge)) arrow(to, scene, edge, ARROW);
    to.fill();
  }
  drawWay(to, look, marked, scale);
}

/** The ways of the error, above all other edges. */
function drawWay(to: Surface, { scene, marks, colors }: Look, edges: readonly number[], scale: number): void {
  to.strokeStyle = colors.fault;
  to.fillStyle = colors.fault;
  for (const edge of edges) {
    const width = gainWidth(gainOf(scene, marks, edge));
    to.lineWidth = Math.max(width, 1.6 / scale);
    to.beginPath();
    trace(to, scene, edge, scale);
    to.stroke();
    if (scale < 0.12 || isThrough(scene, edge)) continue;
    to.beginPath();
    arrow(to, scene, edge, Math.max(ARROW + width * 0.8, 3 / scale));
    to.fill();
  }
}

/** Ends at the border of a frame, where another edge carries on. */
function isThrough({ isOpen, to }: SceneData, edge: number): boolean {
  return isOpen[to[edge] ?? 0] === 1;
}

export function trace(to: Surface, { pointStart, points }: SceneData, edge: number, scale: number): void {
  const first = pointStart[edge] ?? 0;
  const last = pointStart[edge + 1] ?? 0;
  let x = points[2 * first] ?? 0;
  let y = points[2 * first + 1] ?? 0;
  to.moveTo(x, y);
  for (let at = first + 1; at < last; at++) {
    const nextX = points[2 * at] ?? 0;
    const nextY = points[2 * at + 1] ?? 0;
    const isStraight = Math.abs(nextX - x) * scale < 1 || scale < 0.12;
    if (isStraight) to.lineTo(nextX, nextY);
    else to.bezierCurveTo(x, y + (nextY - y) * 0.55, nextX, y + (nextY - y) * 0.45, nextX, nextY);
    x = nextX;
    y = nextY;
  }
}

/** Every edge ends going down. */
function arrow(to: Surface, { pointStart, points }: SceneData, edge: number, size: number): void {
  const last = (pointStart[edge + 1] ?? 0) - 1;
  const x = points[2 * last] ?? 0;
  const y = points[2 * last + 1] ?? 0;
  to.moveTo(x, y);
  to.lineTo(x - size * 0.62, y - size * 1.15);
  to.lineTo(x + size * 0.62, y - size * 1.15);
  to.closePath();
}
