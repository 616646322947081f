import type { CompareRequest, JobEvent } from '../../shared/contract.ts';
import type { WireError } from '../../shared/errors.ts';
import type { Stage } from '../../shared/progress.ts';
import type { Report, TensorRow } from '../../shared/report.ts';

/** What a run is doing. */
export interface RunProgress {
  readonly stage: Stage;
  readonly done: number;
  readonly total: number;
  readonly node: string;
  /** `performance.now()` when it began, and when this stage did. */
  readonly startedAt: number;
  readonly stageAt: number;
}

export type RunState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly job: string; readonly progress: RunProgress }
  | { readonly kind: 'failed'; readonly job: string; readonly error: WireError };

/** A finished or half-finished comparison, as the window shows it. */
export interface Shown {
  /** Names it in calls; undefined before any run. */
  readonly job: string | undefined;
  readonly request: CompareRequest | undefined;
  readonly report: Report | undefined;
  readonly rows: ReadonlyMap<string, TensorRow>;
}

export const NOTHING: Shown = { job: undefined, request: undefined, report: undefined, rows: new Map() };

/** A stage that the run came to, seconds after its begin. */
export interface LogLine {
  readonly seconds: number;
  readonly stage: Stage;
  readonly node: string;
}

export interface RunView {
  readonly state: RunState;
  readonly shown: Shown;
  /** Of the run that goes on, or of the last. */
  readonly log: readonly LogLine[];
}

/** What the window shows after a batch of events. The results of the run before stay until new rows replace them. */
export function afterEvents(
  before: RunView,
  job: string,
  request: CompareRequest,
  events: readonly JobEvent[],
  now: number,
): RunView {
  let { state, shown, log } = before;
  for (const event of events) {
    switch (event.type) {
      case 'stage': {
        const known = state.kind === 'running' ? state.progress : undefined;
        const progress: RunProgress = {
          stage: event.stage,
          done: event.done,
          total: event.total,
          node: event.node,
          startedAt: known?.startedAt ?? now,
          stageAt: known?.stage === event.stage ? known.stageAt : now,
        };
        if (known?.stage !== event.stage)
          log = [
            ...log,
            { seconds: (now - progress.startedAt) / 1000, stage: event.stage, node: event.node },
          ];
        state = { kind: 'running', job, progress };
        break;
      }
      case 'rows': {
        const rows = new Map(shown.job === job ? shown.rows : []);
        for (const row of event.rows) rows.set(row.name, row);
        shown = { job, request, report: undefined, rows };
        break;
      }
      case 'done':
        state = { kind: 'idle' };
        shown = { job, request, report: event.report, rows: rowsOf(event.report) };
        break;
      case 'failed':
        state = { kind: 'failed', job, error: event.error };
    }
  }
  return { state, shown, log };
}

export function rowsOf(report: Report): ReadonlyMap<string, TensorRow> {
  return new Map(report.tensors.map((row) => [row.name, row]));
}

/** Seconds that the stage will go on, from how it went so far; undefined before that can be said. */
export function secondsLeft(progress: RunProgress, now: number): number | undefined {
  if (progress.done === 0 || progress.total <= progress.done) return undefined;
  const each = (now - progress.stageAt) / progress.done;
  return ((progress.total - progress.done) * each) / 1000;
}
