import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { writeAtomically } from './atomic-write.ts';

/**
 * A small JSON file of the app's own. A file that is missing, damaged or of another version counts as empty: what is
 * kept here is convenience, and must never keep the app from starting.
 */
export class JsonStore<T> {
  readonly #path: string;
  #value: T;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, schema: z.ZodType<T>, empty: T) {
    this.#path = path;
    this.#value = readJson(path, schema) ?? empty;
  }

  get(): T {
    return this.#value;
  }

  /** The promise is for whoever must know that it is on disk; a failure costs the memory of it only. */
  set(value: T): Promise<void> {
    this.#value = value;
    this.#writing = this.#writing
      .then(() => writeAtomically(this.#path, `${JSON.stringify(value, undefined, 1)}\n`))
      .catch((error: unknown) => console.error(error));
    return this.#writing;
  }
}

function readJson<T>(path: string, schema: z.ZodType<T>): T | undefined {
  try {
    const { success, data } = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return success ? data : undefined;
  } catch {
    return undefined;
  }
}
