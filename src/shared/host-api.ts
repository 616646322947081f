/**
 * The desktop around the window. Two boundaries: what the page may ask of it (`HostApi`, by the preload), and what the
 * main process and the service tell each other (`ToService`, `FromService`). Neither carries tensors; those go from
 * the service to the page by a MessagePort that the main process only hands over.
 */
import type { CommandId, HostCommand, Language } from './commands.ts';
import type { WireError } from './errors.ts';

// ---------------------------------------------------------------------------------------------------------------
// The page and the desktop

export const PICK_PURPOSES = [
  'model',
  'reference',
  'reference-folder',
  'report',
  'map',
  'input',
  'picture',
] as const;
export type PickPurpose = (typeof PICK_PURPOSES)[number];

export const THEMES = ['light', 'dark', 'system'] as const;
export type Theme = (typeof THEMES)[number];

/** Errors lose their fields on the way through the bridge; data does not. */
export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError };

/** A dropped `File`; only a real one has a path. */
export interface DroppedFile {
  readonly name: string;
  readonly size: number;
}

export interface RecentFile {
  readonly path: string;
  readonly kind: 'model' | 'reference' | 'report';
}

export interface HostState {
  readonly version: string;
  readonly platform: string;
  readonly language: Language;
  readonly theme: Theme;
  /** The Node that runs large models (`choose-engine`); undefined: none was chosen. */
  readonly enginePath: string | undefined;
}

/** `window.layerdiffHost`; absent where the page is served to a browser. */
export interface HostApi {
  state(): Promise<Answer<HostState>>;
  /**
   * Starts the service if need be and makes a new channel to it. The page's end arrives as a `message` event of the
   * window: `source` is the window itself, `data` is `SERVICE_PORT`, `ports[0]` the port. Call it again after a
   * reload or `onServiceGone`; the port from before is closed.
   */
  connect(): Promise<Answer<undefined>>;
  /** Ends the service, whatever it does, for all windows; then `connect`. */
  restartService(): Promise<Answer<undefined>>;
  /** A dialog; undefined when it was closed without a choice. */
  pickFile(purpose: PickPurpose): Promise<Answer<string | undefined>>;
  /** A dialog that proposes `name`, then an atomic write. Answers with the path written, undefined when closed. */
  saveFile(name: string, bytes: Uint8Array): Promise<Answer<string | undefined>>;
  /** Empty for a `File` that is not on disk. */
  pathForFile(file: DroppedFile): string;
  recentFiles(): Promise<Answer<readonly RecentFile[]>>;
  /** The page opened this: it heads the list of recent files. */
  rememberFile(file: RecentFile): Promise<Answer<undefined>>;
  /** Of the native menu and dialogs, and of the next start. */
  setLanguage(language: Language): Promise<Answer<undefined>>;
  setTheme(theme: Theme): Promise<Answer<undefined>>;
  /** Only https, and only hosts that the desktop knows; refused with the tag `bad-request` otherwise. */
  openExternal(url: string): Promise<Answer<undefined>>;
  perform(command: HostCommand): Promise<Answer<undefined>>;
  /** A click in the native menu. Returns what ends the subscription. */
  onCommand(callback: (command: CommandId) => void): () => void;
  /** The service ended by itself; the reason is one sentence for the user. */
  onServiceGone(callback: (reason: string) => void): () => void;
}

/** Where the page comes from, and the only place that the desktop takes orders from. */
export const BUNDLE_ORIGIN = 'app://bundle';

/** The policy of the page, under Electron and in `serve`: nothing from elsewhere, nothing inline but styles. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self' ws://127.0.0.1:*",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `data` of the event that brings the page its port. */
export const SERVICE_PORT = 'layerdiff:service-port';

/** Channels between preload and main, in one place so that both ends and their tests agree. */
export const HOST_CHANNELS = {
  state: 'host:state',
  connect: 'host:connect',
  restartService: 'host:restart-service',
  pickFile: 'host:pick-file',
  saveFile: 'host:save-file',
  recentFiles: 'host:recent-files',
  rememberFile: 'host:remember-file',
  setLanguage: 'host:set-language',
  setTheme: 'host:set-theme',
  openExternal: 'host:open-external',
  perform: 'host:perform',
} as const satisfies Partial<Record<keyof HostApi, string>>;

/** From main to one window. */
export const WINDOW_CHANNELS = {
  command: 'window:command',
  serviceGone: 'window:service-gone',
  servicePort: 'window:service-port',
} as const;

// ---------------------------------------------------------------------------------------------------------------
// The main process and the service
//
// The service is `build/service/utility-entry.js` in a utilityProcess (messages on `process.parentPort`), or
// `build/service/node-entry.js` in a plain Node (messages by `process.send`, advanced serialization). Its first message
// is `ready` or `failed`; main ends a service that says neither within 20 seconds. After `failed` it exits.
//
// A window's channel:
// - utilityProcess: `open-window` comes with `ports[0]`; its `close` event says that the window is gone. An
//   `open-window` for a number that is known replaces the channel (the page was loaded again).
// - plain Node: no ports cross. What the window says arrives as `window-message`, what is said to it is sent as
//   `window-message`, and `close-window` ends it.
//
// A runner (the process with ONNX Runtime):
// - utilityProcess: a packaged Electron cannot fork itself as Node, so the service asks with `start-runner`. Main forks
//   `build/service/runner-utility-entry.js`, which receives one message on its parentPort with `ports[0]`
//   (`RunnerHandover`), and answers the service with `runner-started` and the other end. Then both speak as owner and
//   engine process do by child_process: the owner posts `EngineOrder`s, the runner `EngineEvent`s. `runner-gone` is the
//   last message about a runner; of one that could not be started it is the only one.
// - a model too large for Electron's allocator: main runs `build/service/entry.js` in the Node that the user chose, and
//   passes its messages on; the service sees the same port.
// - plain Node: the service forks its runners itself.

/** In `ready`: main and service come from one build, but a Node child may be pointed at another. */
export const HOST_PROTOCOL = 1;

/** Above this many bytes a model runs in a plain Node if one was chosen: Electron's allocator ends the process. */
export const LARGE_MODEL_BYTES = 512 * 2 ** 20;

/** What a window begins with; absolute paths. `Hello` repeats them to the page. */
export interface Launch {
  readonly candidate: string | undefined;
  readonly reference: string | undefined;
  readonly report: string | undefined;
}

export type ToService =
  | { readonly type: 'open-window'; readonly window: number; readonly launch: Launch }
  | { readonly type: 'close-window'; readonly window: number }
  | { readonly type: 'window-message'; readonly window: number; readonly message: unknown }
  /** Calls `WindowApi.openFiles` of that window. */
  | { readonly type: 'open-files'; readonly window: number; readonly paths: readonly string[] }
  | {
      readonly type: 'runner-started';
      readonly id: string;
      readonly host: RunnerHost;
      /** The model is large and no Node was chosen: it runs in Electron and may end there. For the log of the run. */
      readonly risky: boolean;
    }
  | {
      readonly type: 'runner-gone';
      readonly id: string;
      /** The exit code or the name of the signal, as `exit code 1` or `SIGKILL`. */
      readonly how: string;
      /** The end of what it wrote to stderr, at most 4,000 characters. */
      readonly stderr: string;
    };

export type RunnerHost = 'electron' | 'node';

export type FromService =
  | { readonly type: 'ready'; readonly protocol: number }
  | { readonly type: 'failed'; readonly error: WireError }
  | { readonly type: 'window-message'; readonly window: number; readonly message: unknown }
  | {
      readonly type: 'start-runner';
      readonly id: string;
      /** Added to main's own environment. */
      readonly env: Readonly<Record<string, string>>;
      /** The model's folder: the runtime looks for external data there. */
      readonly cwd: string;
      /** Of the model with its external data. */
      readonly modelBytes: number;
    }
  | { readonly type: 'kill-runner'; readonly id: string };

/** The first and only message on the parentPort of `runner-utility-entry.js`. */
export interface RunnerHandover {
  readonly type: 'runner-port';
}
