import type { Tensor } from '../tensor/index.ts';
import type { Arena } from './arena.ts';
import { Carried } from './carry.ts';

/** Where a value enters a segment. */
export type ValueKind = 'input' | 'fed' | 'weight' | 'carried';

/**
 * The same run with some values replaced, side by side with the run itself: a lane goes through a segment only where
 * something that it reads there is not what the run reads.
 */
export interface Lane {
  /**
   * What is read instead of a value, of the same dtype and shape; undefined: the value itself. Asked for model inputs,
   * fed values (by their key) and open weights each time a segment reads them, for carried values once, when they are made.
   */
  readonly replace: (kind: ValueKind, name: string, tensor: Tensor) => Tensor | undefined;
}

/** A lane and what it carries from segment to segment: just the values that differ from the run's. */
export class LaneState {
  readonly lane: Lane;
  readonly #carried: Carried;

  constructor(lane: Lane, carryLimit: number) {
    this.lane = lane;
    this.#carried = new Carried(carryLimit);
  }

  /** Bytes that `feedsOf` will take from the arena at most. */
  bytesToLoad(name: string): number {
    return this.#carried.bytesToLoad(name);
  }

  /**
   * What the lane reads in a segment; undefined where that is what the run reads.
   * @param feeds of the run: name → kind and value.
   */
  feedsOf(
    feeds: ReadonlyMap<string, { readonly kind: ValueKind; readonly key: string; readonly tensor: Tensor }>,
    arena: Arena,
  ): Map<string, Tensor> | undefined {
    const own = new Map<string, Tensor>();
    let isSame = true;
    for (const [name, { kind, key, tensor }] of feeds) {
      const other = kind === 'carried' ? this.#carried.get(key, arena) : this.lane.replace(kind, key, tensor);
      isSame &&= other === undefined;
      own.set(name, other ?? tensor);
    }
    return isSame ? undefined : own;
  }

  /** @param differs the lane went through the segment that made it. */
  carry(name: string, tensor: Tensor, differs: boolean): void {
    const replaced = this.lane.replace('carried', name, tensor);
    if (replaced !== undefined) this.#carried.put(name, replaced);
    else if (differs) this.#carried.put(name, tensor);
  }

  drop(name: string): void {
    this.#carried.drop(name);
  }

  close(): void {
    this.#carried.close();
  }
}
