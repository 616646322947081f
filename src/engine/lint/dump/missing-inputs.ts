import type { Lint } from '../note.ts';
import type { LintedDump } from './linted-dump.ts';

export const missingInputs: Lint<LintedDump> = {
  kind: 'dump:missing-inputs',
  looksFor: 'a dump that does not say what the model was fed',
  find: ({ dump, context }) => {
    const [sample] = dump.samples;
    if (sample === undefined || sample.inputs.length > 0) return [];
    const names = new Set(sample.entries.map((entry) => entry.path));
    const wanted = context.graph?.inputs ?? [];
    if (wanted.length > 0 && wanted.every((input) => names.has(input.name))) return [];
    return [
      {
        // A recorder that lost them, or a format that never had them.
        severity: dump.format === 'layerdiff' ? 'warning' : 'info',
        subject: '',
        found: 'the dump names no inputs of the model',
        matters: 'without them the model is not run as a whole, and a difference of the inputs goes unseen',
        wayOut: 'give them with --inputs, or record with layerdiff, which keeps them',
        source: 'docs/dump-format.md',
      },
    ];
  },
};
