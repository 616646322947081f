import { createBirpc } from 'birpc';
import type { Channel } from '../../shared/channel.ts';
import type { EngineApi, WindowApi } from '../../shared/contract.ts';
import { PROTOCOL } from '../../shared/contract.ts';
import type { WireError } from '../../shared/errors.ts';
import { errorFromWire, LayerdiffError } from '../../shared/errors.ts';

/** The service as the window sees it; every call may be refused with a `LayerdiffError`. */
export type EngineClient = {
  readonly [K in keyof EngineApi]: (...args: Parameters<EngineApi[K]>) => Promise<ReturnType<EngineApi[K]>>;
};

type Answer =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: WireError };

const METHODS = [
  'hello',
  'browse',
  'openModel',
  'openReference',
  'openReport',
  'node',
  'compare',
  'cancel',
  'acknowledge',
  'probe',
  'pictures',
  'exportText',
  'recorder',
] as const satisfies readonly (keyof EngineApi)[];

/** @param gone the channel is lost: calls that wait for an answer are refused, instead of waiting for ever. */
export function clientOver(channel: Channel, window: WindowApi, gone?: AbortSignal): EngineClient {
  const rpc = createBirpc<Record<string, (...args: unknown[]) => Answer>, WindowApi>(window, {
    post: (message) => channel.post(message),
    on: (handler) => channel.onMessage(handler),
    timeout: -1,
  });
  gone?.addEventListener('abort', () => {
    rpc.$close(new LayerdiffError('engine-died', 'the connection was lost'));
  });
  const call = async (method: string, args: readonly unknown[]): Promise<unknown> => {
    const answer: Answer = await rpc.$call(method, ...args);
    if (answer.ok) return answer.value;
    throw errorFromWire(answer.error);
  };
  return Object.fromEntries(
    METHODS.map((method) => [method, (...args: unknown[]) => call(method, args)]),
  ) as unknown as EngineClient;
}

export function greet(client: EngineClient): ReturnType<EngineClient['hello']> {
  return client.hello(PROTOCOL);
}
