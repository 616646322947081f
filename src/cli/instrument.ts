import type { Command } from 'commander';
import { instrument } from '../engine/index.ts';
import { printable } from '../shared/errors.ts';
import { plural } from '../shared/format.ts';
import { checkWritable } from './write-file.ts';
import { printLines } from './print.ts';

export function addInstrument(program: Command): void {
  program
    .command('instrument')
    .description('write the model with its intermediate values as outputs, to run anywhere')
    .argument('<model>', 'an .onnx file')
    .requiredOption('--out <file>', 'the file to write; beside the original if that has external data')
    .action(async (path: string, flags: { out: string }) => {
      checkWritable(flags.out, [path]);
      const { added, skipped } = await instrument(path, flags.out);
      const lines = [
        `${flags.out}: ${plural(added, 'value')} exposed`,
        ...skipped.map((one) => `left out ${one.name}: ${one.reason}`),
      ];
      printLines(lines.map(printable));
    });
}
