import type { Port } from '../../src/service/port-channel.ts';

/** A MessagePortMain: nothing arrives before `start`. */
export class FakePort implements Port {
  readonly posted: unknown[] = [];
  isClosed = false;
  #isStarted = false;
  readonly #early: unknown[] = [];
  readonly #listeners: ((event: { readonly data: unknown }) => void)[] = [];
  readonly #closeListeners: (() => void)[] = [];

  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  on(event: 'message' | 'close', listener: (event: { readonly data: unknown }) => void): void {
    if (event === 'message') this.#listeners.push(listener);
    else this.#closeListeners.push(listener as () => void);
  }
  start(): void {
    this.#isStarted = true;
    for (const data of this.#early.splice(0)) this.arrive(data);
  }
  close(): void {
    this.isClosed = true;
  }
  /** The other end is gone. */
  lose(): void {
    for (const listener of this.#closeListeners) listener();
  }
  arrive(data: unknown): void {
    if (!this.#isStarted) this.#early.push(data);
    else for (const listener of this.#listeners) listener({ data });
  }
}
