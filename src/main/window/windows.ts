import type { BrowserWindow, MessagePortMain } from 'electron/main';
import type { CommandId } from '../../shared/commands.ts';
import { LayerdiffError } from '../../shared/errors.ts';
import { BUNDLE_ORIGIN, WINDOW_CHANNELS } from '../../shared/host-api.ts';
import type { Launch } from '../../shared/host-api.ts';
import { launchFromPaths, mergeLaunch, NOTHING } from '../launch.ts';

interface Entry {
  readonly window: BrowserWindow;
  /** The smallest that was free: the next start finds the bounds of its first, second … window. */
  readonly slot: number;
  launch: Launch;
  /** Clicked before the page listened. */
  waiting: CommandId[] | undefined;
}

/** A page that ends again this soon would do so for ever. */
const RELOAD_GUARD_MS = 10_000;

/** The open windows by the number of their page. */
export class Windows {
  readonly #create: (slot: number) => BrowserWindow;
  readonly #entries = new Map<number, Entry>();
  #last: number | undefined;

  constructor(create: (slot: number) => BrowserWindow) {
    this.#create = create;
  }

  open(launch: Launch = NOTHING): BrowserWindow {
    const taken = new Set([...this.#entries.values()].map((entry) => entry.slot));
    let slot = 1;
    while (taken.has(slot)) slot++;
    const window = this.#create(slot);
    const { id } = window.webContents;
    this.#entries.set(id, { window, slot, launch, waiting: [] });
    this.#last = id;
    reloadOnCrash(window);
    window.on('focus', () => (this.#last = id));
    window.on('closed', () => this.#entries.delete(id));
    window.once('ready-to-show', () => window.show());
    // A window that is closed while it loads rejects; that is nobody's fault.
    window.loadURL(`${BUNDLE_ORIGIN}/index.html`).catch((error: unknown) => console.error(error));
    return window;
  }

  /** @throws LayerdiffError when it was closed in the meantime. */
  get(id: number): BrowserWindow {
    return this.#entry(id).window;
  }

  launch(id: number): Launch {
    return this.#entry(id).launch;
  }

  /** The window that was used last; a new one where all are closed (macOS). */
  current(): BrowserWindow {
    const entry = this.#entries.get(this.#last ?? -1) ?? [...this.#entries.values()].at(-1);
    return entry?.window ?? this.open();
  }

  /** Hands the page its end; from now on it listens. */
  connected(id: number, port: MessagePortMain): void {
    const entry = this.#entry(id);
    const { webContents } = entry.window;
    webContents.postMessage(WINDOW_CHANNELS.servicePort, undefined, [port]);
    for (const command of entry.waiting ?? []) webContents.send(WINDOW_CHANNELS.command, command);
    entry.waiting = undefined;
  }

  command(command: CommandId): void {
    const { webContents } = this.current();
    const { waiting } = this.#entry(webContents.id);
    if (waiting === undefined) webContents.send(WINDOW_CHANNELS.command, command);
    else waiting.push(command);
  }

  /** Files from outside go to the window that was used last, which comes to the front. */
  openFiles(paths: readonly string[], tell: (window: number, paths: readonly string[]) => boolean): void {
    const window = this.current();
    if (window.isMinimized()) window.restore();
    window.focus();
    const entry = this.#entry(window.webContents.id);
    const listens = entry.waiting === undefined && tell(window.webContents.id, paths);
    if (!listens) entry.launch = mergeLaunch(entry.launch, launchFromPaths(paths));
  }

  serviceGone(reason: string, except: number | undefined): void {
    for (const [id, { window }] of this.#entries) {
      if (id !== except) window.webContents.send(WINDOW_CHANNELS.serviceGone, reason);
    }
  }

  #entry(id: number): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new LayerdiffError('bad-request', 'the window is closed');
    return entry;
  }
}

function reloadOnCrash(window: BrowserWindow): void {
  let last = -Infinity;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    const now = performance.now();
    if (reason !== 'clean-exit' && now - last > RELOAD_GUARD_MS) window.webContents.reload();
    last = now;
  });
}
