import { iouAt } from './iou.ts';

/** Kept boxes of one group, their corners side by side in memory: most of the time goes into comparing with them. */
export class Members {
  readonly positions: number[] = [];
  #corners = new Float32Array(64);

  /** @param corners of all candidates; of this one from 4 · position. */
  add(position: number, corners: Float32Array): void {
    const at = 4 * this.positions.length;
    if (at === this.#corners.length) {
      const larger = new Float32Array(2 * at);
      larger.set(this.#corners);
      this.#corners = larger;
    }
    this.#corners.set(corners.subarray(4 * position, 4 * position + 4), at);
    this.positions.push(position);
  }

  /** Index of the first member whose IoU with the candidate is above (or on, unless strict) the limit; -1 for none. */
  firstAbove(
    corners: Float32Array,
    position: number,
    plus: number,
    limit: number,
    isStrict: boolean,
  ): number {
    const count = this.positions.length;
    for (let index = 0; index < count; index++) {
      const iou = iouAt(this.#corners, 4 * index, corners, 4 * position, plus);
      if (isStrict ? iou > limit : iou >= limit) return index;
    }
    return -1;
  }

  /** −∞ without members; NaN suppresses nothing. */
  largestIou(corners: Float32Array, position: number, plus: number): number {
    let largest = -Infinity;
    const count = this.positions.length;
    for (let index = 0; index < count; index++) {
      const iou = iouAt(this.#corners, 4 * index, corners, 4 * position, plus);
      if (iou > largest) largest = iou;
    }
    return largest;
  }
}
