/**
 * The carrier between window and service: two methods. Whether it rides a MessagePort (structured clone) or a
 * WebSocket (frames, `frame.ts`) is unknown to both ends.
 */
export interface Channel {
  readonly post: (message: unknown) => void;
  readonly onMessage: (handler: (message: unknown) => void) => void;
}
