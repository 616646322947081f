import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { viewModel } from '../engine/index.ts';
import { errorLine, errorToWire } from '../shared/errors.ts';
import type { FromService } from '../shared/host-api.ts';
import { LARGE_MODEL_BYTES } from '../shared/host-api.ts';
import type { EngineEvent, EngineOrder } from '../shared/progress.ts';
import type { EngineHandlers, StartEngineProcess } from './engine-job.ts';
import { MEMORY_SETTINGS } from './engine-process.ts';
import type { Port } from './port-channel.ts';

export interface UtilityRunners {
  readonly start: StartEngineProcess;
  readonly started: (id: string, port: Port) => void;
  readonly gone: (id: string, how: string, stderr: string) => void;
}

interface Runner {
  readonly handlers: EngineHandlers;
  /** Orders given before the process was there. */
  readonly waiting: EngineOrder[];
  port: Port | undefined;
}

/** Runners that Electron's main process forks, because a packaged Electron cannot fork itself as Node. */
export function utilityRunners(post: (message: FromService) => void): UtilityRunners {
  const runners = new Map<string, Runner>();
  return {
    start: (candidate, handlers) => {
      const id = randomUUID();
      const runner: Runner = { handlers, waiting: [], port: undefined };
      runners.set(id, runner);
      const cwd = dirname(candidate);
      let isAsked = false;
      const end = (how: string): void => {
        runners.delete(id);
        handlers.onGone(how, '');
      };
      modelBytes(candidate).then(
        (bytes) => {
          if (!runners.has(id)) return;
          isAsked = true;
          post({ type: 'start-runner', id, env: MEMORY_SETTINGS, cwd, modelBytes: bytes });
        },
        (error: unknown) => end(errorLine(errorToWire(error))),
      );
      const kill = (): void => {
        if (isAsked) post({ type: 'kill-runner', id });
        else if (runners.has(id)) end('stopped before it began');
      };
      return {
        send: (order) => {
          if (runner.port === undefined) runner.waiting.push(order);
          else runner.port.postMessage(order);
        },
        // Its work is done; it has nothing left to say.
        release: kill,
        kill,
      };
    },
    started: (id, port) => {
      const runner = runners.get(id);
      if (runner === undefined) {
        port.close();
        return;
      }
      runner.port = port;
      port.on('message', ({ data }) => runner.handlers.onEvent(data as EngineEvent));
      port.start();
      for (const order of runner.waiting.splice(0)) port.postMessage(order);
    },
    gone: (id, how, stderr) => {
      const runner = runners.get(id);
      runners.delete(id);
      runner?.handlers.onGone(how, stderr);
    },
  };
}

/** With its external data, which is what large models have. */
async function modelBytes(candidate: string): Promise<number> {
  const { size } = statSync(candidate);
  if (size > LARGE_MODEL_BYTES) return size;
  const { view } = await viewModel(candidate);
  return Math.max(size, view.initializers.bytes);
}
