/** What the window does when a command, a button or a file asks for it. Every refusal ends in `problem`. */
import type { ExportFormat } from '../../shared/contract.ts';
import type { WireError } from '../../shared/errors.ts';
import { errorToWire, LayerdiffError } from '../../shared/errors.ts';
import type { Report } from '../../shared/report.ts';
import type { ModelView } from '../../shared/model-view.ts';
import type { EngineClient } from '../connect/client.ts';
import { language } from '../i18n/language.ts';
import { verdictSentence } from '../i18n/verdict.ts';
import type { App } from './app.ts';
import { mapText } from './hand-pairs.ts';
import { selectTensor } from './select.ts';
import { afterEvents, NOTHING, rowsOf } from './run.ts';

/** @throws LayerdiffError `engine-died` while there is no connection. */
export function clientOf(app: App): EngineClient {
  const connection = app.connection.get();
  if (connection.kind === 'ready') return connection.client;
  throw new LayerdiffError('engine-died', 'the engine is not connected');
}

/** Runs work and puts what goes wrong where the user sees it, until something goes wrong anew or it is put away. */
export async function attempt(app: App, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    app.problem.set(errorToWire(error));
  }
}

export async function openModel(app: App, path: string): Promise<void> {
  await attempt(app, async () => {
    const model = await clientOf(app).openModel(path);
    app.model.set(model);
    app.run.set({ state: { kind: 'idle' }, shown: NOTHING, log: [] });
    app.handPairs.set(new Map());
    clearSelection(app);
  });
}

export async function openReference(app: App, path: string): Promise<void> {
  await attempt(app, async () => {
    app.reference.set(await clientOf(app).openReference(path));
  });
}

/** A finished report, with or without the model that it is of. */
export async function openReport(app: App, path: string): Promise<void> {
  await attempt(app, async () => {
    const report = await clientOf(app).openReport(path);
    if (app.model.get()?.name !== report.environment.candidate.name) app.model.set(undefined);
    app.reference.set(undefined);
    clearSelection(app);
    showReport(app, report);
  });
}

function showReport(app: App, report: Report): void {
  app.run.set({
    state: { kind: 'idle' },
    shown: { job: 'opened', request: undefined, report, rows: rowsOf(report) },
    log: [],
  });
  selectFirstSite(app, report);
}

/** What to look at first, unless something is being looked at. */
function selectFirstSite(app: App, report: Report): void {
  const [site] = report.verdict.sites;
  app.sample.set(site?.sample ?? report.samples[0]?.index ?? 0);
  if (app.selection.get() === undefined && site !== undefined) selectTensor(app, site.tensor);
}

function clearSelection(app: App): void {
  app.selection.set(undefined);
  app.selectedTensor.set(undefined);
  app.brushed.set(new Set());
}

export async function openDemo(app: App): Promise<void> {
  const connection = app.connection.get();
  if (connection.kind !== 'ready') return;
  const { demo } = connection.hello;
  app.problem.set(undefined);
  await openModel(app, demo.faulty);
  await openReference(app, demo.reference);
  if (app.problem.get() === undefined) await startRun(app);
}

export async function startRun(app: App): Promise<void> {
  const model = app.model.get();
  const reference = app.reference.get();
  if (model === undefined || reference === undefined) {
    app.overlay.set('run');
    return;
  }
  app.problem.set(undefined);
  await attempt(app, async () => {
    await reopen(app, model, reference.path);
    const request = {
      ...app.options.get(),
      candidate: model.path,
      reference: reference.path,
      map: mapText(app.handPairs.get()),
    };
    const job = await clientOf(app).compare(request);
    jobRequests.set(job, request);
    const now = performance.now();
    const progress = { stage: 'open', done: 0, total: 1, node: '', startedAt: now, stageAt: now } as const;
    app.run.update(({ shown }) => ({ state: { kind: 'running', job, progress }, shown, log: [] }));
  });
}

/** A model that was exported anew since it was opened is shown anew; one that was not stays as it is drawn. */
async function reopen(app: App, model: ModelView, reference: string): Promise<void> {
  const client = clientOf(app);
  const now = await client.openModel(model.path);
  if (now.bytes !== model.bytes || now.modifiedMillis !== model.modifiedMillis) {
    app.model.set(now);
    app.run.update((view) => ({ ...view, shown: NOTHING }));
    clearSelection(app);
  }
  app.reference.set(await client.openReference(reference));
}

type Request = Parameters<EngineClient['compare']>[0];
/** What each job was asked, for what its events are put beside. Only the last two matter. */
const jobRequests = new Map<string, Request>();

/** A batch of events of a job. Those of jobs that are no longer the current one change nothing. */
export function takeEvents(
  app: App,
  job: string,
  batch: number,
  events: Parameters<typeof afterEvents>[3],
): void {
  const request = jobRequests.get(job);
  const view = app.run.get();
  const isCurrent = view.state.kind === 'running' && view.state.job === job;
  if (request !== undefined && isCurrent) {
    const after = afterEvents(view, job, request, events, performance.now());
    app.run.set(after);
    const { report } = after.shown;
    if (report !== undefined && report !== view.shown.report) {
      app.notice.set(verdictSentence(report, language.get()));
      selectFirstSite(app, report);
    }
  }
  clientOf(app)
    .acknowledge(job, batch)
    .catch(() => undefined);
}

export async function cancelRun(app: App): Promise<void> {
  const { state } = app.run.get();
  if (state.kind === 'running') await attempt(app, () => clientOf(app).cancel(state.job));
}

/** The service went away in the middle: a run of it is over, its rows stay. */
export function loseConnection(app: App, reason: string): void {
  const error: WireError = {
    tag: 'engine-died',
    message: reason === '' ? 'the connection was lost' : reason,
  };
  app.run.update((view) =>
    view.state.kind === 'running' ? { ...view, state: { kind: 'failed', job: view.state.job, error } } : view,
  );
  app.connection.set({ kind: 'lost', reason });
}

const NAMES: Readonly<Record<ExportFormat, { readonly name: string; readonly type: string }>> = {
  json: { name: 'report.json', type: 'application/json' },
  csv: { name: 'tensors.csv', type: 'text/csv' },
  markdown: { name: 'summary.md', type: 'text/markdown' },
  map: { name: 'map.json', type: 'application/json' },
};

export async function exportAs(
  app: App,
  format: ExportFormat,
  save: (name: string, blob: Blob) => Promise<void>,
): Promise<void> {
  await attempt(app, async () => {
    const { job } = app.run.get().shown;
    if (job === undefined) throw new LayerdiffError('bad-request', 'there is nothing to export yet');
    const text = await clientOf(app).exportText(job, format);
    const { name, type } = NAMES[format];
    await save(name, new Blob([text], { type }));
  });
}
