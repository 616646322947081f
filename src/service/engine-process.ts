import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorFromWire, LayerdiffError } from '../shared/errors.ts';
import type { CompareOptions, EngineEvent } from '../shared/progress.ts';
import type { Report } from '../shared/report.ts';

export interface EngineJob {
  readonly report: Promise<Report>;
  /** Ends the engine at once; `report` is then rejected with the tag `cancelled`. */
  cancel(): void;
}

/** Freed buffers stay with the process: the first touch of fresh memory is what costs (glibc mallopt(3)). */
const MEMORY_SETTINGS = { MALLOC_TRIM_THRESHOLD_: String(2 ** 30), MALLOC_MMAP_THRESHOLD_: String(2 ** 30) };

/**
 * Runs a comparison in a process of its own: the runtime blocks its thread, may abort, and must be killable. The
 * child's working directory is the model's folder, where the runtime looks for external data; paths are absolute.
 */
export function startEngine(options: CompareOptions, onEvent: (event: EngineEvent) => void): EngineJob {
  // What the engine puts aside on disk goes with it, however it ends.
  const scratch = mkdtempSync(join(tmpdir(), 'layerdiff-engine-'));
  const child = fork(fileURLToPath(new URL('./entry.js', import.meta.url)), [], {
    cwd: dirname(options.candidate),
    env: { ...process.env, ...MEMORY_SETTINGS, TMPDIR: scratch, TEMP: scratch, TMP: scratch },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  let cancelled = false;
  let lastNode = '';
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)));
  const report = new Promise<Report>((resolve, reject) => {
    let settled = false;
    const settle = (act: () => void): void => {
      if (!settled) act();
      settled = true;
    };
    child.on('message', (event: EngineEvent) => {
      if (event.type === 'done') settle(() => resolve(event.report));
      else if (event.type === 'failed') settle(() => reject(errorFromWire(event.error)));
      else {
        if (event.type === 'stage' && event.node !== '') lastNode = event.node;
        onEvent(event);
      }
    });
    child.on('error', (error) => {
      // Without a process there will be no exit.
      if (child.pid === undefined) rmSync(scratch, { recursive: true, force: true });
      settle(() => reject(new LayerdiffError('engine-died', error.message)));
    });
    child.on('exit', (code, signal) => {
      rmSync(scratch, { recursive: true, force: true });
      settle(() => {
        if (cancelled) reject(new LayerdiffError('cancelled', 'stopped'));
        else reject(died(lastNode, signal ?? `exit code ${code}`, stderr));
      });
    });
    child.send(options);
  });
  return {
    report,
    cancel: () => {
      cancelled = true;
      child.kill('SIGKILL');
    },
  };
}

function died(node: string, how: string, stderr: string): LayerdiffError {
  // The runtime's and Node's last words may name their own files: what matters is the base name.
  const last = (stderr.trim().split('\n').at(-1) ?? '').replace(/(?:\/[^\s/:]+)+\/([^\s/:]+)/g, '$1');
  return new LayerdiffError(
    'engine-died',
    `the engine died (${how})${last === '' ? '' : `: ${last.slice(0, 300)}`}`,
    {
      ...(node === '' ? {} : { place: `node ${node}` }),
    },
  );
}
