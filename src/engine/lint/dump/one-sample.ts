import type { Lint } from '../note.ts';
import type { LintedDump } from './linted-dump.ts';

export const oneSample: Lint<LintedDump> = {
  kind: 'dump:one-sample',
  looksFor: 'a dump of a single sample',
  find: ({ dump }) =>
    dump.samples.length !== 1
      ? []
      : [
          {
            severity: 'info',
            subject: '',
            found: 'one sample was recorded',
            matters: 'a size or value that tracing froze fits the sample it was traced with',
            wayOut: 'record a second one, of another size where the model takes several',
            source: 'pytorch#33443',
          },
        ],
};
