import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../build/cli/main.js', import.meta.url));

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command line as a user starts it, with pipes for output. `npm run build` comes first. */
export function runCli(args: readonly string[], cwd: string): CliResult {
  if (!existsSync(CLI)) throw new Error('build/cli/main.js is missing: npm run build');
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined },
  });
  return { status, stdout, stderr };
}

/** What `compare` says about its progress where stderr is no terminal: one line a stage. */
export const PROGRESS: ReadonlySet<string> = new Set([
  'reading the model and the dump',
  'looking at what is fed',
  'looking at what comes after the last node',
  'checking weights',
  'pairing tensors',
  'free run',
  'checking pairs by value',
  'fed run',
  'running the untouched model',
  'measuring what rounding alone does',
  'trying other settings',
  'judging',
]);

export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
