import { workerData } from 'node:worker_threads';
import { errorLine, errorToWire } from '../../shared/errors.ts';
import type { Measured } from '../diagnose/index.ts';
import type { DumpEntry } from '../dump/index.ts';
import { openDump } from '../dump/index.ts';
import { createComparer } from '../metric/index.ts';
import { measure } from './measure.ts';
import type { SharedTask, ThreadAnswer, ThreadRequest, ThreadStart } from './second-thread.ts';

const { reference, memory, state, port } = workerData as ThreadStart;
const comparer = createComparer();
const dump = openDump(reference);
const entries = dump.samples.map((sample) => new Map(sample.entries.map((entry) => [entry.key, entry])));

function result(task: SharedTask, sample: number): readonly [string, Measured | undefined] {
  const entry: DumpEntry | undefined =
    task.how.entry === undefined ? undefined : entries[sample]?.get(task.how.entry);
  const bytes = new Uint8Array(memory, task.offset, task.length);
  return [task.name, measure(comparer, dump, { ...task.type, bytes }, entry, task.how)];
}

function answerTo({ sample, tasks }: ThreadRequest): ThreadAnswer {
  try {
    return { kind: 'measured', results: tasks.map((task) => result(task, sample)) };
  } catch (error) {
    return { kind: 'failed', message: errorLine(errorToWire(error)) };
  }
}

port.on('message', (request: ThreadRequest) => {
  port.postMessage(answerTo(request));
  Atomics.store(state, 0, 1);
  Atomics.notify(state, 0);
});
