import { EventEmitter } from 'node:events';
// Declares `electron/main` and its siblings.
import type {} from 'electron';
import type { CrashReporter, CrashReporterStartOptions, Shell } from 'electron/common';
import type * as Electron from 'electron/main';

/**
 * The part of Electron that the main process uses, as plain objects that remember what was asked of them. `satisfies` at
 * the end holds them to Electron's own types: an upgrade that changes a signature does not compile.
 */

type AnyListener = (...args: never[]) => void;

/** Node's emitter with signatures that Electron's overloads accept (they return their own class: nothing here chains). */
class Emitter {
  readonly #emitter = new EventEmitter();

  on(event: string, listener: AnyListener): never {
    this.#emitter.on(event, listener as (...args: unknown[]) => void);
    return this as never;
  }
  once(event: string, listener: AnyListener): never {
    this.#emitter.once(event, listener as (...args: unknown[]) => void);
    return this as never;
  }
  off(event: string, listener: AnyListener): never {
    this.#emitter.off(event, listener as (...args: unknown[]) => void);
    return this as never;
  }
  emit(event: string, ...args: readonly unknown[]): void {
    this.#emitter.emit(event, ...args);
  }
  listenerCount(event: string): number {
    return this.#emitter.listenerCount(event);
  }
}

/** Delivers like a real port: later, and not before `start`. */
export class FakePort extends Emitter {
  other: FakePort | undefined;
  closed = false;
  #started = false;
  #queue: unknown[] = [];

  postMessage(message: unknown): void {
    const { other } = this;
    if (other === undefined || this.closed) return;
    const data = structuredClone(message);
    queueMicrotask(() =>
      other.#started ? other.emit('message', { data, ports: [] }) : other.#queue.push(data),
    );
  }

  start(): void {
    this.#started = true;
    for (const data of this.#queue.splice(0)) this.emit('message', { data, ports: [] });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.emit('close');
    this.other?.close();
  }
}

export class FakeChannel {
  readonly port1 = new FakePort();
  readonly port2 = new FakePort();

  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

export class FakeContents extends Emitter {
  static #next = 1;
  readonly id = FakeContents.#next++;
  readonly sent: (readonly [channel: string, ...args: unknown[]])[] = [];
  readonly ports: FakePort[] = [];
  reloads = 0;
  openHandler: ((details: Electron.HandlerDetails) => Electron.WindowOpenHandlerResponse) | undefined;

  send(channel: string, ...args: unknown[]): void {
    this.sent.push([channel, ...args]);
  }
  postMessage(channel: string, message: unknown, transfer: readonly unknown[] = []): void {
    this.sent.push([channel, message]);
    this.ports.push(...(transfer as readonly FakePort[]));
  }
  reload(): void {
    this.reloads++;
  }
  setWindowOpenHandler(
    handler: (details: Electron.HandlerDetails) => Electron.WindowOpenHandlerResponse,
  ): void {
    this.openHandler = handler;
  }
}

export class FakeWindow extends Emitter {
  static all: FakeWindow[] = [];
  readonly webContents = new FakeContents();
  readonly options: Electron.BrowserWindowConstructorOptions;
  readonly urls: string[] = [];
  minimized = false;
  closed = false;
  focused = 0;
  shown = 0;

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super();
    this.options = options;
    if (
      FakeWindow.all.some(
        ({ closed, options: { name } }) => !closed && name !== undefined && name === options.name,
      )
    )
      throw new Error('the name is in use');
    FakeWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL(url: string): Promise<void> {
    this.urls.push(url);
    return Promise.resolve();
  }
  show(): void {
    this.shown++;
  }
  focus(): void {
    this.focused++;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  restore(): void {
    this.minimized = false;
  }
  close(): void {
    this.closed = true;
    this.emit('closed');
  }
}

export class FakeUtility extends Emitter {
  static all: FakeUtility[] = [];
  readonly pid = 4242;
  readonly stdout = null;
  readonly stderr = new EventEmitter() as unknown as NodeJS.ReadableStream;
  readonly posted: { readonly message: unknown; readonly ports: readonly FakePort[] }[] = [];
  readonly entry: string;
  readonly options: Electron.ForkOptions;
  killed = false;

  constructor(entry: string, options: Electron.ForkOptions) {
    super();
    this.entry = entry;
    this.options = options;
    FakeUtility.all.push(this);
  }
  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    this.posted.push({ message, ports: transfer as readonly FakePort[] });
  }
  kill(): boolean {
    this.killed = true;
    queueMicrotask(() => this.emit('exit', 143));
    return true;
  }
}

class FakeApp extends Emitter {
  readonly calls: string[] = [];
  readonly isPackaged = true;
  hasLock = true;
  lockData: unknown;
  userData = '';
  #ready: () => void = () => undefined;
  readonly #whenReady = new Promise<void>((resolve) => (this.#ready = resolve));

  becomeReady(): void {
    this.#ready();
  }
  whenReady(): Promise<void> {
    return this.#whenReady;
  }
  requestSingleInstanceLock(data?: Record<PropertyKey, unknown>): boolean {
    this.lockData = data;
    return this.hasLock;
  }
  quit(): void {
    this.calls.push('quit');
  }
  exit(): void {
    this.calls.push('exit');
  }
  enableSandbox(): void {
    this.calls.push('enableSandbox');
  }
  getPath(): string {
    return this.userData;
  }
  getVersion(): string {
    return '1.2.3';
  }
  getPreferredSystemLanguages(): string[] {
    return ['zh-Hans-CN'];
  }
  addRecentDocument(path: string): void {
    this.calls.push(`recent ${path}`);
  }
  clearRecentDocuments(): void {
    this.calls.push('clear recent');
  }
}

type Listener = (event: Electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown;

export const app = new FakeApp();

export const ipcMain = {
  handlers: new Map<string, Listener>(),
  handle(channel: string, listener: Listener): void {
    this.handlers.set(channel, listener);
  },
};

export const protocol = {
  schemes: [] as Electron.CustomScheme[],
  handlers: new Map<string, (request: Request) => Response | Promise<Response>>(),
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
    this.schemes.push(...schemes);
  },
  handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void {
    this.handlers.set(scheme, handler);
  },
};

export const defaultSession = {
  request: undefined as Parameters<Electron.Session['setPermissionRequestHandler']>[0] | undefined,
  check: undefined as Parameters<Electron.Session['setPermissionCheckHandler']>[0] | undefined,
  device: undefined as Parameters<Electron.Session['setDevicePermissionHandler']>[0] | undefined,
  setPermissionRequestHandler(handler: Parameters<Electron.Session['setPermissionRequestHandler']>[0]): void {
    this.request = handler;
  },
  setPermissionCheckHandler(handler: Parameters<Electron.Session['setPermissionCheckHandler']>[0]): void {
    this.check = handler;
  },
  setDevicePermissionHandler(handler: Parameters<Electron.Session['setDevicePermissionHandler']>[0]): void {
    this.device = handler;
  },
};
export const session = { defaultSession };

export const dialog = {
  asked: [] as (Electron.OpenDialogOptions | Electron.SaveDialogOptions)[],
  errors: [] as string[],
  /** What the user chooses next; nothing: the dialog is closed. */
  choice: '',
  showOpenDialog(
    _window: unknown,
    options: Electron.OpenDialogOptions = {},
  ): Promise<Electron.OpenDialogReturnValue> {
    this.asked.push(options);
    return Promise.resolve({
      canceled: this.choice === '',
      filePaths: this.choice === '' ? [] : [this.choice],
    });
  },
  showSaveDialog(
    _window: unknown,
    options: Electron.SaveDialogOptions = {},
  ): Promise<Electron.SaveDialogReturnValue> {
    this.asked.push(options);
    return Promise.resolve({ canceled: this.choice === '', filePath: this.choice });
  },
  showErrorBox(_title: string, content: string): void {
    this.errors.push(content);
  },
};

export const Menu = {
  template: [] as Electron.MenuItemConstructorOptions[],
  buildFromTemplate(template: Electron.MenuItemConstructorOptions[]): Electron.Menu {
    return { items: template } as unknown as Electron.Menu;
  },
  setApplicationMenu(menu: Electron.Menu | null): void {
    this.template = (menu as unknown as { items: Electron.MenuItemConstructorOptions[] }).items;
  },
};

export const nativeTheme = {
  themeSource: 'system' as Electron.NativeTheme['themeSource'],
  shouldUseDarkColors: false,
};

export const utilityProcess = {
  fork: (entry: string, _args?: string[], options: Electron.ForkOptions = {}) =>
    new FakeUtility(entry, options) as unknown as Electron.UtilityProcess,
};

export const crashReporter = {
  options: undefined as CrashReporterStartOptions | undefined,
  start(options?: CrashReporterStartOptions): void {
    this.options = options;
  },
};

export const shell = {
  opened: [] as string[],
  openExternal(url: string): Promise<void> {
    this.opened.push(url);
    return Promise.resolve();
  },
};

export { FakeWindow as BrowserWindow, FakeChannel as MessageChannelMain };

({
  app,
  ipcMain,
  protocol,
  session: defaultSession,
  dialog,
  Menu,
  nativeTheme,
  utilityProcess,
  crashReporter,
  shell,
  window: new FakeWindow(),
  contents: new FakeContents(),
  child: new FakeUtility('', {}),
}) satisfies {
  app: Pick<
    Electron.App,
    | 'addRecentDocument'
    | 'clearRecentDocuments'
    | 'enableSandbox'
    | 'exit'
    | 'getPath'
    | 'getPreferredSystemLanguages'
    | 'getVersion'
    | 'isPackaged'
    | 'off'
    | 'on'
    | 'quit'
    | 'requestSingleInstanceLock'
    | 'whenReady'
  >;
  ipcMain: Pick<Electron.IpcMain, 'handle'>;
  protocol: Pick<Electron.Protocol, 'handle' | 'registerSchemesAsPrivileged'>;
  session: Pick<
    Electron.Session,
    'setDevicePermissionHandler' | 'setPermissionCheckHandler' | 'setPermissionRequestHandler'
  >;
  dialog: Pick<Electron.Dialog, 'showErrorBox' | 'showOpenDialog' | 'showSaveDialog'>;
  Menu: Pick<typeof Electron.Menu, 'buildFromTemplate' | 'setApplicationMenu'>;
  nativeTheme: Pick<Electron.NativeTheme, 'shouldUseDarkColors' | 'themeSource'>;
  utilityProcess: Pick<typeof Electron.utilityProcess, 'fork'>;
  crashReporter: Pick<CrashReporter, 'start'>;
  shell: Pick<Shell, 'openExternal'>;
  window: Pick<
    Electron.BrowserWindow,
    'close' | 'focus' | 'isMinimized' | 'loadURL' | 'on' | 'once' | 'restore' | 'show'
  >;
  contents: Pick<
    Electron.WebContents,
    'id' | 'on' | 'postMessage' | 'reload' | 'send' | 'setWindowOpenHandler'
  >;
  child: Pick<Electron.UtilityProcess, 'kill' | 'on' | 'pid' | 'postMessage' | 'stderr' | 'stdout'>;
};
