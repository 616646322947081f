import { decodeFrame, encodeFrame } from '../../shared/frame.ts';
import type { Carrier } from './carrier.ts';

/** The WebSocket beside the page, at a relative address: proxies may have put a prefix before it. */
export function socketCarrier(page: Location): Carrier {
  return {
    open: (onGone) =>
      new Promise((resolve, reject) => {
        const url = new URL('socket', page.href);
        url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
        const socket = new WebSocket(url);
        socket.binaryType = 'arraybuffer';
        let isOpen = false;
        socket.addEventListener('open', () => {
          isOpen = true;
          resolve({
            post: (message) => {
              if (socket.readyState === WebSocket.OPEN) socket.send(encodeFrame(message) as BufferSource);
            },
            onMessage: (handler) =>
              socket.addEventListener('message', (event: MessageEvent<ArrayBuffer>) =>
                handler(decodeFrame(new Uint8Array(event.data))),
              ),
          });
        });
        socket.addEventListener('close', () => {
          if (isOpen) onGone('');
          else reject(new Error('the server does not answer'));
        });
      }),
  };
}
