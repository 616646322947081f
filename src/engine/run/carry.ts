import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor, TensorType } from '../tensor/index.ts';
import type { Arena } from './arena.ts';

type Held =
  | { readonly kind: 'memory'; readonly tensor: Tensor }
  | { readonly kind: 'disk'; readonly type: TensorType; readonly offset: number; readonly length: number };

/** Dropped buffers that are kept. */
const KEPT_FREE = 2;

/** Values that wait between the segment that makes them and the last that reads them; above the limit, on disk. */
export class Carried {
  readonly #held = new Map<string, Held>();
  /** Buffers of dropped values: the next of that size goes there instead of into fresh memory. */
  readonly #free: Uint8Array[] = [];
  readonly #limit: number;
  #bytes = 0;
  #spill: { readonly folder: string; readonly file: number; end: number } | undefined;

  /** @param limit bytes kept in memory. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Copies the values: the tensor's own memory belongs to the segment. */
  put(name: string, tensor: Tensor): void {
    if (this.#bytes + tensor.bytes.byteLength <= this.#limit) {
      this.#bytes += tensor.bytes.byteLength;
      this.#held.set(name, { kind: 'memory', tensor: { ...tensor, bytes: this.#copy(tensor.bytes) } });
      return;
    }
    const spill = (this.#spill ??= openSpill());
    let written = 0;
    while (written < tensor.bytes.byteLength) {
      written += writeSync(
        spill.file,
        tensor.bytes,
        written,
        tensor.bytes.byteLength - written,
        spill.end + written,
      );
    }
    this.#held.set(name, { kind: 'disk', type: tensor, offset: spill.end, length: tensor.bytes.byteLength });
    spill.end += tensor.bytes.byteLength;
  }

  #copy(bytes: Uint8Array): Uint8Array {
    const index = this.#free.findIndex((free) => free.byteLength === bytes.byteLength);
    const target = this.#free.splice(index, index < 0 ? 0 : 1)[0] ?? new Uint8Array(bytes.byteLength);
    target.set(bytes);
    return target;
  }

  has(name: string): boolean {
    return this.#held.has(name);
  }

  /** Bytes that `get` will take from the arena: those of values on disk. */
  bytesToLoad(name: string): number {
    const held = this.#held.get(name);
    return held?.kind === 'disk' ? held.length : 0;
  }

  get(name: string, arena: Arena): Tensor | undefined {
    const held = this.#held.get(name);
    if (held === undefined) return undefined;
    if (held.kind === 'memory') return held.tensor;
    const bytes = arena.take(held.length);
    let read = 0;
    while (read < held.length && this.#spill !== undefined) {
      const count = readSync(this.#spill.file, bytes, read, held.length - read, held.offset + read);
      if (count === 0) break;
      read += count;
    }
    return { dtype: held.type.dtype, dims: held.type.dims, bytes };
  }

  drop(name: string): void {
    const held = this.#held.get(name);
    if (held?.kind === 'memory') {
      this.#bytes -= held.tensor.bytes.byteLength;
      if (this.#free.length < KEPT_FREE) this.#free.push(held.tensor.bytes);
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
