import { join } from 'node:path';
import { z } from 'zod';
import type { RecentFile } from '../../shared/host-api.ts';
import { JsonStore } from './json-store.ts';

const KEPT = 15;

export const recentFileSchema = z.strictObject({
  path: z.string().min(1).max(4096),
  kind: z.enum(['model', 'reference', 'report']),
});

const recentSchema = z.strictObject({
  version: z.literal(1),
  files: z.array(recentFileSchema).max(KEPT),
});

/** The app's own list beside the system's: the system's cannot be read, and Linux has none. */
export class RecentFiles {
  readonly #store: JsonStore<z.infer<typeof recentSchema>>;
  readonly #system: RecentDocuments;

  constructor(userData: string, system: RecentDocuments) {
    this.#store = new JsonStore(join(userData, 'recent-files.json'), recentSchema, { version: 1, files: [] });
    this.#system = system;
  }

  list(): readonly RecentFile[] {
    return this.#store.get().files;
  }

  async add(file: RecentFile): Promise<void> {
    const others = this.list().filter(({ path }) => path !== file.path);
    this.#system.addRecentDocument(file.path);
    await this.#store.set({ version: 1, files: [file, ...others].slice(0, KEPT) });
  }

  async clear(): Promise<void> {
    this.#system.clearRecentDocuments();
    await this.#store.set({ version: 1, files: [] });
  }
}

export interface RecentDocuments {
  addRecentDocument(path: string): void;
  clearRecentDocuments(): void;
}
