import type { ArrayLayout } from './stored-array.ts';
import { StoredArray } from './stored-array.ts';
import type { DumpEntry, DumpSample, NamedEntry, SkippedEntry, StageRecord } from './reader.ts';
import { bareStage, withoutPrototype } from './stages.ts';
import type { StageName } from './stages.ts';

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
  readonly #stages: Record<StageName, DumpEntry[]> = { pre: [], post: [] };

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /**
   * @param storage equal for names of the same stored tensor
   * @param known where the format says what the tensor is; else a name like `post.boxes` says it is no activation
   */
  add(name: string, layout: ArrayLayout, storage: string, known?: BareRole): DumpEntry | undefined {
    if (this.#names.has(name)) {
      this.skip(name, 'another tensor has the same name');
      return undefined;
    }
    this.#names.add(name);
    const role = known ?? OUTPUT;
    const stage = known === undefined ? bareStage(name) : undefined;
    const entry: DumpEntry = {
      key: name,
      path: stage?.path ?? name,
      call: 0,
      role: stage?.stage === 'pre' ? 'input' : role.role,
      index: role.index,
      isModulePath: false,
      op: undefined,
      dtype: layout.dtype,
      dims: layout.dims,
      storage,
      locator: new StoredArray(layout),
    };
    (stage === undefined ? this.entries : this.#stages[stage.stage]).push(entry);
    return entry;
  }

  skip(name: string, reason: string): void {
    this.skipped.push({ name, reason });
  }

  sample(index: number, inputs: readonly NamedEntry[] = [], outputs: readonly NamedEntry[] = []): DumpSample {
    const { entries } = this;
    const pre = stageOfTensors(this.#stages.pre);
    return {
      index,
      entries,
      inputs,
      outputs,
      referee: undefined,
      pre,
      post: stageOfTensors(this.#stages.post),
    };
  }
}

function stageOfTensors(tensors: readonly DumpEntry[]): StageRecord | undefined {
  return tensors.length === 0 ? undefined : { settings: withoutPrototype([]), tensors };
}
