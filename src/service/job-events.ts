import type { JobEvent } from '../shared/contract.ts';
import type { EngineEvent } from '../shared/progress.ts';
import type { TensorRow } from '../shared/report.ts';

/** Ten batches a second are enough for the eye. */
const INTERVAL_MILLIS = 100;
/** A window that has not drawn these yet gets no more: what waits is kept here once, not in a socket's buffer. */
const MOST_UNACKNOWLEDGED = 3;

/**
 * Gathers what a run says and hands it on in batches. Stages replace each other, rows of one tensor too; the last event
 * (`done`, `failed`) comes after all of them.
 */
export class JobEvents {
  readonly #send: (batch: number, events: readonly JobEvent[]) => void;
  #stage: JobEvent | undefined;
  #rows = new Map<string, TensorRow>();
  #last: JobEvent | undefined;
  #batch = 0;
  #acknowledged = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (batch: number, events: readonly JobEvent[]) => void) {
    this.#send = send;
  }

  add(event: Extract<EngineEvent, { type: 'stage' | 'row' }>): void {
    if (event.type === 'row') this.#rows.set(event.row.name, event.row);
    else this.#stage = event;
    this.#timer ??= setTimeout(() => this.#flush(), INTERVAL_MILLIS);
  }

  end(event: Extract<JobEvent, { type: 'done' | 'failed' }>): void {
    this.#last = event;
    this.#flush();
  }

  /** The window has taken in everything up to this batch. */
  acknowledge(batch: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, batch);
    if (this.#timer === undefined) this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#batch - this.#acknowledged >= MOST_UNACKNOWLEDGED) return;
    const events: JobEvent[] = [];
    if (this.#stage !== undefined) events.push(this.#stage);
    if (this.#rows.size > 0) events.push({ type: 'rows', rows: [...this.#rows.values()] });
    if (this.#last !== undefined) events.push(this.#last);
    if (events.length === 0) return;
    this.#stage = undefined;
    this.#rows = new Map();
    this.#last = undefined;
    this.#batch++;
    this.#send(this.#batch, events);
  }
}
