import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const isFull = process.env['MUTATION'] === 'full';

/** `npm run mutation` runs the full set, `npm test` the first of it; the seed is the same. */
export const SET = {
  isFull,
  seed: Number(process.env['MUTATION_SEED'] ?? 1),
  singles: isFull ? 200 : 48,
  doubles: isFull ? 50 : 10,
  reordered: isFull ? 40 : 5,
  timeout: isFull ? 3_600_000 : 120_000,
};

/** A folder for mutants, gone after the tests of the file. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'layerdiff-mutation-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Where `--result` names a folder: what was done and found, for other programs. */
export function keepResult(name: string, result: unknown): void {
  const folder = process.env['MUTATION_RESULT'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify(result, (_, value: unknown) => (value === Infinity ? 'Infinity' : value), 1);
  writeFileSync(join(folder, name), `${text}\n`);
}
