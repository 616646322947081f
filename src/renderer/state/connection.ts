import type { WindowApi } from '../../shared/contract.ts';
import { errorToWire } from '../../shared/errors.ts';
import type { Carrier } from '../connect/carrier.ts';
import { clientOver, greet } from '../connect/client.ts';
import { loseConnection, openModel, openReference, openReport, startRun, takeEvents } from './actions.ts';
import type { App } from './app.ts';
import { DEFAULT_OPTIONS } from './app.ts';

/** Connects, greets, and opens what the command line named; after a loss it only connects. */
export async function connect(app: App, carrier: Carrier, isFirst: boolean): Promise<void> {
  app.connection.set({ kind: 'connecting' });
  try {
    const gone = new AbortController();
    const channel = await carrier.open((reason) => {
      gone.abort();
      loseConnection(app, reason);
    });
    const window: WindowApi = {
      jobEvents: (job, batch, events) => takeEvents(app, job, batch, events),
      openFiles: (paths) => void openGiven(app, paths),
    };
    const client = clientOver(channel, window, gone.signal);
    const hello = await greet(client);
    app.connection.set({ kind: 'ready', client, hello });
    if (!isFirst) return;
    if (hello.stages !== undefined) app.options.set({ ...DEFAULT_OPTIONS, ...hello.stages });
    if (hello.report !== undefined) await openReport(app, hello.report);
    if (hello.candidate !== undefined) await openModel(app, hello.candidate);
    if (hello.reference !== undefined && app.problem.get() === undefined)
      await openReference(app, hello.reference);
    if (hello.candidate !== undefined && hello.reference !== undefined && app.problem.get() === undefined)
      await startRun(app);
  } catch (error) {
    app.connection.set({ kind: 'lost', reason: errorToWire(error).message });
  }
}

/** Files given from outside, by what they are called: a model, a report, else a reference. */
export async function openGiven(app: App, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (/\.onnx$/i.test(path)) await openModel(app, path);
    else if (/\.json$/i.test(path)) await openReport(app, path);
    else await openReference(app, path);
  }
}
