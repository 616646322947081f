import type { EngineEvent, Stage } from '../shared/progress.ts';
import { printable } from '../shared/errors.ts';

const WORDS: Readonly<Record<Stage, string>> = {
  open: 'reading the model and the dump',
  inputs: 'looking at what is fed',
  weights: 'checking weights',
  match: 'pairing tensors',
  'free-run': 'free run',
  'value-check': 'checking pairs by value',
  'fed-run': 'fed run',
  observer: 'running the untouched model',
  noise: 'measuring what rounding alone does',
  causes: 'trying other settings',
  outputs: 'looking at what comes after the last node',
  diagnose: 'judging',
};

/** Progress on stderr: one line that is rewritten on a terminal, one line a stage elsewhere. */
export function progressPrinter(stream: NodeJS.WriteStream): {
  show: (event: EngineEvent) => void;
  clear: () => void;
} {
  let last: Stage | undefined;
  const clear = (): void => {
    if (stream.isTTY && last !== undefined) stream.write('\r\u001b[K');
  };
  return {
    clear,
    show: (event) => {
      if (event.type !== 'stage') return;
      if (stream.isTTY) {
        const count =
          event.total > 1 ? ` ${bar(event.done / event.total)} ${event.done + 1}/${event.total}` : '';
        stream.write(`\r\u001b[K${WORDS[event.stage]}${count} ${printable(event.node).slice(0, 60)}`);
      } else if (event.stage !== last) stream.write(`${WORDS[event.stage]}\n`);
      last = event.stage;
    },
  };
}

function bar(share: number): string {
  const full = Math.round(share * 20);
  return `[${'#'.repeat(full)}${'.'.repeat(20 - full)}]`;
}
