import { select, zoom, zoomIdentity } from 'd3';
import type { ZoomTransform } from 'd3';
import type { Box } from '../model/scene.ts';
import type { Rect } from '../layout/grid.ts';

export const SMALLEST_LABELS = 0.6;
const CLOSEST = 2.5;
/** Px around the picture that can be scrolled into view. */
const MARGIN = 240;
const SLOW = 320;

/** What part of the picture is on view. Gestures are d3-zoom's; sizes are CSS px. */
export interface Camera {
  readonly transform: () => ZoomTransform;
  readonly area: () => Rect;
  readonly limit: (width: number, height: number) => void;
  /** `centre`: what must come to the middle, in px of the picture. */
  readonly moveTo: (scale: number, centreX: number, centreY: number, isAnimated: boolean) => void;
  readonly zoomBy: (factor: number) => void;
  readonly panBy: (dx: number, dy: number) => void;
  /** After the view has another size: what was in its middle, or on the way there, is in the middle still. */
  readonly keepMiddle: (before: { readonly width: number; readonly height: number }) => void;
  readonly close: () => void;
}

export interface CameraHost {
  readonly element: HTMLElement;
  readonly size: () => { readonly width: number; readonly height: number };
  readonly isStill: () => boolean;
  readonly onMove: (isGesture: boolean) => void;
}

export function camera({ element, size, isStill, onMove }: CameraHost): Camera {
  let now = zoomIdentity;
  /** Where a movement that goes on will end. */
  let goal: ZoomTransform | undefined;
  const behaviour = zoom<HTMLElement, unknown>()
    .scaleExtent([0.001, CLOSEST])
    .extent(() => [
      [0, 0],
      [size().width, size().height],
    ])
    .filter((event: MouseEvent | WheelEvent | TouchEvent) => {
      if (event.type === 'wheel') return !event.shiftKey;
      return !('button' in event) || event.button < 2;
    })
    .on('zoom', (event: { transform: ZoomTransform; sourceEvent: unknown }) => {
      now = event.transform;
      onMove(event.sourceEvent !== undefined && event.sourceEvent !== null);
    });
  const target = select(element);
  behaviour(target);
  target.on('dblclick.zoom', null);
  const onWheel = (event: WheelEvent): void => {
    if (!event.shiftKey) return;
    event.preventDefault();
    behaviour.translateBy(target, -(event.deltaX + event.deltaY) / now.k, 0);
  };
  element.addEventListener('wheel', onWheel, { passive: false });
  const go = (transform: ZoomTransform, isAnimated: boolean): void => {
    if (!isAnimated || isStill()) {
      behaviour.transform(target.interrupt(), transform);
      return;
    }
    goal = transform;
    const movement = target.transition().duration(SLOW);
    behaviour.transform(movement, transform);
    // A later movement ends this one, and has a goal of its own.
    movement.on('end.goal interrupt.goal cancel.goal', () => {
      if (goal === transform) goal = undefined;
    });
  };
  return {
    transform: () => now,
    area: () => {
      const { width, height } = size();
      return {
        left: -now.x / now.k,
        top: -now.y / now.k,
        right: (width - now.x) / now.k,
        bottom: (height - now.y) / now.k,
      };
    },
    limit: (width, height) => {
      const { width: viewWidth, height: viewHeight } = size();
      const whole = fitScale({ x: 0, y: 0, w: width, h: height }, viewWidth, viewHeight, 1);
      behaviour.scaleExtent([Math.min(0.5, whole * 0.6), CLOSEST]).translateExtent([
        [-MARGIN, -MARGIN],
        [width + MARGIN, height + MARGIN],
      ]);
    },
    moveTo: (scale, centreX, centreY, isAnimated) => {
      const { width, height } = size();
      const transform = zoomIdentity
        .translate(width / 2, height / 2)
        .scale(scale)
        .translate(-centreX, -centreY);
      go(transform, isAnimated);
    },
    zoomBy: (factor) => {
      if (isStill()) behaviour.scaleBy(target, factor);
      else behaviour.scaleBy(target.transition().duration(SLOW / 2), factor);
    },
    panBy: (dx, dy) => {
      behaviour.translateBy(target.interrupt(), dx / now.k, dy / now.k);
    },
    keepMiddle: (before) => {
      const { width, height } = size();
      const { x, y, k } = goal ?? now;
      const moved = zoomIdentity.translate(x + (width - before.width) / 2, y + (height - before.height) / 2);
      behaviour.transform(target.interrupt(), moved.scale(k));
    },
    close: () => {
      target.interrupt().on('.zoom', null);
      element.removeEventListener('wheel', onWheel);
    },
  };
}

export function fitScale(box: Box, width: number, height: number, most: number): number {
  return Math.min(most, (width - 48) / Math.max(1, box.w), (height - 48) / Math.max(1, box.h));
}
