import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Launch } from '../service/index.ts';
import { createService, DEMO_FOLDER, forkEngine, jailAt } from '../service/index.ts';
import { foldersOf, launchFrom } from './launch.ts';
import type { StageFlags } from './stage-flags.ts';
import { stagesFrom } from './stage-flags.ts';
import { parsePort } from './sizes.ts';

interface Flags extends StageFlags {
  readonly host: string;
  readonly port: number;
  readonly allowHost?: string[];
  readonly root: string;
}

export function addServe(program: Command): void {
  program
    .command('serve')
    .description(
      'the window, served to a browser: on a machine that is reached over SSH, or without Electron',
    )
    .argument('[candidate]', 'an .onnx file, or a REPORT.json')
    .argument('[reference]', 'a dump')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port, 0 for any that is free', parsePort, 8765)
    .option('--allow-host <name...>', 'names of proxies in front of it')
    .option('--inputs <value...>', 'what the deployed pipeline feeds: FILE, DIR or NAME=FILE')
    .option('--image <file>', 'the original picture (PNG, JPEG)')
    .option(
      '--ignore-where <input==value>',
      'leave out positions where a mask among the inputs has this value',
    )
    .option('--head <spec>', 'what the outputs are')
    .option('--deployed <dump>', 'what your own runtime gave')
    .option('--root <dir>', 'the folder that its file picker sees', '.')
    .action(async (candidate: string | undefined, reference: string | undefined, flags: Flags) => {
      const launch = { ...launchFrom(candidate, reference), stages: stagesFrom(flags) };
      await serveUntilStopped(launch, flags);
    });
}

/** Prints where the window is, and returns when it is stopped. */
export async function serveUntilStopped(launch: Launch, flags: Omit<Flags, keyof StageFlags>): Promise<void> {
  // Other commands load none of it.
  const { serve, tunnelLine } = await import('../server/index.ts');
  const service = await createService({
    jail: jailAt(flags.root, [DEMO_FOLDER, ...foldersOf(launch)]),
    startEngine: forkEngine,
  });
  const { host, port } = flags;
  const served = await serve({ service, launch, host, port, allowHosts: flags.allowHost ?? [] });
  // Before anybody is told that it can be stopped. SIGHUP: the SSH session in which it was started is gone.
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const out = (line: string): void => void process.stdout.write(`${line}\n`);
  if (!['127.0.0.1', 'localhost', '::1'].includes(host))
    process.stderr.write(
      `layerdiff: warning: listening on ${host}: whoever has the address can read every file under ${flags.root}\n`,
    );
  out(`layerdiff: open ${served.url}`);
  const tunnel = tunnelLine(process.env, userInfo().username, host, served.port);
  if (tunnel !== undefined) out(`layerdiff: from your own machine first: ${tunnel}`);
  out('layerdiff: stop with Ctrl-C');
  await stopped;
  await served.close();
}
