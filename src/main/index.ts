/** The rim: what Electron has, handed to the modules that decide. */
import { join } from 'node:path';
import { crashReporter, shell } from 'electron/common';
import {
  app,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  protocol,
  session,
  utilityProcess,
} from 'electron/main';
import { Desktop } from './desktop.ts';
import { Dialogs } from './dialogs.ts';
import { engineHosts } from './engine/hosts.ts';
import { checkNode } from './engine/node-version.ts';
import { ServiceOwner } from './engine/service-owner.ts';
import { registerVerbs } from './ipc/verbs.ts';
import { systemLanguage } from './language.ts';
import { runLifecycle } from './lifecycle.ts';
import type { Opener } from './lifecycle.ts';
import { menuTemplate } from './menu/template.ts';
import { bundleHandler, listBundle } from './protocol/bundle.ts';
import { denyPermissions } from './protocol/permissions.ts';
import { APP_SCHEME } from './protocol/scheme.ts';
import { RecentFiles } from './store/recent-files.ts';
import { openSettings } from './store/settings.ts';
import { createWindow } from './window/create.ts';
import { guardAllContents } from './window/guard.ts';
import { Windows } from './window/windows.ts';

const build = join(import.meta.dirname, '..');

// Dumps of a crash stay on this machine.
crashReporter.start({ uploadToServer: false });
app.enableSandbox();
protocol.registerSchemesAsPrivileged([APP_SCHEME]);
guardAllContents(app);

const started = runLifecycle(
  app,
  {
    argv: process.argv,
    cwd: process.cwd(),
    isDefaultApp: process.defaultApp,
    platform: process.platform,
  },
  ready,
);
started?.catch((error: unknown) => {
  dialog.showErrorBox('Layerdiff', error instanceof Error ? error.message : String(error));
  app.exit(1);
});

function ready(): Opener {
  denyPermissions(session.defaultSession);
  protocol.handle('app', bundleHandler(listBundle(join(build, 'renderer'))));

  const settings = openSettings(app.getPath('userData'));
  const recent = new RecentFiles(app.getPath('userData'), app);
  const preload = join(build, 'preload/index.cjs');
  const windows = new Windows((slot) => createWindow(preload, slot, nativeTheme.shouldUseDarkColors));
  const hosts = engineHosts({
    fork: (entry, args, options) => utilityProcess.fork(entry, args, options),
    app,
    kill: (pid) => process.kill(pid, 'SIGKILL'),
    createChannel: () => new MessageChannelMain(),
    serviceFolder: join(build, 'service'),
    enginePath: () => settings.get().enginePath,
  });
  const service = new ServiceOwner(hosts, (reason, except) => windows.serviceGone(reason, except));
  const desktop: Desktop = new Desktop({
    version: app.getVersion(),
    platform: process.platform,
    systemLanguage: systemLanguage(app.getPreferredSystemLanguages()),
    windows,
    service,
    dialogs: new Dialogs(
      dialog,
      {
        get: (purpose) => settings.get().folders[purpose],
        set: (purpose, folder) => {
          const value = settings.get();
          void settings.set({ ...value, folders: { ...value.folders, [purpose]: folder } });
        },
      },
      () => desktop.state().language,
    ),
    settings,
    recent,
    openExternal: (url) => shell.openExternal(url),
    theme: nativeTheme,
    checkNode,
    quit: () => app.quit(),
    menuChanged: () => showMenu(),
  });
  const openFiles = (paths: readonly string[]): void =>
    windows.openFiles(paths, (window, given) => service.openFiles(window, given));
  const showMenu = (): void => {
    const state = {
      ...desktop.state(),
      recent: recent.list(),
      developerTools: !app.isPackaged,
    };
    const template = menuTemplate(state, {
      command: (command) => void desktop.click(command).catch(showError),
      openRecent: (path) => openFiles([path]),
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate([...template]));
  };
  registerVerbs(ipcMain, desktop);
  app.on('will-quit', () => service.stop());
  showMenu();
  return { begin: (launch) => void windows.open(launch), openFiles };
}

function showError(error: unknown): void {
  dialog.showErrorBox('Layerdiff', error instanceof Error ? error.message : String(error));
}
