import { errorFromWire } from '../../shared/errors.ts';
import type { HostApi } from '../../shared/host-api.ts';
import { SERVICE_PORT } from '../../shared/host-api.ts';
import type { Carrier } from './carrier.ts';

/** In Electron: the port that the desktop hands over, with structured clone. */
export function portCarrier(host: HostApi): Carrier {
  return {
    open: async (onGone) => {
      const stop = host.onServiceGone((reason) => {
        stop();
        onGone(reason);
      });
      const arrived = new Promise<MessagePort>((resolve) => {
        const listen = (event: MessageEvent): void => {
          const [port] = event.ports;
          if (event.source !== window || event.data !== SERVICE_PORT || port === undefined) return;
          window.removeEventListener('message', listen);
          resolve(port);
        };
        window.addEventListener('message', listen);
      });
      const answer = await host.connect();
      if (!answer.ok) {
        stop();
        throw errorFromWire(answer.error);
      }
      const port = await arrived;
      return {
        post: (message) => port.postMessage(message),
        onMessage: (handler) => {
          port.onmessage = (event: MessageEvent) => handler(event.data);
        },
      };
    },
  };
}
