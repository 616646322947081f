/**
 * Keeps freed buffers for reuse: the first touch of fresh memory costs far more than the copy into warm memory.
 * Buffers are handed out as byte views; a view may lie in a somewhat larger buffer.
 */
export class BufferPool {
  readonly #free: ArrayBuffer[] = [];
  #bytes = 0;
  #peak = 0;

  /** Bytes this pool has allocated and not dropped. */
  get bytes(): number {
    return this.#bytes;
  }

  get peakBytes(): number {
    return this.#peak;
  }

  /** `length` bytes, 8-byte aligned, contents undefined. */
  take(length: number): Uint8Array {
    const needed = Math.max(8, Math.ceil(length / 8) * 8);
    let best = -1;
    for (let index = 0; index < this.#free.length; index++) {
      const size = this.#free[index]?.byteLength ?? 0;
      if (size >= needed && size <= needed * 2 + 4096 && (best < 0 || size < (this.#free[best]?.byteLength ?? 0))) best = index;
    }
    const buffer = best >= 0 ? this.#free.splice(best, 1)[0] : undefined;
    if (buffer !== undefined) return new Uint8Array(buffer, 0, length);
    this.#bytes += needed;
    this.#peak = Math.max(this.#peak, this.#bytes);
    return new Uint8Array(new ArrayBuffer(needed), 0, length);
  }

  give(view: Uint8Array): void {
    this.#free.push(view.buffer as ArrayBuffer);
  }

  /** Lets the garbage collector have free buffers until the pool holds at most `limit` bytes. */
  shrinkTo(limit: number): void {
    this.#free.sort((a, b) => a.byteLength - b.byteLength);
    while (this.#bytes > limit) {
      const buffer = this.#free.pop();
      if (buffer === undefined) return;
      this.#bytes -= buffer.byteLength;
    }
  }
}
