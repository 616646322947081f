import { availableParallelism } from 'node:os';
import type { Measured } from '../diagnose/index.ts';
import type { Dump, DumpEntry } from '../dump/index.ts';
import type { Comparer } from '../metric/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { Measuring } from './measure.ts';
import { measure } from './measure.ts';
import { SecondThread } from './second-thread.ts';

/** A tensor that a segment made and what it is measured against. */
export interface Made {
  readonly name: string;
  readonly tensor: Tensor;
  readonly entry: DumpEntry | undefined;
  readonly how: Measuring;
}

/** Below this a thread costs more than it saves. */
const WORTH_A_THREAD = 64 * 2 ** 20;

/** Measures what a segment made, on two threads where there is much of it. */
export class Measurer {
  readonly #comparer: Comparer;
  readonly #dump: Dump;
  readonly #reference: string;
  #thread: SecondThread | undefined;

  constructor(comparer: Comparer, dump: Dump, reference: string) {
    this.#comparer = comparer;
    this.#dump = dump;
    this.#reference = reference;
  }

  /** @param bytes of all values that a run will make; @param segmentBytes of the largest segment. */
  prepare(bytes: number, segmentBytes: number): void {
    // Uncompiled sources (in tests) have no file that a thread could run.
    const compiled = import.meta.url.endsWith('.js');
    if (this.#thread !== undefined || !compiled || bytes < WORTH_A_THREAD || availableParallelism() < 2)
      return;
    this.#thread = new SecondThread(this.#reference, Math.ceil(segmentBytes / 2 / 4096) * 4096);
  }

  /** In the order given; tensors of dtypes that do not compare are left out. */
  measureAll(sample: number, made: readonly Made[]): Map<string, Measured> {
    const thread = this.#thread;
    const theirs = thread === undefined ? [] : share(made, thread.capacity);
    if (theirs.length > 0) thread?.begin(sample, theirs);
    const away = new Set(theirs.map((one) => one.name));
    const own = new Map<string, Measured | undefined>();
    for (const { name, tensor, entry, how } of made) {
      if (!away.has(name)) own.set(name, measure(this.#comparer, this.#dump, tensor, entry, how));
    }
    const other = theirs.length > 0 ? thread?.finish() : undefined;
    const all = new Map<string, Measured>();
    for (const { name } of made) {
      const one = own.get(name) ?? other?.get(name);
      if (one !== undefined) all.set(name, one);
    }
    return all;
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }
}

/** About half of the bytes, largest tensors first. */
function share(made: readonly Made[], capacity: number): Made[] {
  const half = made.reduce((sum, one) => sum + one.tensor.bytes.byteLength, 0) / 2;
  const chosen: Made[] = [];
  let bytes = 0;
  for (const one of [...made].sort((a, b) => b.tensor.bytes.byteLength - a.tensor.bytes.byteLength)) {
    const length = Math.ceil(one.tensor.bytes.byteLength / 64) * 64;
    if (bytes + length > Math.min(half, capacity)) continue;
    chosen.push(one);
    bytes += length;
  }
  return chosen;
}
