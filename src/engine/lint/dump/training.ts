import { formatList, plural } from '../../../shared/format.ts';
import type { Lint } from '../note.ts';
import type { LintedDump } from './linted-dump.ts';
import { classOf } from './linted-dump.ts';

/** Classes that compute something else in training. */
const DIFFERS = /(BatchNorm|Dropout|DropPath|InstanceNorm|^LSTM$|^GRU$|^RNN$|MultiheadAttention)/;
const MOST_NAMES = 3;

export const training: Lint<LintedDump> = {
  kind: 'dump:training',
  looksFor: 'a recording of a model, or of some of its modules, in training mode',
  find: ({ dump }) => {
    const { recording } = dump;
    const flagged = (recording?.modules ?? []).filter((module) => module.training);
    if (recording === undefined || (flagged.length === 0 && !recording.environment.training)) return [];
    const different = flagged.filter((module) => module.path === '' || DIFFERS.test(classOf(module)));
    const named = different.length > 0 ? different : flagged;
    const names = named.map(
      (module) => `${module.path === '' ? 'the model' : module.path} (${classOf(module)})`,
    );
    return [
      {
        // Where nothing says which modules, it may be those that differ.
        severity: different.length > 0 || flagged.length === 0 ? 'warning' : 'info',
        subject: named[0]?.path ?? '',
        found:
          flagged.length === 0
            ? 'recorded in training mode'
            : `${plural(flagged.length, 'module')} recorded in training mode: ${formatList(names, MOST_NAMES)}`,
        matters:
          'BatchNorm takes the statistics of the batch there and Dropout zeroes at random, an export does neither',
        wayOut: 'call model.eval() before recording',
        source: 'ort#3873',
      },
    ];
  },
};
