import type { MessageChannelMain, MessagePortMain } from 'electron/main';
import type { Launch } from '../../shared/host-api.ts';

/** Starts the service somewhere. Where is unknown to whoever uses the connection. */
export interface EngineHost {
  /** @throws LayerdiffError when the service did not start; nothing is left running. */
  start(): Promise<EngineConnection>;
}

export interface EngineConnection {
  /** A new channel to the service; answers with the window's end. */
  openWindow(window: number, launch: Launch): MessagePortMain;
  openFiles(window: number, paths: readonly string[]): void;
  /** One sentence, when the service has ended, by itself or by `stop`. */
  readonly gone: Promise<string>;
  stop(): void;
}

export type CreateChannel = () => Pick<MessageChannelMain, 'port1' | 'port2'>;
