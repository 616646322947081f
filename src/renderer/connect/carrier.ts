import type { Channel } from '../../shared/channel.ts';

/** A way to reach the service. Channels come and go; the page stays. */
export interface Carrier {
  /** Makes a channel; resolves when it is open. `onGone` is called once, when it is lost. */
  readonly open: (onGone: (reason: string) => void) => Promise<Channel>;
}
