import type { App } from 'electron/main';
import { z } from 'zod';
import type { Launch } from '../shared/host-api.ts';
import {
  launchFromArguments,
  launchFromPaths,
  launchPaths,
  mergeLaunch,
  NOTHING,
  ownArguments,
} from './launch.ts';

export interface Opener {
  /** The first window. */
  begin(launch: Launch): void;
  /** From a second instance, a file association or a drop on the icon; with no paths, only to the front. */
  openFiles(paths: readonly string[]): void;
}

export interface Start {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly isDefaultApp: boolean;
  readonly platform: string;
}

/** What a second instance hands over: its own words, untouched by what Chromium does to argv on the way. */
const secondInstanceSchema = z.strictObject({ words: z.array(z.string()).max(1000), cwd: z.string() });

type LifecycleApp = Pick<App, 'on' | 'quit' | 'requestSingleInstanceLock' | 'whenReady'>;

/**
 * One instance for all windows. Files may be handed over before there is a window (macOS), and are kept until then.
 * @returns a promise of the first window; undefined in a second instance, which has handed over and quits.
 */
export function runLifecycle(
  app: LifecycleApp,
  start: Start,
  ready: () => Opener,
): Promise<void> | undefined {
  const words = ownArguments(start.argv, start.isDefaultApp);
  if (!app.requestSingleInstanceLock({ words, cwd: start.cwd })) {
    app.quit();
    return undefined;
  }
  let opener: Opener | undefined;
  let waiting = launchFromArguments(words, start.cwd);
  const open = (launch: Launch): void => {
    if (opener === undefined) waiting = mergeLaunch(waiting, launch);
    else opener.openFiles(launchPaths(launch));
  };
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open(launchFromPaths([path]));
  });
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    const parsed = secondInstanceSchema.safeParse(data).data;
    open(parsed === undefined ? NOTHING : launchFromArguments(parsed.words, parsed.cwd));
  });
  app.on('window-all-closed', () => {
    if (start.platform !== 'darwin') app.quit();
  });
  app.on('activate', () => opener?.openFiles([]));
  return app.whenReady().then(() => {
    opener = ready();
    opener.begin(waiting);
  });
}
