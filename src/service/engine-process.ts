import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineEvent, EngineOrder } from '../shared/progress.ts';
import type { EngineProcess, StartEngineProcess } from './engine-job.ts';

/** Freed buffers stay with the process: the first touch of fresh memory is what costs (glibc mallopt(3)). */
export const MEMORY_SETTINGS = {
  MALLOC_TRIM_THRESHOLD_: String(2 ** 30),
  MALLOC_MMAP_THRESHOLD_: String(2 ** 30),
};

/** `entry.ts` with all that it needs in a few files (`scripts/bundle-engine.mjs`). */
const ENTRY = new URL('../bundled/engine/entry.js', import.meta.url);

/**
 * A Node child that runs the engine: the runtime blocks its thread, may abort, and must be killable. Its working
 * directory is the model's folder, where the runtime looks for external data; paths are absolute.
 */
export const forkEngine: StartEngineProcess = (candidate, handlers): EngineProcess => {
  // What the engine puts aside on disk goes with it, however it ends.
  const scratch = mkdtempSync(join(tmpdir(), 'layerdiff-engine-'));
  const child = fork(fileURLToPath(ENTRY), [], {
    cwd: dirname(candidate),
    env: { ...process.env, ...MEMORY_SETTINGS, TMPDIR: scratch, TEMP: scratch, TMP: scratch },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)));
  child.on('message', (event: EngineEvent) => handlers.onEvent(event));
  child.on('error', (error) => {
    // Without a process there will be no exit.
    if (child.pid !== undefined) return;
    rmSync(scratch, { recursive: true, force: true });
    handlers.onGone(error.message, '');
  });
  child.on('exit', (code, signal) => {
    rmSync(scratch, { recursive: true, force: true });
    handlers.onGone(signal ?? `exit code ${code}`, stderr);
  });
  return {
    send: (order: EngineOrder) => {
      if (child.connected) child.send(order);
    },
    release: () => {
      if (child.connected) child.disconnect();
      // It has said all; that its memory is given back is nothing to wait for.
      rmSync(scratch, { recursive: true, force: true });
      child.unref();
      child.stderr?.destroy();
    },
    kill: () => child.kill('SIGKILL'),
  };
};
