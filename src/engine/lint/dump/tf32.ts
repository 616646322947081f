import type { Lint } from '../note.ts';
import type { LintedDump } from './linted-dump.ts';

export const tf32: Lint<LintedDump> = {
  kind: 'dump:tf32',
  looksFor: 'a recording on a GPU while TF32 was on',
  find: ({ dump }) => {
    const environment = dump.recording?.environment;
    if (environment?.tf32 !== true) return [];
    return [
      {
        severity: 'warning',
        subject: '',
        found: `recorded on ${environment.device === '' ? 'an unknown device' : environment.device} with TF32 on`,
        matters: 'products of matrices keep 10 of 23 bits there, so float32 results differ by about 1e-3',
        wayOut:
          'record with precision="exact", or set torch.backends.cudnn.allow_tf32 and cuda.matmul.allow_tf32 to False',
        source: 'ort#19288, pytorch#107514',
      },
    ];
  },
};
