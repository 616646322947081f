import type { ArrayLayout } from './stored-array.ts';
import { StoredArray } from './stored-array.ts';
import type { DumpEntry, DumpSample, NamedEntry, SkippedEntry } from './reader.ts';

/** How an entry of a bare dump differs from "output 0 of its own name". */
export interface BareRole {
  readonly role: 'input' | 'output';
  readonly index: number;
}

const OUTPUT: BareRole = { role: 'output', index: 0 };

/** Collects the tensors of one sample of a bare dump: the name is the path and the key, and so must be unique. */
export class BareEntries {
  readonly entries: DumpEntry[] = [];
  readonly skipped: SkippedEntry[] = [];
  readonly #names = new Set<string>();

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** @param storage equal for names of the same stored tensor */
  add(name: string, layout: ArrayLayout, storage: string, role: BareRole = OUTPUT): DumpEntry | undefined {
    if (this.#names.has(name)) {
      this.skip(name, 'another tensor has the same name');
      return undefined;
    }
    this.#names.add(name);
    const entry: DumpEntry = {
      key: name,
      path: name,
      call: 0,
      role: role.role,
      index: role.index,
      isModulePath: false,
      op: undefined,
      dtype: layout.dtype,
      dims: layout.dims,
      storage,
      locator: new StoredArray(layout),
    };
    this.entries.push(entry);
    return entry;
  }

  skip(name: string, reason: string): void {
    this.skipped.push({ name, reason });
  }

  sample(index: number, inputs: readonly NamedEntry[] = [], outputs: readonly NamedEntry[] = []): DumpSample {
    return { index, entries: this.entries, inputs, outputs, referee: undefined };
  }
}
