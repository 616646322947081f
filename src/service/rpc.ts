import { createBirpc } from 'birpc';
import type { Channel } from '../shared/channel.ts';
import type { EngineApi, WindowApi } from '../shared/contract.ts';
import type { WireError } from '../shared/errors.ts';
import { errorToWire } from '../shared/errors.ts';
import { parseArguments } from './schema.ts';

/** What a call gives back: a refusal keeps its fields, which an Error would lose on some carriers. */
export type RpcAnswer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError };

type Asked = { readonly [K in keyof EngineApi]: (...args: unknown[]) => unknown };

export interface WindowLink {
  readonly window: WindowApi;
  readonly close: () => void;
}

/** Answers a window's calls on a channel with `api`, and calls the window. Only methods of the contract are known. */
export function serveWindow(channel: Channel, api: (window: WindowApi) => Promised<EngineApi>): WindowLink {
  const functions = new Map<string, (...args: unknown[]) => Promise<RpcAnswer<unknown>>>();
  let isOpen = true;
  const rpc = createBirpc<{ [K in keyof WindowApi]: WindowApi[K] }>(
    {},
    {
      post: (message) => channel.post(message),
      on: (handler) =>
        channel.onMessage((message) => {
          // What is no message at all would be an error outside of any call, and end the process.
          if (isOpen && typeof message === 'object' && message !== null) handler(message);
        }),
      timeout: -1,
      resolver: (name) => functions.get(name),
      // A window that went away in the middle of a call is not news.
      onGeneralError: () => true,
    },
  );
  // A run may have more to say than its window lives.
  const ignore = (): void => undefined;
  const window: WindowApi = {
    jobEvents: (...args) => void rpc.jobEvents.asEvent(...args).catch(ignore),
    openFiles: (...args) => void rpc.openFiles.asEvent(...args).catch(ignore),
  };
  const methods = api(window) as unknown as Asked;
  for (const name of Object.keys(methods) as (keyof EngineApi)[]) {
    functions.set(name, async (...args) => {
      try {
        return { ok: true, value: await methods[name](...parseArguments(name, args)) };
      } catch (error) {
        return { ok: false, error: errorToWire(error) };
      }
    });
  }
  return {
    window,
    close: () => {
      isOpen = false;
      rpc.$close();
    },
  };
}

/** Each method of the contract, answered now or later. */
export type Promised<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => R | Promise<R>
    : never;
};
