#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { TOOL_VERSION } from '../engine/index.ts';
import { errorLine, errorToWire, isLayerdiffError, printable } from '../shared/errors.ts';
import { addCompare } from './compare.ts';
import { EXIT } from './exit.ts';
import { addInspect } from './inspect.ts';
import { addInstrument } from './instrument.ts';
import { addRecorder } from './recorder.ts';
import { addServe } from './serve.ts';
import { addView } from './view.ts';

const program = new Command('layerdiff')
  .description('Says where an ONNX model diverges from PyTorch, whether it is a bug or float32.')
  .version(TOOL_VERSION)
  .exitOverride()
  // One line, as every other refusal; sub-commands take this over when they are added.
  .configureOutput({
    outputError: (text, write) => {
      const line = text
        .trim()
        .replace(/^error: /, '')
        .replace(/\s*\n\s*/g, ' ');
      write(`layerdiff: ${printable(line)}; see layerdiff --help\n`);
    },
  })
  .configureHelp({ showGlobalOptions: true });

for (const add of [addCompare, addInspect, addInstrument, addView, addServe, addRecorder]) add(program);

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    // Commander has printed its line already; help and version are no failure.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT.unanswerable;
    return;
  }
  process.exitCode =
    isLayerdiffError(error) && error.tag === 'engine-died' ? EXIT.engineDied : EXIT.unanswerable;
  process.stderr.write(`layerdiff: ${errorLine(errorToWire(error))}\n`);
});
