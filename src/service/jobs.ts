import { randomUUID } from 'node:crypto';
import type { WindowApi } from '../shared/contract.ts';
import { errorLine, errorToWire, LayerdiffError } from '../shared/errors.ts';
import type { StagePictures } from '../shared/stage-pictures.ts';
import type { ProbeRequest, TensorProbe } from '../shared/probe.ts';
import type { CompareOptions } from '../shared/progress.ts';
import type { Report, TensorRow } from '../shared/report.ts';
import { partialReport } from '../engine/index.ts';
import type { EngineJob, StartEngineProcess } from './engine-job.ts';
import { runJob } from './engine-job.ts';
import { JobEvents } from './job-events.ts';

interface Job {
  readonly engine: EngineJob | undefined;
  readonly events: JobEvents | undefined;
  report: Report | undefined;
}

/** The runs of one window. One at a time holds an engine process: a new one ends the one before. */
export class Jobs {
  readonly #start: StartEngineProcess;
  readonly #window: WindowApi;
  readonly #jobs = new Map<string, Job>();

  constructor(start: StartEngineProcess, window: WindowApi) {
    this.#start = start;
    this.#window = window;
  }

  /** @param atEnd called once the run needs nothing more of what was put aside for it. */
  start(options: CompareOptions, atEnd: () => void): string {
    for (const job of this.#jobs.values()) job.engine?.cancel();
    // What is no longer shown is forgotten; the report shown while the new one runs can still be exported.
    const [previous] = [...this.#jobs].reverse();
    this.#jobs.clear();
    if (previous !== undefined) this.#jobs.set(...previous);
    const id = randomUUID();
    const events = new JobEvents((batch, some) => this.#window.jobEvents(id, batch, some));
    const rows = new Map<string, TensorRow>();
    let engine: EngineJob;
    try {
      engine = runJob(
        this.#start,
        options,
        (event) => {
          if (event.type === 'row') rows.set(event.row.name, event.row);
          events.add(event);
        },
        true,
      );
    } catch (error) {
      atEnd();
      throw error;
    }
    const job: Job = { engine, events, report: undefined };
    this.#jobs.set(id, job);
    void engine.report
      .then(
        (report) => {
          job.report = report;
          events.end({ type: 'done', report });
        },
        (error: unknown) => {
          const wire = errorToWire(error);
          job.report = partialReport(options, [...rows.values()], errorLine({ ...wire, file: '' }));
          events.end({ type: 'failed', error: wire });
        },
      )
      .finally(atEnd);
    return id;
  }

  cancel(id: string): void {
    this.#jobs.get(id)?.engine?.cancel();
  }

  acknowledge(id: string, batch: number): void {
    this.#jobs.get(id)?.events?.acknowledge(batch);
  }

  async probe(id: string, request: ProbeRequest): Promise<TensorProbe> {
    return this.#engine(id).probe(request);
  }

  async pictures(id: string, sample: number): Promise<StagePictures> {
    return this.#engine(id).pictures(sample);
  }

  #engine(id: string): EngineJob {
    const engine = this.#jobs.get(id)?.engine;
    if (engine === undefined)
      throw new LayerdiffError('bad-request', 'values are not at hand', {
        wayOut: 'open model and reference, and run the comparison',
      });
    return engine;
  }

  /** A report that was read from a file, to be exported from here on. */
  keepReport(report: Report): Report {
    // The last one in the list is the one that is shown.
    this.#jobs.delete(OPENED);
    this.#jobs.set(OPENED, { engine: undefined, events: undefined, report });
    return report;
  }

  report(id: string): Report {
    const report = this.#jobs.get(id)?.report;
    if (report === undefined)
      throw new LayerdiffError('bad-request', 'there is no report yet', { wayOut: 'run the comparison' });
    return report;
  }

  close(): void {
    for (const job of this.#jobs.values()) job.engine?.cancel();
    this.#jobs.clear();
  }
}

/** The name under which a report opened from a file is exported. */
const OPENED = 'opened';
