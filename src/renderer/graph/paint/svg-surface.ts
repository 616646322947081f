import type { Surface } from './surface.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Writes what is drawn as SVG elements: the export has the same lines as the screen because the same code draws them. */
export class SvgSurface implements Surface {
  fillStyle: Surface['fillStyle'] = '#000';
  strokeStyle: Surface['strokeStyle'] = '#000';
  lineWidth = 1;
  globalAlpha = 1;
  font = '';
  textAlign: Surface['textAlign'] = 'left';
  readonly #parts: string[] = [];
  #path = '';
  #dash = '';

  beginPath(): void {
    this.#path = '';
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${short(x)} ${short(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.#path += `L${short(x)} ${short(y)}`;
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.#path += `C${[x1, y1, x2, y2, x, y].map(short).join(' ')}`;
  }

  rect(x: number, y: number, w: number, h: number): void {
    this.#path += `M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}z`;
  }

  roundRect(x: number, y: number, w: number, h: number, radii?: number): void {
    const r = Math.min(radii ?? 0, w / 2, h / 2);
    const arc = (dx: number, dy: number): string =>
      `a${short(r)} ${short(r)} 0 0 1 ${short(dx)} ${short(dy)}`;
    this.#path +=
      `M${short(x + r)} ${short(y)}h${short(w - 2 * r)}${arc(r, r)}v${short(h - 2 * r)}${arc(-r, r)}` +
      `h${short(2 * r - w)}${arc(-r, -r)}v${short(2 * r - h)}${arc(r, -r)}z`;
  }

  closePath(): void {
    this.#path += 'z';
  }

  fill(): void {
    this.#add(`<path d="${this.#path}" fill="${escape(this.fillStyle)}"${this.#alpha()}/>`);
  }

  stroke(): void {
    const dash = this.#dash === '' ? '' : ` stroke-dasharray="${this.#dash}"`;
    this.#add(
      `<path d="${this.#path}" fill="none" stroke="${escape(this.strokeStyle)}" stroke-width="${short(this.lineWidth)}"${dash}${this.#alpha()}/>`,
    );
  }

  fillRect(x: number, y: number, w: number, h: number): void {
    this.beginPath();
    this.rect(x, y, w, h);
    this.fill();
  }

  fillText(text: string, x: number, y: number): void {
    const anchor = this.textAlign === 'center' ? ' text-anchor="middle"' : '';
    this.#add(
      `<text x="${short(x)}" y="${short(y)}"${anchor} style="font:${escape(this.font)}" fill="${escape(this.fillStyle)}"${this.#alpha()}>${escape(text)}</text>`,
    );
  }

  setLineDash(segments: Iterable<number>): void {
    this.#dash = [...segments].map(short).join(' ');
  }

  /** @param view `x y width height` of what is shown, in the coordinates that were drawn in */
  finish(view: readonly [number, number, number, number], scale: number, ground: string): string {
    const [x, y, width, height] = view.map(short);
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${x} ${y} ${width} ${height}" ` +
      `width="${short(view[2] * scale)}" height="${short(view[3] * scale)}">` +
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${escape(ground)}"/>` +
      `${this.#parts.join('')}</svg>`
    );
  }

  #add(element: string): void {
    this.#parts.push(element);
  }

  #alpha(): string {
    return this.globalAlpha === 1 ? '' : ` opacity="${this.globalAlpha}"`;
  }
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Names come from files: they may hold anything. */
function escape(text: Surface['fillStyle']): string {
  return typeof text === 'string' ? text.replace(/[&<>"]/g, (letter) => ESCAPES[letter] ?? letter) : '';
}
