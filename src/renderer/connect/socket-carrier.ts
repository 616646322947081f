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
          else void whyRefused(page).then((reason) => reject(new Error(reason)));
        });
      }),
  };
}

/** A server that was started anew has another token: it answers, but not to this page. */
async function whyRefused(page: Location): Promise<string> {
  try {
    const { status } = await fetch(new URL('./', page.href));
    if (status === 403) return 'the server was started anew: open the address that it printed.';
  } catch {
    // Nobody is there.
  }
  return 'the server does not answer.';
}
