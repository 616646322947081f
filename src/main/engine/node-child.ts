import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { LayerdiffError } from '../../shared/errors.ts';
import { lastWords } from './child.ts';
import type { Child, ChildOptions, Ended } from './child.ts';
import { unpacked } from './unpacked.ts';

export type Spawn = (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess;

/** A plain Node, for models that Electron's allocator does not bear. No ports cross to it. */
export function spawnNode(spawn: Spawn, node: string, entry: string, options: ChildOptions): Child {
  const process = spawn(node, [unpacked(entry)], {
    // Plain `spawn`: Electron replaces `fork` to run itself.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
    env: { ...globalThis.process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const stderr = lastWords(process.stderr ?? undefined);
  const ended = new Promise<Ended>((resolve) => {
    process.on('error', ({ message }) => resolve({ how: message, stderr: stderr() }));
    process.on('exit', (code, signal) => resolve({ how: signal ?? `exit code ${code}`, stderr: stderr() }));
  });
  return {
    post: (message, transfer = []) => {
      if (transfer.length > 0) throw new LayerdiffError('bad-request', 'a port cannot go to a plain Node');
      // A process that is on its way out is reported by `ended`, not here.
      if (process.connected) process.send(message as object, () => undefined);
    },
    onMessage: (handler) => void process.on('message', handler),
    ended,
    kill: () => void process.kill('SIGKILL'),
  };
}
