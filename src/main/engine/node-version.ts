import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LayerdiffError } from '../../shared/errors.ts';

export type RunVersion = (path: string) => Promise<string>;

const OLDEST = [20, 19] as const;

const runVersion: RunVersion = async (path) =>
  (await promisify(execFile)(path, ['--version'], { timeout: 5000, windowsHide: true })).stdout;

/** @throws LayerdiffError `bad-request` when `path` is no Node, or an older one than the engine runs on. */
export async function checkNode(path: string, run: RunVersion = runVersion): Promise<void> {
  const answer = await run(path).catch(() => '');
  const [, major, minor] = /^v(\d+)\.(\d+)\.\d+\s*$/.exec(answer) ?? [];
  const wayOut = `choose Node.js ${OLDEST.join('.')} or newer`;
  if (major === undefined) throw new LayerdiffError('bad-request', 'is not Node.js', { file: path, wayOut });
  if (Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1])) {
    throw new LayerdiffError('bad-request', `is Node.js ${answer.trim()}, too old`, { file: path, wayOut });
  }
}
