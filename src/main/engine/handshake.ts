import { errorFromWire, LayerdiffError } from '../../shared/errors.ts';
import { HOST_PROTOCOL } from '../../shared/host-api.ts';
import { sentenceOf } from './child.ts';
import type { Child } from './child.ts';
import { fromService } from './from-service.ts';

export const START_TIMEOUT_MS = 20_000;

const WAY_OUT = 'restart the engine';

/**
 * Resolves when the service says that it is there. One that fails, ends, is of another build or stays silent is killed.
 * @throws LayerdiffError `engine-died`, or what the service said
 */
export async function handshake(child: Child, timeoutMs: number = START_TIMEOUT_MS): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      const died = (message: string): void =>
        reject(new LayerdiffError('engine-died', message, { wayOut: WAY_OUT }));
      const timer = setTimeout(
        () => died(`the engine did not start within ${timeoutMs / 1000} s`),
        timeoutMs,
      );
      child.onMessage((raw) => {
        const message = fromService(raw);
        if (message?.type !== 'ready' && message?.type !== 'failed') return;
        clearTimeout(timer);
        if (message.type === 'failed') reject(errorFromWire(message.error));
        else if (message.protocol === HOST_PROTOCOL) resolve();
        else died('the engine is of another version than the window');
      });
      void child.ended.then((ended) => {
        clearTimeout(timer);
        died(sentenceOf(ended));
      });
    });
  } catch (error) {
    child.kill();
    throw error;
  }
}
