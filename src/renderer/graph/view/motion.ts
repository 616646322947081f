import { between, startBoxes } from '../model/tween.ts';
import type { Scene } from '../model/scene.ts';

const MOVE_MS = 260;
/** More items than this appear in their places at once. */
const MOST_MOVING = 2500;

export function canMove(before: Scene, next: Scene): boolean {
  return before.isFlat === next.isFlat && Math.max(next.ref.length, before.ref.length) <= MOST_MOVING;
}

/** Shows the way from one picture to the next, slower towards the end. @returns the way to stop */
export function moveScene(
  before: Scene,
  next: Scene,
  [shiftX, shiftY]: readonly [number, number],
  show: (scene: Scene, isStep: boolean) => void,
): () => void {
  const from = startBoxes(before, next, shiftX, shiftY);
  const began = performance.now();
  let frame = 0;
  const advance = (): void => {
    const part = Math.min(1, (performance.now() - began) / MOVE_MS);
    if (part === 1) show(next, false);
    else {
      show(between(next, from, 1 - (1 - part) ** 3), true);
      frame = requestAnimationFrame(advance);
    }
  };
  advance();
  return () => cancelAnimationFrame(frame);
}
