import type { Channel } from '../../src/shared/channel.ts';

/** Two ends of a channel in memory: what one posts arrives at the other as a structured clone, a microtask later. */
export function channelPair(): readonly [Channel, Channel] {
  const handlers: ((message: unknown) => void)[][] = [[], []];
  const end = (own: 0 | 1): Channel => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => handlers[1 - own]?.forEach((handler) => handler(copy)));
    },
    onMessage: (handler) => handlers[own]?.push(handler),
  });
  return [end(0), end(1)];
}
