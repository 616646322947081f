import type { WebSocket } from 'ws';
import type { Channel } from '../shared/channel.ts';
import { decodeFrame, encodeFrame } from '../shared/frame.ts';

/** One tab's WebSocket as a channel: each message is one binary frame. A frame that is none ends the connection. */
export function socketChannel(socket: WebSocket): Channel {
  socket.binaryType = 'nodebuffer';
  return {
    post: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(encodeFrame(message));
    },
    onMessage: (handler) => {
      socket.on('message', (data, isBinary) => {
        let message: unknown;
        try {
          if (!isBinary || !(data instanceof Uint8Array)) throw new Error('text');
          message = decodeFrame(data);
        } catch {
          socket.close(1003, 'not a frame');
          return;
        }
        handler(message);
      });
    },
  };
}
