import type { MessagePortMain } from 'electron/main';
import type { ToService } from '../../shared/host-api.ts';
import { sentenceOf } from './child.ts';
import type { Child } from './child.ts';
import type { CreateChannel, EngineHost } from './engine-host.ts';
import { fromService } from './from-service.ts';
import { handshake } from './handshake.ts';

/**
 * The service in a plain Node, which bears allocations that end an Electron process. Ports cannot cross to it, so main
 * passes on what the windows and it say to each other.
 */
export function nodeHost(spawn: () => Child, createChannel: CreateChannel): EngineHost {
  return {
    start: async () => {
      const child = spawn();
      await handshake(child);
      const windows = new Map<number, MessagePortMain>();
      const post = (message: ToService): void => child.post(message);
      child.onMessage((raw) => {
        const message = fromService(raw);
        if (message?.type === 'window-message') windows.get(message.window)?.postMessage(message.message);
      });
      const gone = child.ended.then((ended) => {
        for (const port of windows.values()) port.close();
        return sentenceOf(ended);
      });
      return {
        openWindow: (window, launch) => {
          const { port1, port2 } = createChannel();
          const before = windows.get(window);
          windows.set(window, port1);
          before?.close();
          post({ type: 'open-window', window, launch });
          port1.on('message', ({ data }) =>
            post({ type: 'window-message', window, message: data as unknown }),
          );
          port1.on('close', () => {
            // Not when another channel of the same window has taken its place.
            if (windows.get(window) !== port1) return;
            windows.delete(window);
            post({ type: 'close-window', window });
          });
          port1.start();
          return port2;
        },
        openFiles: (window, paths) => post({ type: 'open-files', window, paths }),
        gone,
        stop: () => child.kill(),
      };
    },
  };
}
