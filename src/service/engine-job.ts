import { errorFromWire, LayerdiffError } from '../shared/errors.ts';
import type { ProbeRequest, TensorProbe } from '../shared/probe.ts';
import type { CompareOptions, EngineEvent, EngineOrder } from '../shared/progress.ts';
import type { Report } from '../shared/report.ts';
import type { StagePictures } from '../shared/stage-pictures.ts';

/** A process with the engine in it, whoever started it: Node's child_process, or Electron's main for the service. */
export interface EngineProcess {
  readonly send: (order: EngineOrder) => void;
  /** Lets it end by itself. */
  readonly release: () => void;
  /** Ends it at once. */
  readonly kill: () => void;
}

export interface EngineHandlers {
  readonly onEvent: (event: EngineEvent) => void;
  /** Exactly once, after the last event. */
  readonly onGone: (how: string, stderr: string) => void;
}

export type StartEngineProcess = (candidate: string, handlers: EngineHandlers) => EngineProcess;

export interface EngineJob {
  readonly report: Promise<Report>;
  /** Looks inside a tensor once the report is there; rejected with `engine-died` when the process is gone. */
  probe(request: ProbeRequest): Promise<TensorProbe>;
  /** What was fed, to be looked at; rejected likewise. */
  pictures(sample: number): Promise<StagePictures>;
  /** Ends the engine at once; `report` is then rejected with the tag `cancelled`. */
  cancel(): void;
}

/** What is said of the run itself, as it goes on. */
export type RunEvent = Extract<EngineEvent, { type: 'stage' | 'row' }>;

/** @param stays whether the process waits for `probe` after its report; `cancel` ends it. */
export function runJob(
  start: StartEngineProcess,
  options: CompareOptions,
  onEvent: (event: RunEvent) => void,
  stays: boolean,
): EngineJob {
  let cancelled = false;
  let gone: LayerdiffError | undefined;
  let lastNode = '';
  let asked = 0;
  const waiting = new Map<
    number,
    { subject: string; resolve: (answer: unknown) => void; reject: (error: unknown) => void }
  >();
  let settleReport: { resolve: (report: Report) => void; reject: (error: unknown) => void };
  const report = new Promise<Report>((resolve, reject) => (settleReport = { resolve, reject }));
  const answered = (id: number): (typeof waiting extends Map<number, infer T> ? T : never) | undefined => {
    const one = waiting.get(id);
    waiting.delete(id);
    return one;
  };
  const engine = start(options.candidate, {
    onEvent: (event) => {
      switch (event.type) {
        case 'done':
          lastNode = '';
          settleReport.resolve(event.report);
          if (!stays) engine.release();
          break;
        case 'failed':
          settleReport.reject(errorFromWire(event.error));
          engine.release();
          break;
        case 'probed':
          answered(event.id)?.resolve(event.probe);
          break;
        case 'pictured':
          answered(event.id)?.resolve(event.pictures);
          break;
        case 'probe-failed':
          answered(event.id)?.reject(errorFromWire(event.error));
          break;
        case 'stage':
        case 'row':
          if (event.type === 'stage' && event.node !== '') lastNode = event.node;
          onEvent(event);
      }
    },
    onGone: (how, stderr) => {
      const end = (place: string): LayerdiffError =>
        cancelled ? new LayerdiffError('cancelled', 'stopped') : died(place, how, stderr);
      gone = end(lastNode === '' ? '' : `node ${lastNode}`);
      settleReport.reject(gone);
      // After the run, what it was looking into.
      for (const one of waiting.values()) one.reject(lastNode === '' ? end(one.subject) : gone);
      waiting.clear();
    },
  });
  const ask = (subject: string, order: (id: number) => EngineOrder): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (gone !== undefined) {
        reject(gone);
        return;
      }
      const id = asked++;
      waiting.set(id, { subject, resolve, reject });
      engine.send(order(id));
    });
  engine.send({ type: 'compare', options });
  return {
    report,
    probe: (request) =>
      ask(`tensor ${request.tensor}`, (id) => ({ type: 'probe', id, request })) as Promise<TensorProbe>,
    pictures: (sample) =>
      ask('the inputs', (id) => ({ type: 'pictures', id, sample })) as Promise<StagePictures>,
    cancel: () => {
      cancelled = true;
      engine.kill();
    },
  };
}

function died(place: string, how: string, stderr: string): LayerdiffError {
  // The runtime's and Node's last words may name their own files: what matters is the base name.
  const last = (stderr.trim().split('\n').at(-1) ?? '').replace(/(?:\/[^\s/:]+)+\/([^\s/:]+)/g, '$1');
  return new LayerdiffError(
    'engine-died',
    `the engine died (${how})${last === '' ? '' : `: ${last.slice(0, 300)}`}`,
    place === '' ? {} : { place },
  );
}
