import { parentPort, workerData } from 'node:worker_threads';
import { errorToWire } from '../../shared/errors.ts';
import { openDump } from '../dump/index.ts';
import { createComparer } from '../metric/index.ts';
import { Arena } from '../run/index.ts';
import { runPieces } from './fed-pieces.ts';
import type { Workbench } from './measured-run.ts';
import { untouchedOutputs } from './observe.ts';
import type { SideAnswer, SideRequest } from './side-thread.ts';

const dump = openDump(workerData as string);
let bench: Workbench | undefined;

async function answerTo(request: SideRequest): Promise<SideAnswer | undefined> {
  switch (request.kind) {
    case 'model': {
      const { roomBytes, ...rest } = request;
      const comparer = createComparer(roomBytes);
      bench = { ...rest, dump, comparer, arena: new Arena(comparer.room) };
      return undefined;
    }
    case 'untouched':
      return {
        kind: 'untouched',
        outputs: await untouchedOutputs(request.path, request.inputs, request.settings, request.twice),
      };
    case 'fed': {
      const sample = dump.samples.find((one) => one.index === request.task.sample);
      if (bench === undefined || sample === undefined) return { kind: 'fed', pieces: [] };
      return { kind: 'fed', pieces: await runPieces(bench, request.task, sample) };
    }
  }
}

// One after the other: a request that comes while the runtime is at work has to wait.
let last = Promise.resolve();
parentPort?.on('message', (request: SideRequest) => {
  last = last
    .then(() => answerTo(request))
    .catch((error: unknown): SideAnswer => ({ kind: 'failed', error: errorToWire(error) }))
    .then((answer) => {
      if (answer !== undefined) parentPort?.postMessage(answer);
    });
});
