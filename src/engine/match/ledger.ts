import type { DumpEntry } from '../dump/index.ts';
import type { Folded, Pair } from './pair.ts';

/** Pairs as they are found: the first rule that pairs an entry keeps it. */
export class Ledger {
  readonly #byEntry = new Map<string, Pair>();
  readonly #folded = new Map<string, Folded>();
  /** Storages of the output entries that each tensor stands for. */
  readonly #madeAs = new Map<string, Set<string>>();
  readonly #ignored: ReadonlySet<string>;

  /** @param ignored tensors and entry keys that no rule may pair. */
  constructor(ignored: ReadonlySet<string>) {
    this.#ignored = ignored;
  }

  add(pair: Pair): void {
    if (!this.isSettled(pair.entry)) this.#put(pair);
  }

  /** What the user's map says of an entry stands. */
  replace(pair: Pair): void {
    if (this.isMapped(pair.entry)) return;
    this.#folded.delete(pair.entry.key);
    this.#put(pair);
  }

  #put(pair: Pair): void {
    if (this.isIgnored(pair.tensor) || this.isIgnored(pair.entry.key)) return;
    this.#byEntry.set(pair.entry.key, pair);
    if (pair.entry.role !== 'output') return;
    const storages = this.#madeAs.get(pair.tensor);
    if (storages === undefined) this.#madeAs.set(pair.tensor, new Set([pair.entry.storage]));
    else storages.add(pair.entry.storage);
  }

  /** The entry has no tensor of its own, and that is right; unless the user's map gives it one. */
  fold(entry: DumpEntry, into: string): void {
    if (this.isMapped(entry)) return;
    const pair = this.#byEntry.get(entry.key);
    if (pair !== undefined) this.#madeAs.get(pair.tensor)?.delete(entry.storage);
    this.#byEntry.delete(entry.key);
    this.#folded.set(entry.key, { entry, into });
  }

  isIgnored(name: string): boolean {
    return this.#ignored.has(name);
  }

  isSettled(entry: DumpEntry): boolean {
    return this.#byEntry.has(entry.key) || this.#folded.has(entry.key) || this.isIgnored(entry.key);
  }

  isMapped(entry: DumpEntry): boolean {
    return this.#byEntry.get(entry.key)?.rule === 'map';
  }

  pairOf(entry: DumpEntry): Pair | undefined {
    return this.#byEntry.get(entry.key);
  }

  /** Storages of the recorded outputs that this tensor was found to be. */
  storagesOf(tensor: string): ReadonlySet<string> {
    return this.#madeAs.get(tensor) ?? NONE;
  }

  get pairs(): readonly Pair[] {
    return [...this.#byEntry.values()];
  }

  get folded(): readonly Folded[] {
    return [...this.#folded.values()];
  }
}

const NONE: ReadonlySet<string> = new Set();
