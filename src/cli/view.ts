import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { fileURLToPath } from 'node:url';
import { errorToWire, LayerdiffError } from '../shared/errors.ts';
import { electronBinary } from './electron-binary.ts';
import { launchFrom } from './launch.ts';
import { serveUntilStopped } from './serve.ts';

export function addView(program: Command): void {
  program
    .command('view')
    .description('the desktop window; without Electron, serves it')
    .argument('[candidate]', 'an .onnx file, or a REPORT.json')
    .argument('[reference]', 'a dump')
    .action(async (candidate: string | undefined, reference: string | undefined) => {
      const launch = launchFrom(candidate, reference);
      const electron = electronBinary();
      if (electron !== undefined) {
        const app = fileURLToPath(new URL('../..', import.meta.url));
        const files = [launch.candidate ?? launch.report, launch.reference].filter(
          (file) => file !== undefined,
        );
        const window = spawn(electron, [app, ...files], { detached: true, stdio: 'ignore' });
        await once(window, 'spawn').catch((error: unknown) => {
          throw new LayerdiffError('runtime', `cannot be started (${errorToWire(error).message})`, {
            file: electron,
            wayOut: 'use layerdiff serve',
          });
        });
        window.unref();
        return;
      }
      process.stdout.write('layerdiff: Electron is not installed here: serving the window instead\n');
      await serveUntilStopped(launch, { host: '127.0.0.1', port: 0, root: '.' });
    });
}
