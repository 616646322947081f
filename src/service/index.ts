import type { CompareOptions } from '../shared/progress.ts';
import type { EngineJob, RunEvent } from './engine-job.ts';
import { runJob } from './engine-job.ts';
import { forkEngine } from './engine-process.ts';

export type { EngineJob } from './engine-job.ts';
export { forkEngine } from './engine-process.ts';
export { jailAt } from './files.ts';
export type { WindowLink } from './rpc.ts';
export type { Launch, ServiceSettings } from './service.ts';
export { DEMO_FOLDER, Service } from './service.ts';

/** One comparison in a process of its own, which ends with its report. */
export function startEngine(options: CompareOptions, onEvent: (event: RunEvent) => void): EngineJob {
  return runJob(forkEngine, options, onEvent, false);
}
