import type { Rect } from '../layout/grid.ts';
import { within } from '../layout/grid.ts';
import { boxOf } from '../model/scene.ts';
import { gainOf, trace } from './draw-edges.ts';
import { flag } from './draw-boxes.ts';
import { SOME_DETAIL } from './look.ts';
import type { Look } from './look.ts';
import type { Surface } from './surface.ts';

/** What is pointed at; items of the scene. */
export interface Emphasis {
  readonly hovered: number | undefined;
  readonly selected: number | undefined;
  /** Where the keyboard is; undefined while it is elsewhere. */
  readonly focused: number | undefined;
  readonly edge: number | undefined;
  readonly brushed: ReadonlySet<number>;
}

/** Everything that changes with the pointer, above the picture and redrawn by itself. */
export function drawOverlay(to: Surface, look: Look, area: Rect, scale: number, emphasis: Emphasis): void {
  const { colors, scene } = look;
  const px = 1 / scale;
  if (emphasis.brushed.size > 0) {
    to.strokeStyle = colors.accent;
    to.lineWidth = Math.max(3, 2 * px);
    to.globalAlpha = 0.75;
    to.beginPath();
    for (const item of within(scene.grids.boxes, area)) {
      if (emphasis.brushed.has(item)) ring(to, look, item, 2.5, px);
    }
    to.stroke();
    to.globalAlpha = 1;
  }
  to.strokeStyle = colors.accent;
  to.lineWidth = Math.max(2, 1.5 * px);
  if (emphasis.edge !== undefined) {
    to.beginPath();
    trace(to, scene, emphasis.edge, scale);
    to.stroke();
  }
  for (const item of [emphasis.hovered, emphasis.selected]) {
    if (item === undefined || scene.isOpen[item] === 1) continue;
    neighbours(to, look, area, scale, item);
  }
  if (emphasis.hovered !== undefined && emphasis.hovered !== emphasis.selected) {
    to.lineWidth = Math.max(1.75, 1.5 * px);
    to.beginPath();
    ring(to, look, emphasis.hovered, 2, px);
    to.stroke();
  }
  if (emphasis.selected !== undefined) {
    to.lineWidth = Math.max(3, 2 * px);
    to.beginPath();
    ring(to, look, emphasis.selected, 3, px);
    to.stroke();
  }
  if (scale >= SOME_DETAIL) {
    for (const item of [emphasis.hovered, emphasis.selected])
      if (item !== undefined) flag(to, look, item, scale);
  }
  if (emphasis.focused !== undefined) {
    to.strokeStyle = colors.focus;
    to.lineWidth = Math.max(2, 2 * px);
    to.setLineDash([Math.max(5, 4 * px), Math.max(3, 3 * px)]);
    to.beginPath();
    ring(to, look, emphasis.focused, 7, px);
    to.stroke();
    to.setLineDash([]);
  }
}

function neighbours(to: Surface, { scene, marks }: Look, area: Rect, scale: number, item: number): void {
  to.beginPath();
  for (const edge of within(scene.grids.edges, area)) {
    const isLinked = scene.from[edge] === item || scene.to[edge] === item;
    // The way of the error keeps its own colour.
    if (isLinked && gainOf(scene, marks, edge) === 0) trace(to, scene, edge, scale);
  }
  to.stroke();
}

function ring(to: Surface, { scene, prepared }: Look, item: number, away: number, px: number): void {
  const { x, y, w, h } = boxOf(scene, item);
  const gap = Math.max(away, away * Math.min(px, 4));
  const ref = scene.ref[item] ?? 0;
  const isPill = ref < prepared.graph.count && prepared.graph.kinds[ref] !== 0;
  const radius = isPill ? (h + 2 * gap) / 2 : (ref >= prepared.graph.count ? 9 : 6) + gap;
  to.roundRect(x - gap, y - gap, w + 2 * gap, h + 2 * gap, radius);
}
