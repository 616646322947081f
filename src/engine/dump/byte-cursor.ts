import { badFile } from './bad-file.ts';
import type { ByteSource } from './byte-source.ts';

const WINDOW_BYTES = 64 * 1024;

/** Reads a source forwards in windows, so that a small header before large data costs one small read. */
export class ByteCursor {
  readonly #source: ByteSource;
  readonly #place: string | undefined;
  #window = Buffer.alloc(0);
  #windowStart: number;
  #at = 0;

  /** @param place how messages name the part of the file */
  constructor(source: ByteSource, start = 0, place?: string) {
    this.#source = source;
    this.#windowStart = start;
    this.#place = place;
  }

  get position(): number {
    return this.#windowStart + this.#at;
  }

  get remaining(): number {
    return this.#source.size - this.position;
  }

  byte(): number {
    if (this.#at >= this.#window.length) this.#fill(1);
    return this.#window[this.#at++] ?? 0;
  }

  /** A view that is valid until the next call. */
  bytes(length: number): Buffer {
    if (this.#at + length > this.#window.length) this.#fill(length);
    this.#at += length;
    return this.#window.subarray(this.#at - length, this.#at);
  }

  /** What is in memory from here on, at least one byte; valid until the next call. */
  peek(): Buffer {
    if (this.#at >= this.#window.length) this.#fill(1);
    return this.#window.subarray(this.#at);
  }

  skip(length: number): void {
    if (length > this.remaining) throw this.#endsEarly(length);
    if (this.#at + length <= this.#window.length) {
      this.#at += length;
      return;
    }
    this.#windowStart = this.position + length;
    this.#at = 0;
    this.#window = this.#window.subarray(0, 0);
  }

  /** Length of what comes before the next `value`, or `undefined` if there is none within `limit` bytes. */
  distanceTo(value: number, limit: number): number | undefined {
    let searched = 0;
    for (let want = 256; ; want *= 4) {
      const available = Math.min(limit, want, this.remaining);
      if (this.#at + available > this.#window.length) this.#fill(available);
      const index = this.#window.indexOf(value, this.#at + searched);
      if (index >= 0) return index - this.#at < limit ? index - this.#at : undefined;
      searched = this.#window.length - this.#at;
      if (available < want) return undefined;
    }
  }

  #fill(length: number): void {
    if (length > this.remaining) throw this.#endsEarly(length);
    const start = this.position;
    this.#window = Buffer.alloc(Math.min(Math.max(length, WINDOW_BYTES), this.#source.size - start));
    this.#source.read(start, this.#window);
    this.#windowStart = start;
    this.#at = 0;
  }

  #endsEarly(length: number) {
    const where = this.#place === undefined ? '' : `${this.#place}, `;
    return badFile(
      this.#source.file,
      `${where}byte ${this.position}`,
      `ends early: ${length} more bytes are needed, ${this.remaining} are left`,
      'it is cut short: copy or save it again',
    );
  }
}
