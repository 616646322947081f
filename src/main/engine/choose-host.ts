import { statSync } from 'node:fs';
import type { Launch } from '../../shared/host-api.ts';
import { LARGE_MODEL_BYTES } from '../../shared/host-api.ts';
import type { EngineHost } from './engine-host.ts';

export interface Hosts {
  readonly utility: EngineHost;
  readonly node: (enginePath: string) => EngineHost;
}

/** Size of a file; 0 where there is none. */
export type SizeOf = (path: string) => number;

export const sizeOnDisk: SizeOf = (path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/**
 * For the service itself, by the model that the window begins with. A large model that is opened later, or whose size
 * is in external data, still gets its runner outside of Electron (`Runners`).
 */
export function chooseHost(
  hosts: Hosts,
  launch: Launch,
  enginePath: string | undefined,
  sizeOf: SizeOf = sizeOnDisk,
): EngineHost {
  const bytes = launch.candidate === undefined ? 0 : sizeOf(launch.candidate);
  return enginePath !== undefined && bytes > LARGE_MODEL_BYTES ? hosts.node(enginePath) : hosts.utility;
}
