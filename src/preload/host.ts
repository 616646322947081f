import type { IpcRenderer, WebUtils } from 'electron/renderer';
import { HOST_CHANNELS, SERVICE_PORT, WINDOW_CHANNELS } from '../shared/host-api.ts';
import type { Answer, HostApi } from '../shared/host-api.ts';

type Ipc = Pick<IpcRenderer, 'invoke' | 'on' | 'off'>;

/** Verbs only: the page gets functions that name what they do, never a channel to send on or an event to read. */
export function hostApi(ipc: Ipc, webUtils: Pick<WebUtils, 'getPathForFile'>): HostApi {
  const ask = <T>(channel: string, ...args: readonly unknown[]): Promise<Answer<T>> =>
    ipc.invoke(channel, ...args) as Promise<Answer<T>>;
  const subscribe = (channel: string, callback: (value: never) => void): (() => void) => {
    // The event has the sender, by which a page could send anything.
    const listener = (_event: unknown, value: unknown): void => callback(value as never);
    ipc.on(channel, listener);
    return () => void ipc.off(channel, listener);
  };
  return {
    state: () => ask(HOST_CHANNELS.state),
    connect: () => ask(HOST_CHANNELS.connect),
    restartService: () => ask(HOST_CHANNELS.restartService),
    pickFile: (purpose) => ask(HOST_CHANNELS.pickFile, purpose),
    saveFile: (name, bytes) => ask(HOST_CHANNELS.saveFile, name, bytes),
    // What is not a real File is refused by webUtils itself.
    pathForFile: (file) => webUtils.getPathForFile(file as File),
    recentFiles: () => ask(HOST_CHANNELS.recentFiles),
    rememberFile: (file) => ask(HOST_CHANNELS.rememberFile, file),
    setLanguage: (language) => ask(HOST_CHANNELS.setLanguage, language),
    setTheme: (theme) => ask(HOST_CHANNELS.setTheme, theme),
    openExternal: (url) => ask(HOST_CHANNELS.openExternal, url),
    perform: (command) => ask(HOST_CHANNELS.perform, command),
    onCommand: (callback) => subscribe(WINDOW_CHANNELS.command, callback),
    onServiceGone: (callback) => subscribe(WINDOW_CHANNELS.serviceGone, callback),
  };
}

/** The bridge carries no ports; a message of the window to itself does. */
export function forwardPorts(ipc: Pick<Ipc, 'on'>, window: Pick<Window, 'postMessage' | 'location'>): void {
  ipc.on(WINDOW_CHANNELS.servicePort, ({ ports }) =>
    window.postMessage(SERVICE_PORT, window.location.origin, [...ports]),
  );
}
