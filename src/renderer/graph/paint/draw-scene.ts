import type { Rect } from '../layout/grid.ts';
import { within } from '../layout/grid.ts';
import { boxOf } from '../model/scene.ts';
import { drawBoxes, drawFrames, drawHeads, fillOf } from './draw-boxes.ts';
import { drawEdges } from './draw-edges.ts';
import { drawStubs } from './draw-stubs.ts';
import { SOME_DETAIL } from './look.ts';
import type { Look } from './look.ts';
import type { Surface } from './surface.ts';

/** Draws what lies in `area` (px at scale 1); the surface is already moved and scaled. */
export function drawScene(to: Surface, look: Look, area: Rect, scale: number): void {
  const { scene } = look;
  const frames: number[] = [];
  const boxes: number[] = [];
  const onView = new Set<number>();
  for (const item of within(scene.grids.boxes, area)) {
    onView.add(item);
    (scene.isOpen[item] === 1 ? frames : boxes).push(item);
  }
  drawFrames(to, look, frames, scale);
  drawEdges(to, look, area, scale);
  drawHeads(to, look, frames, scale);
  if (scale >= SOME_DETAIL) drawBoxes(to, look, boxes, scale);
  else drawFar(to, look, boxes, scale);
  drawStubs(to, look, (item) => onView.has(item), scale);
}

/** Below this scale a box is hardly a px high. */
const DOT_DETAIL = 0.03;

/** From afar: plain rectangles, all of one colour at a time; sites stay visible at any distance. */
function drawFar(to: Surface, look: Look, items: readonly number[], scale: number): void {
  const { scene, heat, colors } = look;
  const byColor = new Map<string, number[]>();
  const sites: number[] = [];
  const taken = new Set<number>();
  for (const item of items) {
    const ref = scene.ref[item] ?? 0;
    const isSite = (heat.sites[ref] ?? 0) > 0;
    if (isSite) sites.push(item);
    if (scale < DOT_DETAIL) {
      // Boxes of one px: of those that would lie on each other one is drawn, by colour so that none hides another's.
      const px = Math.round((scene.x[item] ?? 0) * scale) * 1e6 + Math.round((scene.y[item] ?? 0) * scale);
      const key = px * 64 + (heat.bin[ref] ?? 0) + 1;
      if (taken.has(key)) continue;
      taken.add(key);
    }
    const color = fillOf(look, ref);
    const known = byColor.get(color);
    if (known === undefined) byColor.set(color, [item]);
    else known.push(item);
  }
  const least = 1 / scale;
  for (const [color, same] of byColor) {
    to.fillStyle = color;
    to.beginPath();
    for (const item of same) {
      const { x, y, w, h } = boxOf(scene, item);
      to.rect(x, y, Math.max(w, least), Math.max(h, least));
    }
    to.fill();
    if (scale < 0.08) continue;
    to.strokeStyle = colors.isDark ? 'rgba(255,255,255,0.16)' : 'rgba(20,28,45,0.16)';
    to.lineWidth = 0.8 / scale;
    to.stroke();
  }
  to.fillStyle = colors.fault;
  to.strokeStyle = colors.ground;
  to.lineWidth = 1.5 / scale;
  for (const item of sites) {
    const { x, y, w, h } = boxOf(scene, item);
    const size = 6 / scale;
    to.beginPath();
    to.moveTo(x + w + size * 2.4, y + h / 2 - size);
    to.lineTo(x + w + size * 0.4, y + h / 2);
    to.lineTo(x + w + size * 2.4, y + h / 2 + size);
    to.closePath();
    to.fill();
    to.stroke();
  }
}
