import type { Lint } from '../note.ts';
import { numberOf } from './attributes.ts';
import type { LintedModel } from './linted-model.ts';
import type { PoolAxis } from './pool.ts';
import { CEIL_MODE_SETTLED, lastStart, poolsOf } from './pool.ts';
import { isSince } from './versions.ts';

/** Opset from which the specification and ONNX Runtime divide as PyTorch does (ort#16752). */
const SETTLED = 19;

export const poolDivisor: Lint<LintedModel> = {
  kind: 'lint:pool-divisor',
  looksFor: 'AveragePool with ceil_mode 1 and count_include_pad 1 whose last window hangs over the padding',
  find: (linted) =>
    poolsOf(linted, ['AveragePool'])
      .filter(({ node, isCeil }) => isCeil && numberOf(node, 'count_include_pad', 0) === 1)
      .filter(({ axes }) => axes.some(hangsOver))
      .map(({ node }) => ({
        severity:
          linted.opset < SETTLED && !isSince(linted.context.runtime, CEIL_MODE_SETTLED) ? 'warning' : 'info',
        subject: node.subject,
        found: `AveragePool at opset ${linted.opset} has ceil_mode 1 and count_include_pad 1`,
        matters:
          'PyTorch divides the last windows by what lies on input and padding, runtimes without ' +
          `${linted.opset < SETTLED ? 'ort#29629' : 'ort#16752'} by the whole kernel`,
        wayOut:
          linted.opset < SETTLED ? `export with opset ${SETTLED} or later` : 'use a runtime that has it',
        source: 'pytorch#183528, ort#16203',
      })),
};

/** True where it may: an axis of unknown length hangs over for some lengths unless the stride is 1. */
function hangsOver(axis: PoolAxis): boolean {
  const { length, extent, stride, begin, end } = axis;
  if (length === undefined) return stride > 1;
  return lastStart(axis, length) + extent > length + begin + end;
}
