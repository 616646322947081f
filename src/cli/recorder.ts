import { readFileSync, writeSync } from 'node:fs';
import type { Command } from 'commander';

export function addRecorder(program: Command): void {
  program
    .command('recorder')
    .description('print the Python recorder: layerdiff recorder > layerdiff_recorder.py')
    .action(() => {
      writeSync(1, readFileSync(new URL('../../resources/recorder/layerdiff_recorder.py', import.meta.url)));
    });
}
