import type { SceneData } from '../layout/layout-model.ts';
import { boxOf } from '../model/scene.ts';
import type { Box } from '../model/scene.ts';
import type { Prepared } from '../model/prepared.ts';
import { FULL_DETAIL, SOFT_FONT } from './look.ts';
import type { Look } from './look.ts';
import type { Surface } from './surface.ts';

const HEIGHT = 16;
const WIDTH = 132;

/** Where the label of a stub stands: at the left above or below its box. */
export function stubBox(scene: SceneData, stub: number): Box {
  const { x, y, w, h } = boxOf(scene, scene.stubItem[stub] ?? 0);
  const width = Math.min(WIDTH, w + 24);
  const isAbove = scene.stubSide[stub] === 0;
  return { x: x - 20, y: isAbove ? y - HEIGHT - 9 : y + h + 9, w: width, h: HEIGHT };
}

/** Name of the tensor, and how many more go the same way. */
function stubLabel({ graph }: Prepared, scene: SceneData, stub: number): string {
  const tensors = new Set<number>();
  const first = scene.stubMemberStart[stub] ?? 0;
  const last = scene.stubMemberStart[stub + 1] ?? 0;
  for (let at = first; at < last; at++) tensors.add(graph.tensor[scene.stubMembers[at] ?? 0] ?? 0);
  const [one = 0] = tensors;
  const name = shortTensor(graph.tensors[one] ?? '');
  const more = scene.stubSide[stub] === 0 ? tensors.size - 1 : last - first - 1;
  return more > 0 ? `${name} +${more}` : name;
}

/** The last part of a path-like name, without what exporters add to it. */
function shortTensor(name: string): string {
  const end = name.slice(name.lastIndexOf('/') + 1).replace(/_output_\d+$/, '');
  return end === '' ? name : end;
}

export function drawStubs(to: Surface, look: Look, isOnView: (item: number) => boolean, scale: number): void {
  if (scale < FULL_DETAIL) return;
  const { scene, colors, fitter, prepared } = look;
  const font = SOFT_FONT(colors.font);
  to.textAlign = 'left';
  for (let stub = 0; stub < scene.stubItem.length; stub++) {
    const item = scene.stubItem[stub] ?? 0;
    if (!isOnView(item)) continue;
    const isAbove = scene.stubSide[stub] === 0;
    const { x, y, w, h } = stubBox(scene, stub);
    const label = isAbove ? `⤓ ${stubLabel(prepared, scene, stub)}` : `${stubLabel(prepared, scene, stub)} ⤓`;
    const text = fitter.fit(label, font, w - 12);
    const width = fitter.width(text, font) + 12;
    const near = boxOf(scene, item);
    to.strokeStyle = colors.accent;
    to.lineWidth = 1.25;
    to.setLineDash([2, 2]);
    to.beginPath();
    to.moveTo(x + 28, isAbove ? y + h : near.y + near.h);
    to.lineTo(x + 28, isAbove ? near.y : y);
    to.stroke();
    to.setLineDash([]);
    to.fillStyle = colors.ground;
    to.lineWidth = 1;
    to.beginPath();
    to.roundRect(x, y, width, h, h / 2);
    to.fill();
    to.stroke();
    to.font = font;
    to.fillStyle = colors.accent;
    to.fillText(text, x + 6, y + 12);
  }
}
