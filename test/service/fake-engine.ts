import type { EngineHandlers, EngineProcess, StartEngineProcess } from '../../src/service/engine-job.ts';
import type { EngineEvent, EngineOrder } from '../../src/shared/progress.ts';
import type { TensorRow } from '../../src/shared/report.ts';

/** An engine process that says what the test says, and remembers what it is told. */
export class FakeEngine implements EngineProcess {
  readonly candidate: string;
  readonly orders: EngineOrder[] = [];
  isReleased = false;
  isKilled = false;
  readonly #handlers: EngineHandlers;

  constructor(candidate: string, handlers: EngineHandlers) {
    this.candidate = candidate;
    this.#handlers = handlers;
  }
  readonly send = (order: EngineOrder): void => void this.orders.push(order);
  readonly release = (): void => void (this.isReleased = true);
  readonly kill = (): void => void (this.isKilled = true);
  say(event: EngineEvent): void {
    this.#handlers.onEvent(event);
  }
  die(how: string, stderr = ''): void {
    this.#handlers.onGone(how, stderr);
  }
}

export function fakeEngines(): { readonly engines: FakeEngine[]; readonly start: StartEngineProcess } {
  const engines: FakeEngine[] = [];
  return {
    engines,
    start: (candidate, handlers) => {
      const engine = new FakeEngine(candidate, handlers);
      engines.push(engine);
      return engine;
    },
  };
}

export function rowOf(name: string, more: Partial<TensorRow> = {}): TensorRow {
  return {
    name,
    node: `node of ${name}`,
    opType: 'Relu',
    scope: '',
    dtype: 'float32',
    shape: [2, 3],
    pairs: [],
    state: 'not-compared',
    reason: undefined,
    total: undefined,
    local: undefined,
    tolerance: undefined,
    excess: undefined,
    gain: undefined,
    noiseFloor: undefined,
    noiseSource: undefined,
    sample: 0,
    overSamples: undefined,
    values: undefined,
    ...more,
  };
}
