import { host } from '../connect/host.ts';
import { openModel, openReference, openReport } from '../state/actions.ts';
import type { App } from '../state/app.ts';
import { picking } from './picking.ts';

/** What is opened as soon as it is chosen. */
export type Pick = 'model' | 'reference' | 'report';
/** What a path is asked for: tensors of the deployed side and the original picture are settings of a run. */
export type PathPurpose = Pick | 'input' | 'picture';

/** Asks for a file, by the desktop's dialog or by the one in the page, and opens it. */
export async function pickPath(app: App, what: Pick, isFolder = false): Promise<void> {
  const path = await choosePath(app, what, isFolder);
  if (path !== undefined) await openAs(app, what, path);
}

/** Asks for a path; undefined when nothing was chosen. */
export async function choosePath(app: App, what: PathPurpose, isFolder = false): Promise<string | undefined> {
  if (host === undefined)
    return new Promise((resolve) => {
      picking.get()?.done(undefined);
      picking.set({ what, done: resolve });
    });
  const answer = await host.pickFile(what === 'reference' && isFolder ? 'reference-folder' : what);
  if (answer.ok) return answer.value;
  app.problem.set(answer.error);
  return undefined;
}

export async function openAs(app: App, what: Pick, path: string): Promise<void> {
  app.problem.set(undefined);
  if (what === 'model') await openModel(app, path);
  else if (what === 'reference') await openReference(app, path);
  else await openReport(app, path);
  if (app.problem.get() === undefined) void host?.rememberFile({ path, kind: what });
}
