import type { IpcMain, WebFrameMain } from 'electron/main';
import type { z } from 'zod';
import { errorToWire, LayerdiffError } from '../../shared/errors.ts';
import type { Answer } from '../../shared/host-api.ts';
import { isBundleAddress } from '../protocol/scheme.ts';

export type Ipc = Pick<IpcMain, 'handle'>;

/**
 * The only way in from a page: the sender must be the top frame of our own page and the arguments what the schema says.
 * Failures are answers (an error thrown here would lose its fields on the way).
 */
export function handle<A extends readonly unknown[], T>(
  ipc: Ipc,
  channel: string,
  schema: z.ZodType<A>,
  action: (sender: number, ...args: A) => T | Promise<T>,
): void {
  ipc.handle(channel, async (event, ...args: readonly unknown[]): Promise<Answer<T>> => {
    try {
      if (!isOwnTopFrame(event.senderFrame ?? undefined))
        throw new LayerdiffError('bad-request', 'only the window itself may ask this');
      const parsed = schema.safeParse(args);
      if (!parsed.success)
        throw new LayerdiffError('bad-request', `${channel} was asked with other arguments`);
      return { ok: true, value: await action(event.sender.id, ...parsed.data) };
    } catch (error) {
      return { ok: false, error: errorToWire(error) };
    }
  });
}

/** A frame that navigated or went away in the meantime is nobody. */
export function isOwnTopFrame(frame: Pick<WebFrameMain, 'url' | 'parent'> | undefined): boolean {
  return frame?.parent === null && isBundleAddress(frame.url);
}
