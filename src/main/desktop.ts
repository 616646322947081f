import type { NativeTheme } from 'electron/main';
import type { CommandId, HostCommand, Language } from '../shared/commands.ts';
import { HOST_COMMANDS } from '../shared/commands.ts';
import type { HostState, PickPurpose, RecentFile, Theme } from '../shared/host-api.ts';
import type { Dialogs } from './dialogs.ts';
import type { ServiceOwner } from './engine/service-owner.ts';
import { allowedExternal } from './external.ts';
import type { Verbs } from './ipc/verbs.ts';
import type { JsonStore } from './store/json-store.ts';
import type { RecentFiles } from './store/recent-files.ts';
import type { Settings } from './store/settings.ts';
import type { Windows } from './window/windows.ts';

export interface DesktopPorts {
  readonly version: string;
  readonly platform: string;
  readonly systemLanguage: Language;
  readonly windows: Windows;
  readonly service: ServiceOwner;
  readonly dialogs: Dialogs;
  readonly settings: JsonStore<Settings>;
  readonly recent: RecentFiles;
  /** The system's browser; gets only what the allow-list let through. */
  readonly openExternal: (url: string) => Promise<void>;
  readonly theme: Pick<NativeTheme, 'themeSource'>;
  readonly checkNode: (path: string) => Promise<void>;
  readonly quit: () => void;
  /** The native menu shows language, theme and recent files. */
  readonly menuChanged: () => void;
}

/** What a window may ask of the desktop, and the clicks of the native menu. */
export class Desktop implements Verbs {
  readonly #ports: DesktopPorts;

  constructor(ports: DesktopPorts) {
    this.#ports = ports;
    ports.theme.themeSource = ports.settings.get().theme;
  }

  state(): HostState {
    const { version, platform, settings, systemLanguage } = this.#ports;
    const { language, theme, enginePath } = settings.get();
    return { version, platform, language: language ?? systemLanguage, theme, enginePath };
  }

  async connect(window: number): Promise<undefined> {
    const { service, windows } = this.#ports;
    windows.connected(window, await service.connect(window, windows.launch(window)));
  }

  async restartService(window: number): Promise<undefined> {
    const { service, windows } = this.#ports;
    windows.connected(window, await service.restart(window, windows.launch(window)));
  }

  pickFile(window: number, purpose: PickPurpose): Promise<string | undefined> {
    return this.#ports.dialogs.pick(this.#ports.windows.get(window), purpose);
  }

  saveFile(window: number, name: string, bytes: Uint8Array): Promise<string | undefined> {
    return this.#ports.dialogs.save(this.#ports.windows.get(window), name, bytes);
  }

  recentFiles(): readonly RecentFile[] {
    return this.#ports.recent.list();
  }

  async rememberFile(file: RecentFile): Promise<undefined> {
    const added = this.#ports.recent.add(file);
    this.#ports.menuChanged();
    await added;
  }

  setLanguage(language: Language): undefined {
    this.#set({ language });
  }

  setTheme(theme: Theme): undefined {
    this.#ports.theme.themeSource = theme;
    this.#set({ theme });
  }

  async openExternal(url: string): Promise<undefined> {
    await this.#ports.openExternal(allowedExternal(url));
  }

  async perform(window: number, command: HostCommand): Promise<undefined> {
    const { windows, recent, quit, menuChanged } = this.#ports;
    switch (command) {
      case 'new-window':
        windows.open();
        return;
      case 'close-window':
        windows.get(window).close();
        return;
      case 'reload':
        windows.get(window).webContents.reload();
        return;
      case 'quit':
        quit();
        return;
      case 'clear-recent': {
        const cleared = recent.clear();
        menuChanged();
        await cleared;
        return;
      }
      case 'choose-engine':
        await this.#chooseEngine(window);
        return;
    }
  }

  /** A click in the native menu, for the window that was used last. */
  async click(command: CommandId): Promise<void> {
    const host = HOST_COMMANDS.find((one) => one === command);
    if (host === undefined) this.#ports.windows.command(command);
    else if (host === 'quit') this.#ports.quit();
    else await this.perform(this.#ports.windows.current().webContents.id, host);
  }

  /** The path comes from a dialog alone: a page cannot name a program to run. */
  async #chooseEngine(window: number): Promise<void> {
    const { dialogs, windows, checkNode } = this.#ports;
    const enginePath = await dialogs.pick(windows.get(window), 'engine');
    if (enginePath === undefined) return;
    await checkNode(enginePath);
    this.#set({ enginePath });
  }

  #set(change: Partial<Settings>): void {
    const { settings, menuChanged } = this.#ports;
    void settings.set({ ...settings.get(), ...change });
    menuChanged();
  }
}
