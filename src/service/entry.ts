/** The engine process: takes one comparison over IPC, sends events, ends. Its owner may kill it at any time. */
import { compare } from '../engine/index.ts';
import { errorToWire } from '../shared/errors.ts';
import type { CompareOptions, EngineEvent } from '../shared/progress.ts';

function send(event: EngineEvent): void {
  process.send?.(event);
}

/** The last message: the process ends only when it is out. */
function finish(event: EngineEvent): void {
  process.send?.(event, () => process.disconnect());
}

// An engine without an owner has nobody to tell.
process.once('disconnect', () => process.exit());

process.once('message', (options: CompareOptions) => {
  compare(options, send)
    .then((report) => finish({ type: 'done', report }))
    .catch((error: unknown) => finish({ type: 'failed', error: errorToWire(error) }));
});
