import type { MessagePortMain } from 'electron/main';
import type { ToService } from '../../shared/host-api.ts';
import { sentenceOf } from './child.ts';
import type { Child } from './child.ts';
import type { CreateChannel, EngineHost } from './engine-host.ts';
import { fromService } from './from-service.ts';
import { handshake } from './handshake.ts';
import type { Runners } from './runners.ts';

export interface UtilityHostPorts {
  readonly fork: () => Child;
  readonly createChannel: CreateChannel;
  /** The runners of one service: they end with it. */
  readonly runners: (post: (message: ToService, ports?: readonly MessagePortMain[]) => void) => Runners;
}

/** The service in an Electron utility process, with a direct channel between it and the page. */
export function utilityHost({ fork, createChannel, runners }: UtilityHostPorts): EngineHost {
  return {
    start: async () => {
      const child = fork();
      await handshake(child);
      const post = (message: ToService, ports?: readonly MessagePortMain[]): void =>
        child.post(message, ports);
      const own = runners(post);
      child.onMessage((raw) => {
        const message = fromService(raw);
        if (message?.type === 'start-runner') own.start(message);
        else if (message?.type === 'kill-runner') own.kill(message.id);
      });
      const gone = child.ended.then((ended) => {
        own.killAll();
        return sentenceOf(ended);
      });
      return {
        openWindow: (window, launch) => {
          const { port1, port2 } = createChannel();
          post({ type: 'open-window', window, launch }, [port1]);
          return port2;
        },
        openFiles: (window, paths) => post({ type: 'open-files', window, paths }),
        gone,
        stop: () => child.kill(),
      };
    },
  };
}
