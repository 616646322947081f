import type { DumpEntry } from '../dump/index.ts';
import type { Folded, Pair } from './pair.ts';

/** Pairs as they are found: the first rule that pairs an entry keeps it. */
export class Ledger {
  readonly #byEntry = new Map<string, Pair>();
  readonly #folded = new Map<string, Folded>();

  add(pair: Pair): void {
    if (this.isSettled(pair.entry)) return;
    this.#byEntry.set(pair.entry.key, pair);
  }

  replace(pair: Pair): void {
    this.#folded.delete(pair.entry.key);
    this.#byEntry.set(pair.entry.key, pair);
  }

  /** The entry has no tensor of its own, and that is right. */
  fold(entry: DumpEntry, into: string): void {
    this.#byEntry.delete(entry.key);
    this.#folded.set(entry.key, { entry, into });
  }

  isSettled(entry: DumpEntry): boolean {
    return this.#byEntry.has(entry.key) || this.#folded.has(entry.key);
  }

  pairOf(entry: DumpEntry): Pair | undefined {
    return this.#byEntry.get(entry.key);
  }

  isFolded(entry: DumpEntry): boolean {
    return this.#folded.has(entry.key);
  }

  get pairs(): readonly Pair[] {
    return [...this.#byEntry.values()];
  }

  get folded(): readonly Folded[] {
    return [...this.#folded.values()];
  }
}
