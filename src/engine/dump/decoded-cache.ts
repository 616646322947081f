/**
 * Bytes that had to be decoded (an inflated member, varints, a transposed tensor), kept under a budget: the
 * least recently used go first. What is larger than the budget is kept alone until the next one comes.
 */
export class DecodedCache {
  readonly #budgetBytes: number;
  readonly #kept = new Map<object, Uint8Array>();
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  get(key: object, decode: () => Uint8Array): Uint8Array {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const bytes = decode();
    for (const [oldest, old] of this.#kept) {
      if (this.#bytes + bytes.length <= this.#budgetBytes) break;
      this.#kept.delete(oldest);
      this.#bytes -= old.length;
    }
    this.#kept.set(key, bytes);
    this.#bytes += bytes.length;
    return bytes;
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }
}
