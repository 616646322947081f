/** The engine process: takes one comparison over IPC, sends events, ends. Its owner may kill it at any time. */
import { compare } from '../engine/index.ts';
import { errorToWire } from '../shared/errors.ts';
import type { CompareOptions, EngineEvent } from '../shared/progress.ts';

function send(event: EngineEvent): void {
  process.send?.(event);
}

process.once('message', (options: CompareOptions) => {
  compare(options, send)
    .then((report) => send({ type: 'done', report }))
    .catch((error: unknown) => send({ type: 'failed', error: errorToWire(error) }))
    .finally(() => process.disconnect());
});
