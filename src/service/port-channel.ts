import type { Channel } from '../shared/channel.ts';

/** What this folder needs of Electron's MessagePortMain; structured clone carries typed arrays as they are. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** `process.parentPort` of a utility process. */
export interface ParentPort {
  postMessage(message: unknown): void;
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly Port[] }) => void,
  ): unknown;
}

/** @throws Error outside an Electron utility process. */
export function parentPort(): ParentPort {
  const port = (process as unknown as { readonly parentPort?: ParentPort }).parentPort;
  if (port === undefined) throw new Error('this file runs in an Electron utility process');
  return port;
}

export function portChannel(port: Port): Channel {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (handler) => {
      port.on('message', (event) => handler(event.data));
      port.start();
    },
  };
}
