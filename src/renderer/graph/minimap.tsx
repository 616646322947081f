import { useEffect, useRef } from 'react';
import type { PointerEvent, ReactNode } from 'react';
import { boxOf } from './model/scene.ts';
import { fillOf } from './paint/draw-boxes.ts';
import type { Look } from './paint/look.ts';
import { fold, unfold } from './view/fold.ts';
import type { Fold } from './view/fold.ts';
import type { GraphView } from './view/graph-view.ts';

const WIDTH = 168;
const HEIGHT = 132;
const INSET = 6;

/** The whole picture, small: where the view is, and where error is introduced. Keys do the same on the graph itself. */
export function Minimap({ view, label }: { readonly view: GraphView; readonly label: string }): ReactNode {
  const picture = useRef<HTMLCanvasElement>(null);
  const window = useRef<HTMLCanvasElement>(null);
  const folded = useRef<Fold>(undefined);

  useEffect(() => {
    let frame = 0;
    let drawn: Look | undefined;
    const draw = (): void => {
      frame = 0;
      const look = view.settled.get();
      if (look === undefined || picture.current === null || window.current === null) return;
      const { scene } = look;
      folded.current = fold(scene.width, scene.height, WIDTH - 2 * INSET, HEIGHT - 2 * INSET);
      if (drawn !== look) drawPicture(prepare(picture.current), look, folded.current);
      drawn = look;
      drawWindow(prepare(window.current), view, look, folded.current);
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const stops = [view.settled.subscribe(schedule), view.moves.subscribe(schedule)];
    schedule();
    return () => {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
    };
  }, [view]);

  const move = (event: PointerEvent<HTMLCanvasElement>): void => {
    const look = view.settled.get();
    if (event.buttons === 0 || folded.current === undefined || look === undefined) return;
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = unfold(folded.current, event.clientX - box.left - INSET, event.clientY - box.top - INSET);
    view.camera.moveTo(view.camera.transform().k, x, y, false);
  };
  const size = { width: WIDTH, height: HEIGHT };
  return (
    <div className="graph-minimap" style={size}>
      <canvas ref={picture} style={size} aria-hidden="true" />
      <canvas
        ref={window}
        style={size}
        role="img"
        aria-label={label}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          move(event);
        }}
        onPointerMove={move}
      />
    </div>
  );
}

function prepare(canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined {
  const ratio = devicePixelRatio;
  if (canvas.width !== WIDTH * ratio) {
    canvas.width = WIDTH * ratio;
    canvas.height = HEIGHT * ratio;
  }
  const context = canvas.getContext('2d') ?? undefined;
  context?.setTransform(ratio, 0, 0, ratio, ratio * INSET, ratio * INSET);
  context?.clearRect(-INSET, -INSET, WIDTH, HEIGHT);
  return context;
}

function drawPicture(to: CanvasRenderingContext2D | undefined, look: Look, folded: Fold): void {
  if (to === undefined) return;
  const { scene, heat, colors } = look;
  const sites: (readonly [number, number])[] = [];
  // Of many boxes on one px only the worst is drawn: the rest would cost time and could hide it.
  const worst = new Map<number, number>();
  const at = (item: number): readonly [number, number] => {
    const box = boxOf(scene, item);
    const column = Math.min(folded.columns - 1, Math.floor(box.y / folded.span));
    return [
      folded.inset + column * folded.columnWidth + box.x * folded.scaleX,
      (box.y - column * folded.span) * folded.scaleY,
    ];
  };
  for (let item = 0; item < scene.ref.length; item++) {
    if (scene.isOpen[item] === 1) continue;
    const [x, y] = at(item);
    const key = Math.round(x) * 4096 + Math.round(y);
    const other = worst.get(key);
    const bin = heat.bin[scene.ref[item] ?? 0] ?? -1;
    if (other === undefined || bin > (heat.bin[scene.ref[other] ?? 0] ?? -1)) worst.set(key, item);
  }
  for (const item of worst.values()) {
    const ref = scene.ref[item] ?? 0;
    const { w, h } = boxOf(scene, item);
    const [x, y] = at(item);
    to.fillStyle = heat.bin[ref] === -1 ? colors.nodeUnmatched : fillOf(look, ref);
    to.fillRect(x, y, Math.max(1.5, w * folded.scaleX), Math.max(1, h * folded.scaleY));
    if ((heat.sites[ref] ?? 0) > 0) sites.push([x + (w * folded.scaleX) / 2, y + (h * folded.scaleY) / 2]);
  }
  to.fillStyle = colors.fault;
  to.strokeStyle = colors.ground;
  for (const [x, y] of sites) {
    to.beginPath();
    to.arc(x, y, 3, 0, 2 * Math.PI);
    to.fill();
    to.stroke();
  }
}

function drawWindow(
  to: CanvasRenderingContext2D | undefined,
  view: GraphView,
  { colors, scene }: Look,
  folded: Fold,
): void {
  if (to === undefined) return;
  const { left, top, right, bottom } = view.camera.area();
  to.strokeStyle = colors.accent;
  to.fillStyle = colors.accent;
  to.lineWidth = 1.5;
  for (let column = 0; column < folded.columns; column++) {
    const from = column * folded.span;
    const upper = Math.max(top, from);
    const lower = Math.min(bottom, from + folded.span);
    if (lower <= upper) continue;
    const x = folded.inset + Math.max(0, left) * folded.scaleX + column * folded.columnWidth;
    const w = Math.max(4, (Math.min(scene.width, right) - Math.max(0, left)) * folded.scaleX);
    const y = (upper - from) * folded.scaleY;
    const h = Math.max(3, (lower - upper) * folded.scaleY);
    to.globalAlpha = 0.12;
    to.fillRect(x, y, w, h);
    to.globalAlpha = 1;
    to.beginPath();
    to.roundRect(x, y, w, h, 2);
    to.stroke();
  }
}
