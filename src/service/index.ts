import type { CompareOptions } from '../shared/progress.ts';
import type { EngineJob, RunEvent } from './engine-job.ts';
import { runJob } from './engine-job.ts';
import { forkEngine } from './engine-process.ts';
import type { Service, ServiceSettings } from './service.ts';

export type { EngineJob } from './engine-job.ts';
export { forkEngine } from './engine-process.ts';
export { jailAt } from './files.ts';
export type { WindowLink } from './rpc.ts';
export type { Launch, Service, ServiceSettings } from './service.ts';
export { DEMO_FOLDER } from './resources.ts';

/** See `service.ts`: loaded when it is called, because a command that only compares needs none of it. */
export async function createService(settings: ServiceSettings): Promise<Service> {
  const loaded = await import('./service.ts');
  return new loaded.Service(settings);
}

/** One comparison in a process of its own, which ends with its report. */
export function startEngine(options: CompareOptions, onEvent: (event: RunEvent) => void): EngineJob {
  return runJob(forkEngine, options, onEvent, false);
}
