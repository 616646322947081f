import type { ZoomTransform } from 'd3';
import { drawScene } from '../paint/draw-scene.ts';
import type { Look } from '../paint/look.ts';

/** Px drawn beyond each side of the view, so that panning mostly only moves a finished bitmap. */
const APRON = 256;
/** A picture that took longer is scaled as a bitmap while the zoom goes on, and drawn anew when it rests. */
const SLOW_MS = 9;
const REST_MS = 90;

export interface Painter {
  readonly paint: (look: Look, view: ZoomTransform, isMoving: boolean) => void;
  readonly resize: (width: number, height: number, ratio: number) => void;
  /** What was drawn before is out of date. */
  readonly forget: () => void;
  readonly close: () => void;
}

/** `onRest`: asks for another frame when a scaled bitmap has to become sharp. */
export function painter(canvas: HTMLCanvasElement, onRest: () => void): Painter {
  const screen = canvas.getContext('2d');
  const buffer = document.createElement('canvas');
  const ink = buffer.getContext('2d');
  let held: ZoomTransform | undefined;
  let width = 0;
  let height = 0;
  let ratio = 1;
  let cost = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const draw = (look: Look, view: ZoomTransform): void => {
    if (ink === null) return;
    const began = performance.now();
    ink.setTransform(1, 0, 0, 1, 0, 0);
    ink.clearRect(0, 0, buffer.width, buffer.height);
    ink.setTransform(
      ratio * view.k,
      0,
      0,
      ratio * view.k,
      ratio * (view.x + APRON),
      ratio * (view.y + APRON),
    );
    const area = {
      left: (-APRON - view.x) / view.k,
      top: (-APRON - view.y) / view.k,
      right: (width + APRON - view.x) / view.k,
      bottom: (height + APRON - view.y) / view.k,
    };
    drawScene(ink, look, area, view.k);
    held = view;
    cost = performance.now() - began;
  };

  return {
    paint: (look, view, isMoving) => {
      if (screen === null || width === 0) return;
      clearTimeout(timer);
      const isSameScale = held?.k === view.k;
      const isInside =
        held !== undefined && Math.abs(view.x - held.x) <= APRON && Math.abs(view.y - held.y) <= APRON;
      const canWait = held !== undefined && isMoving && cost > SLOW_MS && !isSameScale;
      if (!(isSameScale && isInside) && !canWait) draw(look, view);
      if (held === undefined) return;
      const grown = view.k / held.k;
      screen.setTransform(1, 0, 0, 1, 0, 0);
      screen.clearRect(0, 0, canvas.width, canvas.height);
      const left = (view.x - (held.x + APRON) * grown) * ratio;
      const top = (view.y - (held.y + APRON) * grown) * ratio;
      if (grown === 1) screen.drawImage(buffer, Math.round(left), Math.round(top));
      else {
        screen.drawImage(buffer, left, top, buffer.width * grown, buffer.height * grown);
        timer = setTimeout(onRest, REST_MS);
      }
    },
    resize: (nextWidth, nextHeight, nextRatio) => {
      width = nextWidth;
      height = nextHeight;
      ratio = nextRatio;
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
      buffer.width = Math.max(1, Math.round((width + 2 * APRON) * ratio));
      buffer.height = Math.max(1, Math.round((height + 2 * APRON) * ratio));
      held = undefined;
    },
    forget: () => (held = undefined),
    close: () => clearTimeout(timer),
  };
}
