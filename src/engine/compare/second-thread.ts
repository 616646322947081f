/**
 * A second thread that measures half of what a segment made, with its own kernel and its own view of the dump. The
 * engine's thread puts tensors into shared memory, measures the other half itself, and waits: nothing is asynchronous,
 * and the results have the same bits wherever they were computed.
 */
import type { MessagePort } from 'node:worker_threads';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { LayerdiffError } from '../../shared/errors.ts';
import type { Measured } from '../diagnose/index.ts';
import type { Tensor, TensorType } from '../tensor/index.ts';
import type { Measuring } from './measure.ts';

export interface SharedTask {
  readonly name: string;
  readonly type: TensorType;
  readonly offset: number;
  readonly length: number;
  readonly how: Measuring;
}

/** What the thread is started with. `state[0]`: 0 while it works, 1 when its answer is out. */
export interface ThreadStart {
  readonly reference: string;
  readonly memory: SharedArrayBuffer;
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly port: MessagePort;
}

export interface ThreadRequest {
  readonly sample: number;
  readonly tasks: readonly SharedTask[];
}

export type ThreadAnswer =
  | { readonly kind: 'measured'; readonly results: readonly (readonly [string, Measured | undefined])[] }
  | { readonly kind: 'failed'; readonly message: string };

/** Longer than any segment takes: the thread is gone. */
const PATIENCE_MILLIS = 10 * 60_000;

export class SecondThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #memory: SharedArrayBuffer;
  readonly #state = new Int32Array(new SharedArrayBuffer(4));

  /** @param capacity bytes of tensors that it takes at a time. */
  constructor(reference: string, capacity: number) {
    this.#memory = new SharedArrayBuffer(capacity);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const start: ThreadStart = { reference, memory: this.#memory, state: this.#state, port: port2 };
    this.#worker = new Worker(new URL('./second-thread-entry.js', import.meta.url), {
      workerData: start,
      transferList: [port2],
    });
    this.#worker.unref();
  }

  get capacity(): number {
    return this.#memory.byteLength;
  }

  /** Copies the tensors over and sets the thread to work. `finish` must follow. */
  begin(
    sample: number,
    tensors: readonly { readonly name: string; readonly tensor: Tensor; readonly how: Measuring }[],
  ): void {
    let offset = 0;
    const tasks = tensors.map(({ name, tensor, how }): SharedTask => {
      const length = tensor.bytes.byteLength;
      new Uint8Array(this.#memory, offset, length).set(tensor.bytes);
      const task = { name, type: { dtype: tensor.dtype, dims: tensor.dims }, offset, length, how };
      offset += Math.ceil(length / 64) * 64;
      return task;
    });
    Atomics.store(this.#state, 0, 0);
    this.#port.postMessage({ sample, tasks } satisfies ThreadRequest);
  }

  /** @throws LayerdiffError when a read of the dump failed over there. */
  finish(): ReadonlyMap<string, Measured | undefined> {
    Atomics.wait(this.#state, 0, 0, PATIENCE_MILLIS);
    const answer = receiveMessageOnPort(this.#port)?.message as ThreadAnswer | undefined;
    if (answer?.kind !== 'measured') {
      throw new LayerdiffError('bad-file', answer?.message ?? 'the measuring thread does not answer');
    }
    return new Map(answer.results);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
