/**
 * A second thread with its own sessions, kernel, arena and view of the dump. It runs the untouched model and pieces of
 * the fed run while the engine's thread is busy with the free run: neither needs what the other finds.
 */
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CompareOptions } from '../../shared/progress.ts';
import type { WireError } from '../../shared/errors.ts';
import { errorFromWire, LayerdiffError } from '../../shared/errors.ts';
import type { Graph } from '../graph/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import type { SessionSettings } from '../run/index.ts';
import type { FedPiece, FedTask } from './fed-pieces.ts';
import type { Outputs, Untouched } from './observe.ts';

export type SideRequest =
  | {
      readonly kind: 'model';
      readonly model: OnnxModel;
      readonly graph: Graph;
      readonly carryLimit: number;
      /** For the tensors of a segment. */
      readonly roomBytes: number;
    }
  | {
      readonly kind: 'untouched';
      readonly path: string;
      readonly inputs: Outputs;
      readonly settings: SessionSettings;
      readonly twice: boolean;
    }
  | { readonly kind: 'fed'; readonly task: FedTask };

export type SideAnswer =
  | { readonly kind: 'untouched'; readonly outputs: Untouched | string }
  | { readonly kind: 'fed'; readonly pieces: readonly FedPiece[] }
  | { readonly kind: 'failed'; readonly error: WireError };

/** Below this a thread costs more than it saves. */
const WORTH_A_THREAD = 64 * 2 ** 20;

/** Two arenas and two sessions at a time need room. */
const ENOUGH_MEMORY = 256 * 2 ** 20;

/** Threads of each of two sessions that run at the same time. */
export function threadsOfEach(options: CompareOptions): number {
  return options.threads > 0 ? options.threads : Math.max(1, Math.floor(availableParallelism() / 2));
}

export class SideThread {
  readonly #worker: Worker;
  #failure: Error | undefined;
  readonly #waiting: { resolve: (answer: SideAnswer) => void; reject: (error: unknown) => void }[] = [];

  constructor(reference: string) {
    this.#worker = new Worker(new URL('./side-thread-entry.js', import.meta.url), { workerData: reference });
    this.#worker.on('message', (answer: SideAnswer) => {
      const waiting = this.#waiting.shift();
      if (answer.kind === 'failed') waiting?.reject(errorFromWire(answer.error));
      else waiting?.resolve(answer);
    });
    this.#worker.on('error', (error) => {
      this.#failure = error;
      for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    });
  }

  /** The model that fed runs are of. */
  useModel(model: OnnxModel, graph: Graph, carryLimit: number, roomBytes: number): void {
    const request: SideRequest = { kind: 'model', model, graph, carryLimit, roomBytes };
    this.#worker.postMessage(request);
  }

  async untouched(
    path: string,
    inputs: Outputs,
    settings: SessionSettings,
    twice: boolean,
  ): Promise<Untouched | string> {
    const answer = await this.#ask({ kind: 'untouched', path, inputs, settings, twice });
    if (answer.kind !== 'untouched') throw unexpected(answer);
    return answer.outputs;
  }

  /** Pieces of the task that this thread came to. */
  async fed(task: FedTask): Promise<readonly FedPiece[]> {
    const answer = await this.#ask({ kind: 'fed', task });
    if (answer.kind !== 'fed') throw unexpected(answer);
    return answer.pieces;
  }

  /** Requests are answered in their order. */
  #ask(request: SideRequest): Promise<SideAnswer> {
    this.#worker.postMessage(request);
    return new Promise((resolve, reject) => {
      if (this.#failure === undefined) this.#waiting.push({ resolve, reject });
      else reject(this.#failure);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A thread where it is worth one and the machine has room for it. Decided before anything is loaded or read. */
export function sideThreadFor(options: CompareOptions): SideThread | undefined {
  // Uncompiled sources (in tests) have no file that a thread could run.
  const compiled = import.meta.url.endsWith('.js');
  const roomy = availableParallelism() >= 2 * threadsOfEach(options) && options.memoryBytes >= ENOUGH_MEMORY;
  if (!compiled || !roomy || options.provider !== 'cpu') return undefined;
  return bytesOnDisk(options.reference) < WORTH_A_THREAD ? undefined : new SideThread(options.reference);
}

/** Of a file or the files of a folder; 0 where that cannot be told: whoever opens it says why. */
function bytesOnDisk(path: string): number {
  try {
    const stat = statSync(path);
    if (!stat.isDirectory()) return stat.size;
    return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
  } catch {
    return 0;
  }
}

function unexpected(answer: SideAnswer): LayerdiffError {
  return new LayerdiffError('runtime', `the side thread answered ${answer.kind}`);
}
