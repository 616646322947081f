import type { Lint } from '../note.ts';
import type { LintedModel } from './linted-model.ts';
import type { PoolAxis } from './pool.ts';
import { CEIL_MODE_SETTLED, lastStart, poolsOf } from './pool.ts';
import { isSince } from './versions.ts';

export const poolWindowInPadding: Lint<LintedModel> = {
  kind: 'lint:pool-window-in-padding',
  looksFor: 'a pooling with ceil_mode 1 whose last window starts in the padding',
  find: (linted) =>
    poolsOf(linted, ['AveragePool', 'MaxPool', 'LpPool']).flatMap(({ node, isCeil, axes }) => {
      const hit = isCeil ? axes.map(startsInPadding) : [];
      if (!hit.includes('yes') && !hit.includes('perhaps')) return [];
      const isSure = hit.includes('yes');
      return [
        {
          severity: isSure && !isSince(linted.context.runtime, CEIL_MODE_SETTLED) ? 'warning' : 'info',
          subject: node.subject,
          found: `${node.opType} with ceil_mode 1 has a last window that starts in the padding${isSure ? '' : ' at some sizes'}`,
          matters: 'PyTorch drops it, some runtimes make one more row of NaN or lowest values',
          wayOut: 'pad the input to a size that the windows fill, or leave ceil_mode out',
          source: 'onnx#4958',
        },
      ];
    }),
};

/** With s strides and windows that reach c = extent − end pad past the input, it happens at some length where s > c. */
function startsInPadding(axis: PoolAxis): 'yes' | 'perhaps' | 'no' {
  const { length, extent, stride, begin, end } = axis;
  if (length === undefined) return stride > extent - end ? 'perhaps' : 'no';
  return lastStart(axis, length) >= length + begin ? 'yes' : 'no';
}
