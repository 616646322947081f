import type { Lint } from '../note.ts';
import type { LintedDump } from './linted-dump.ts';

export const autocast: Lint<LintedDump> = {
  kind: 'dump:autocast',
  looksFor: 'a recording under autocast',
  find: ({ dump }) =>
    dump.recording?.environment.autocast !== true
      ? []
      : [
          {
            severity: 'warning',
            subject: '',
            found: 'recorded under autocast',
            matters:
              'operators ran in float16 or bfloat16 while the weights are float32: no export computes like that',
            wayOut: 'record with precision="exact", or outside of `with torch.autocast`',
            source: 'PyTorch, Automatic Mixed Precision',
          },
        ],
};
