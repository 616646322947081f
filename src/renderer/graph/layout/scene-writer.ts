import { groupBy } from './csr.ts';
import type { SceneData } from './layout-model.ts';

/** Px of difference that nobody sees: such points are on one line. */
const SAME = 0.75;

/** Collects a picture and hands it out as typed arrays. */
export class SceneWriter {
  readonly x: number[] = [];
  readonly y: number[] = [];
  readonly #ref: number[] = [];
  readonly #w: number[] = [];
  readonly #h: number[] = [];
  readonly #isOpen: number[] = [];
  readonly #frame: number[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #pointStart: number[] = [];
  readonly #points: number[] = [];
  readonly #memberStart: number[] = [];
  readonly #members: number[] = [];
  /** By item and side. */
  readonly #stubKey: number[] = [];
  readonly #stubMember: number[] = [];

  item(ref: number, x: number, y: number, w: number, h: number, isOpen: boolean, frame: number): number {
    this.x.push(x);
    this.y.push(y);
    this.#w.push(w);
    this.#h.push(h);
    this.#isOpen.push(isOpen ? 1 : 0);
    this.#frame.push(frame);
    return this.#ref.push(ref) - 1;
  }

  edge(from: number, to: number, members: readonly number[]): void {
    this.#from.push(from);
    this.#to.push(to);
    this.#pointStart.push(this.#points.length / 2);
    this.#memberStart.push(this.#members.length);
    for (const member of members) this.#members.push(member);
  }

  /** The next point of the edge begun last; one that only lengthens a straight line replaces its end. */
  point(x: number, y: number): void {
    const points = this.#points;
    const size = points.length;
    const first = 2 * (this.#pointStart[this.#pointStart.length - 1] ?? 0);
    const lastX = points[size - 2] ?? 0;
    if (size >= first + 4 && Math.abs(lastX - x) < SAME && Math.abs((points[size - 4] ?? 0) - x) < SAME) {
      points[size - 1] = y;
      return;
    }
    if (size >= first + 2 && Math.abs(lastX - x) < SAME && Math.abs((points[size - 1] ?? 0) - y) < SAME)
      return;
    points.push(size >= first + 2 && Math.abs(lastX - x) < SAME ? lastX : x, y);
  }

  stub(item: number, side: 0 | 1, members: readonly number[]): void {
    for (const member of members) {
      this.#stubKey.push(2 * item + side);
      this.#stubMember.push(member);
    }
  }

  finish(width: number, height: number): SceneData {
    const byEnd = groupBy(this.#stubKey, 2 * this.#ref.length);
    const stubItem: number[] = [];
    const stubSide: number[] = [];
    const stubMemberStart: number[] = [];
    for (let key = 0; key < 2 * this.#ref.length; key++) {
      if (byEnd.start[key] === byEnd.start[key + 1]) continue;
      stubItem.push(key >> 1);
      stubSide.push(key & 1);
      stubMemberStart.push(byEnd.start[key] ?? 0);
    }
    return {
      width,
      height,
      ref: Int32Array.from(this.#ref),
      x: Float32Array.from(this.x),
      y: Float32Array.from(this.y),
      w: Float32Array.from(this.#w),
      h: Float32Array.from(this.#h),
      isOpen: Uint8Array.from(this.#isOpen),
      frame: Int32Array.from(this.#frame),
      from: Int32Array.from(this.#from),
      to: Int32Array.from(this.#to),
      pointStart: Int32Array.from([...this.#pointStart, this.#points.length / 2]),
      points: Float32Array.from(this.#points),
      memberStart: Int32Array.from([...this.#memberStart, this.#members.length]),
      members: Int32Array.from(this.#members),
      stubItem: Int32Array.from(stubItem),
      stubSide: Uint8Array.from(stubSide),
      stubMemberStart: Int32Array.from([...stubMemberStart, this.#stubMember.length]),
      stubMembers: byEnd.item.map((index) => this.#stubMember[index] ?? 0),
    };
  }
}
