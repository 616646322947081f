import { host } from '../connect/host.ts';
import { openModel, openReference, openReport } from '../state/actions.ts';
import type { App } from '../state/app.ts';
import { picking } from './picking.ts';

export type Pick = 'model' | 'reference' | 'report';

/** Asks for a file, by the desktop's dialog or by the one in the page, and opens it. */
export async function pickPath(app: App, what: Pick, isFolder = false): Promise<void> {
  if (host === undefined) {
    picking.set(what);
    return;
  }
  const answer = await host.pickFile(what === 'reference' && isFolder ? 'reference-folder' : what);
  if (!answer.ok) {
    app.problem.set(answer.error);
    return;
  }
  if (answer.value !== undefined) await openAs(app, what, answer.value);
}

export async function openAs(app: App, what: Pick, path: string): Promise<void> {
  app.problem.set(undefined);
  if (what === 'model') await openModel(app, path);
  else if (what === 'reference') await openReference(app, path);
  else await openReport(app, path);
  if (app.problem.get() === undefined) void host?.rememberFile({ path, kind: what });
}
