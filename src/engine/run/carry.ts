import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor, TensorType } from '../tensor/tensor.ts';
import type { BufferPool } from './pool.ts';

type Held = { readonly kind: 'memory'; readonly tensor: Tensor } | { readonly kind: 'disk'; readonly type: TensorType; readonly offset: number; readonly length: number };

/** Values that wait between the segment that makes them and the last that reads them; above the limit, on disk. */
export class Carried {
  readonly #held = new Map<string, Held>();
  readonly #pool: BufferPool;
  readonly #limit: number;
  #bytes = 0;
  #spill: { readonly folder: string; readonly file: number; end: number } | undefined;

  /** @param limit bytes kept in memory. */
  constructor(pool: BufferPool, limit: number) {
    this.#pool = pool;
    this.#limit = limit;
  }

  /** Takes over the tensor's buffer. */
  put(name: string, tensor: Tensor): void {
    if (this.#bytes + tensor.bytes.byteLength <= this.#limit) {
      this.#bytes += tensor.bytes.byteLength;
      this.#held.set(name, { kind: 'memory', tensor });
      return;
    }
    const spill = (this.#spill ??= openSpill());
    let written = 0;
    while (written < tensor.bytes.byteLength) {
      written += writeSync(spill.file, tensor.bytes, written, tensor.bytes.byteLength - written, spill.end + written);
    }
    this.#held.set(name, { kind: 'disk', type: tensor, offset: spill.end, length: tensor.bytes.byteLength });
    spill.end += tensor.bytes.byteLength;
    this.#pool.give(tensor.bytes);
  }

  has(name: string): boolean {
    return this.#held.has(name);
  }

  /** The value; from disk it is read into a buffer that the caller gives back to the pool (`isCopy`). */
  get(name: string): { readonly tensor: Tensor; readonly isCopy: boolean } | undefined {
    const held = this.#held.get(name);
    if (held === undefined) return undefined;
    if (held.kind === 'memory') return { tensor: held.tensor, isCopy: false };
    const bytes = this.#pool.take(held.length);
    let read = 0;
    while (read < held.length && this.#spill !== undefined) {
      const count = readSync(this.#spill.file, bytes, read, held.length - read, held.offset + read);
      if (count === 0) break;
      read += count;
    }
    return { tensor: { dtype: held.type.dtype, dims: held.type.dims, bytes }, isCopy: true };
  }

  drop(name: string): void {
    const held = this.#held.get(name);
    if (held?.kind === 'memory') {
      this.#bytes -= held.tensor.bytes.byteLength;
      this.#pool.give(held.tensor.bytes);
    }
    this.#held.delete(name);
  }

  close(): void {
    for (const name of [...this.#held.keys()]) this.drop(name);
    if (this.#spill === undefined) return;
    closeSync(this.#spill.file);
    rmSync(this.#spill.folder, { recursive: true, force: true });
    this.#spill = undefined;
  }
}

function openSpill(): { folder: string; file: number; end: number } {
  const folder = mkdtempSync(join(tmpdir(), 'layerdiff-'));
  return { folder, file: openSync(join(folder, 'carried'), 'wx+', 0o600), end: 0 };
}
