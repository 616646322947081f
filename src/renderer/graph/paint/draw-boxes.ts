import { formatNumber } from '../../../shared/format.ts';
import { HEADER } from '../layout/layout-model.ts';
import { MARK } from '../model/heat.ts';
import { KIND } from '../model/model-graph.ts';
import { boxOf } from '../model/scene.ts';
import type { Box } from '../model/scene.ts';
import { BADGE_FONT, BOLD_FONT, FULL_DETAIL, HEAD_FONT, SOFT_FONT } from './look.ts';
import type { Look } from './look.ts';
import type { Surface } from './surface.ts';

const RADIUS = 6;
const GROUP_RADIUS = 9;
/** Width of the square at the right of a group that opens and closes it. */
export const HANDLE = 26;

interface Skin {
  readonly fill: string;
  readonly ink: string;
  readonly soft: string;
  readonly isDashed: boolean;
}

/** Colours of one box. Without a value it is plain; a colour never stands alone, `marks` says the same by shape. */
function skin({ heat, colors, prepared }: Look, ref: number): Skin {
  const bin = heat.bin[ref] ?? -1;
  const kind = prepared.graph.kinds[ref];
  if (kind === KIND.input || kind === KIND.output) {
    return { fill: colors.accentSoft, ink: colors.text, soft: colors.textSoft, isDashed: false };
  }
  if (bin >= 0) {
    const ink = heat.scale.inks[bin] ?? colors.text;
    return { fill: heat.scale.colors[bin] ?? colors.nodePlain, ink, soft: ink, isDashed: false };
  }
  if (kind === KIND.constant) {
    return { fill: colors.nodeUnmatched, ink: colors.text, soft: colors.textSoft, isDashed: false };
  }
  const isUnmatched = heat.mark[ref] === MARK.unmatched;
  return {
    fill: isUnmatched ? colors.surface : colors.nodePlain,
    ink: isUnmatched ? colors.textSoft : colors.text,
    soft: colors.textSoft,
    isDashed: isUnmatched,
  };
}

export function fillOf(look: Look, ref: number): string {
  const { fill, isDashed } = skin(look, ref);
  return isDashed ? look.colors.nodeUnmatched : fill;
}

/** The opened groups, under everything. */
export function drawFrames(to: Surface, look: Look, items: readonly number[], scale: number): void {
  const { scene, colors } = look;
  for (const item of items) {
    const { x, y, w, h } = boxOf(scene, item);
    to.fillStyle = depth(look, item) % 2 === 0 ? colors.surface : colors.ground;
    to.strokeStyle = colors.line;
    to.lineWidth = Math.max(1, 0.62 / scale);
    to.beginPath();
    to.roundRect(x, y, w, h, GROUP_RADIUS);
    to.fill();
    to.stroke();
  }
}

function depth({ scene }: Look, item: number): number {
  let levels = 0;
  for (let at = scene.frame[item] ?? -1; at >= 0; at = scene.frame[at] ?? -1) levels++;
  return levels;
}

/** Names of opened groups: above the edges that come in through the top. */
export function drawHeads(to: Surface, look: Look, items: readonly number[], scale: number): void {
  if (scale < FULL_DETAIL * 0.6) return;
  const { scene, colors, prepared, fitter } = look;
  const font = HEAD_FONT(colors.font);
  to.textAlign = 'left';
  for (const item of items) {
    const { x, y, w } = boxOf(scene, item);
    const label = prepared.texts[scene.ref[item] ?? 0]?.bold ?? '';
    const text = fitter.fit(label, font, w - HANDLE - 24);
    to.fillStyle = depth(look, item) % 2 === 0 ? colors.surface : colors.ground;
    to.beginPath();
    to.roundRect(x + 5, y + 5, fitter.width(text, font) + 12, HEADER - 10, 4);
    to.roundRect(x + w - HANDLE + 3, y + 5, HANDLE - 10, HEADER - 10, 4);
    to.fill();
    to.font = font;
    to.fillStyle = colors.textSoft;
    to.fillText(text, x + 11, y + HEADER / 2 + 4.5);
    handle(to, x + w - HANDLE / 2 - 2, y + HEADER / 2, false, colors.textSoft);
  }
}

export function drawBoxes(to: Surface, look: Look, items: readonly number[], scale: number): void {
  for (const item of items) drawBox(to, look, look.scene.ref[item] ?? 0, boxOf(look.scene, item), scale);
}

function drawBox(to: Surface, look: Look, ref: number, box: Box, scale: number): void {
  const { heat, colors, prepared } = look;
  const { fill, ink, soft, isDashed } = skin(look, ref);
  const isGroup = ref >= prepared.graph.count;
  const kind = prepared.graph.kinds[ref];
  const isPill = kind !== undefined && kind !== KIND.node;
  const radius = isGroup ? GROUP_RADIUS : isPill ? box.h / 2 : RADIUS;
  const mark = heat.mark[ref] ?? MARK.plain;
  const isSite = (heat.sites[ref] ?? 0) > 0;
  if (isGroup) pile(to, look, box, fill, radius);
  to.fillStyle = fill;
  to.beginPath();
  to.roundRect(box.x, box.y, box.w, box.h, radius);
  to.fill();
  if (mark === MARK.over) hatch(to, box, ink, radius);
  to.strokeStyle = isSite ? colors.fault : isDashed ? colors.textSoft : outline(look);
  to.lineWidth = isSite ? 2.5 : 1;
  if (isDashed) to.setLineDash([4, 3]);
  to.stroke();
  if (isDashed) to.setLineDash([]);
  if (kind !== KIND.constant) text(to, look, ref, box, ink, soft, scale);
  if (isSite) badge(to, look, box, heat.sites[ref] ?? 0, isGroup, scale);
  gainLabel(to, look, box, heat.gains[ref] ?? 0, scale);
}

function outline({ colors }: Look): string {
  return colors.isDark ? 'rgba(255,255,255,0.2)' : 'rgba(20,28,45,0.2)';
}

/** A group looks like a pile of sheets: there is more underneath. */
function pile(to: Surface, look: Look, { x, y, w, h }: Box, fill: string, radius: number): void {
  to.strokeStyle = outline(look);
  to.lineWidth = 1;
  for (const step of [6, 3]) {
    to.fillStyle = fill;
    to.beginPath();
    to.roundRect(x + step, y + step, w - 2 * step, h, radius);
    to.fill();
    to.stroke();
  }
}

/** Over the threshold: strokes along the right edge. */
function hatch(to: Surface, { x, y, w, h }: Box, ink: string, radius: number): void {
  to.strokeStyle = ink;
  to.lineWidth = 1.2;
  to.globalAlpha = 0.65;
  to.beginPath();
  for (let at = 8; at < h; at += 6) {
    to.moveTo(x + w - 9, y + at);
    to.lineTo(x + w - 2, y + at - 6);
  }
  to.stroke();
  to.globalAlpha = 1;
  to.beginPath();
  to.roundRect(x, y, w, h, radius);
}

function text(
  to: Surface,
  look: Look,
  ref: number,
  { x, y, w, h }: Box,
  ink: string,
  soft: string,
  scale: number,
): void {
  const { prepared, colors, fitter, countText } = look;
  const isGroup = ref >= prepared.graph.count;
  const { bold = '', soft: second = '' } = prepared.texts[ref] ?? {};
  const kind = prepared.graph.kinds[ref];
  const isSmall = kind !== undefined && kind !== KIND.node;
  const boldFont = isSmall ? SOFT_FONT(colors.font) : BOLD_FONT(colors.font);
  const under = isGroup
    ? countText(prepared.groups.size[ref - prepared.graph.count] ?? 0)
    : isSmall
      ? ''
      : second;
  const isTwoLines = under !== '' && scale >= FULL_DETAIL;
  const room = w - 16 - (isGroup ? HANDLE - 4 : 0);
  to.textAlign = isGroup ? 'left' : 'center';
  const left = isGroup ? x + 12 : x + w / 2;
  to.fillStyle = ink;
  to.font = boldFont;
  to.fillText(fitter.fit(bold, boldFont, room), left, y + h / 2 + (isTwoLines ? -3.5 : 4.5));
  if (isTwoLines) {
    to.font = SOFT_FONT(colors.font);
    to.fillStyle = soft;
    to.globalAlpha = soft === ink ? 0.86 : 1;
    to.fillText(fitter.fit(under, SOFT_FONT(colors.font), room), left, y + h / 2 + 12.5);
    to.globalAlpha = 1;
  }
  if (isGroup && scale >= FULL_DETAIL) handle(to, x + w - HANDLE / 2 - 3, y + h / 2, true, ink);
}

function handle(to: Surface, x: number, y: number, isPlus: boolean, color: string): void {
  to.strokeStyle = color;
  to.lineWidth = 1.5;
  to.beginPath();
  to.moveTo(x - 4.5, y);
  to.lineTo(x + 4.5, y);
  if (isPlus) {
    to.moveTo(x, y - 4.5);
    to.lineTo(x, y + 4.5);
  }
  to.stroke();
}

/** Flag and gain alone, where something was drawn over it. */
export function flag(to: Surface, look: Look, item: number, scale: number): void {
  const { heat, scene, prepared } = look;
  const ref = scene.ref[item] ?? 0;
  const sites = heat.sites[ref] ?? 0;
  if (scene.isOpen[item] === 1) return;
  if (sites > 0) badge(to, look, boxOf(scene, item), sites, ref >= prepared.graph.count, scale);
  gainLabel(to, look, boxOf(scene, item), heat.gains[ref] ?? 0, scale);
}

/** The flag of a place where error enters: it does not shrink with the rest. */
function badge(
  to: Surface,
  { colors, fitter }: Look,
  { x, y, w }: Box,
  count: number,
  isGroup: boolean,
  scale: number,
): void {
  const size = Math.max(1, 0.62 / scale);
  const label = isGroup ? `! ${count}` : '!';
  const font = BADGE_FONT(colors.font, size);
  const width = Math.max(18 * size, fitter.width(label, font) + 11 * size);
  const right = x + w + 8 * size;
  to.fillStyle = colors.fault;
  to.strokeStyle = colors.ground;
  to.lineWidth = 1.5 * size;
  to.beginPath();
  to.roundRect(right - width, y - 9 * size, width, 18 * size, 9 * size);
  to.fill();
  to.stroke();
  to.font = font;
  to.textAlign = 'center';
  to.fillStyle = colors.ground;
  to.fillText(label, right - width / 2, y + 4 * size);
}

/** By how much the error grows here, at the corner across from the flag: outlined, so that sites stay the loudest. */
function gainLabel(to: Surface, { colors, fitter }: Look, { x, y }: Box, gain: number, scale: number): void {
  if (gain === 0) return;
  const size = Math.max(1, 0.62 / scale);
  const font = BADGE_FONT(colors.font, size);
  const label = `×${formatNumber(gain)}`;
  const width = fitter.width(label, font) + 11 * size;
  const left = x + 12 * size - width;
  to.fillStyle = colors.ground;
  to.strokeStyle = colors.fault;
  to.lineWidth = 1.25 * size;
  to.beginPath();
  to.roundRect(left, y - 8.5 * size, width, 17 * size, 8.5 * size);
  to.fill();
  to.stroke();
  to.font = font;
  to.textAlign = 'center';
  to.fillStyle = colors.fault;
  to.fillText(label, left + width / 2, y + 4 * size);
}
