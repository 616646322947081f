/**
 * One block of memory that every segment uses anew: the first touch of fresh memory costs far more than the copy into
 * warm memory, so nothing is allocated per tensor. Views are valid until the next `reset`.
 */
export class Arena {
  #block: Uint8Array<ArrayBuffer>;
  #used = 0;

  /** @param block memory to begin with. */
  constructor(block = new Uint8Array(0)) {
    this.#block = block;
  }

  get bytes(): number {
    return this.#block.byteLength;
  }

  /** Makes room before the first use, so that the block need not grow (the old one would linger until it is collected). */
  reserve(bytes: number): void {
    if (this.#block.byteLength < bytes) this.#block = new Uint8Array(Math.ceil(bytes / 4096) * 4096);
  }

  /** Forgets all views and makes room for `bytes` in all. */
  reset(bytes: number): void {
    this.#used = 0;
    this.reserve(bytes);
  }

  /** Where `take` stands: views taken from here on are forgotten by `rewind`. */
  get mark(): number {
    return this.#used;
  }

  rewind(mark: number): void {
    this.#used = mark;
  }

  /** `length` bytes, 64-byte aligned, contents undefined; from fresh memory where the block is used up. */
  take(length: number): Uint8Array {
    const start = this.#used;
    const end = start + Math.ceil(length / 64) * 64;
    if (end > this.#block.byteLength) return new Uint8Array(length);
    this.#used = end;
    return this.#block.subarray(start, start + length);
  }
}

/** Bytes that `take` needs for a value of this length. */
export function arenaBytes(length: number): number {
  return Math.ceil(length / 64) * 64;
}
