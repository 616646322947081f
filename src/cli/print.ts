import { EXIT } from './exit.ts';

/**
 * Lines on standard output. Whoever reads them may stop reading (`| head`): the status still says what was found.
 * Anything else that goes wrong is lost output, and the status says that.
 */
export function printLines(lines: readonly string[]): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`layerdiff: standard output: cannot be written (${error.message})\n`);
    process.exit(EXIT.unanswerable);
  });
  process.stdout.write(`${lines.join('\n')}\n`);
}
