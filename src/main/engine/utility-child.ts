import type { App, utilityProcess } from 'electron/main';
import { lastWords } from './child.ts';
import type { Child, ChildOptions, Ended } from './child.ts';

export interface UtilityPorts {
  readonly fork: typeof utilityProcess.fork;
  readonly app: Pick<App, 'on' | 'off'>;
  readonly kill: (pid: number) => void;
}

/** A process of Electron's own kind. */
export function forkUtility(ports: UtilityPorts, entry: string, options: ChildOptions): Child {
  const process = ports.fork(entry, [], {
    serviceName: options.name,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(options.env === undefined ? {} : { env: { ...globalThis.process.env, ...options.env } }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const stderr = lastWords(process.stderr ?? undefined);
  const ended = new Promise<Ended>((resolve) => {
    // It says why, where `exit` has only a number; which of the two comes first is not promised.
    const onGone = (_event: unknown, details: Electron.Details): void => {
      if (details.name === options.name)
        resolve({ how: `${details.reason}, exit code ${details.exitCode}`, stderr: stderr() });
    };
    ports.app.on('child-process-gone', onGone);
    process.on('exit', (code) => {
      ports.app.off('child-process-gone', onGone);
      resolve({ how: `exit code ${code}`, stderr: stderr() });
    });
  });
  return {
    post: (message, transfer = []) => process.postMessage(message, [...transfer]),
    onMessage: (handler) => void process.on('message', handler),
    ended,
    kill: () => {
      const { pid } = process;
      process.kill();
      // SIGTERM waits for a thread that may be inside the runtime for minutes.
      if (pid !== undefined) ports.kill(pid);
    },
  };
}
