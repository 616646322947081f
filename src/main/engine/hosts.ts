import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import type { EngineHost, CreateChannel } from './engine-host.ts';
import { chooseHost } from './choose-host.ts';
import { spawnNode } from './node-child.ts';
import { nodeHost } from './node-host.ts';
import { Runners } from './runners.ts';
import { forkUtility } from './utility-child.ts';
import type { UtilityPorts } from './utility-child.ts';
import { utilityHost } from './utility-host.ts';
import type { Launch } from '../../shared/host-api.ts';

export interface HostsPorts extends UtilityPorts {
  readonly createChannel: CreateChannel;
  /** `build/service`; its modules are named by path and never imported. */
  readonly serviceFolder: string;
  readonly enginePath: () => string | undefined;
}

/** Where the service and its runners are started from. */
export function engineHosts(ports: HostsPorts): (launch: Launch) => EngineHost {
  const { createChannel, serviceFolder } = ports;
  const entry = (name: string): string => join(serviceFolder, name);
  const node = (): string | undefined => {
    const path = ports.enginePath();
    return path !== undefined && existsSync(path) ? path : undefined;
  };
  const utility = utilityHost({
    fork: () => forkUtility(ports, entry('utility-entry.js'), { name: 'layerdiff-service' }),
    createChannel,
    runners: (post) =>
      new Runners({
        post,
        createChannel,
        forkUtility: (options) => forkUtility(ports, entry('runner-utility-entry.js'), options),
        spawnNode: () => {
          const path = node();
          return path === undefined
            ? undefined
            : (options) => spawnNode(spawn, path, entry('entry.js'), options);
        },
      }),
  });
  return (launch) =>
    chooseHost(
      {
        utility,
        node: (path) =>
          nodeHost(
            () => spawnNode(spawn, path, entry('node-entry.js'), { name: 'layerdiff-service' }),
            createChannel,
          ),
      },
      launch,
      node(),
    );
}
