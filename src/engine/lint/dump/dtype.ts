import type { Dtype } from '../../../shared/dtype.ts';
import { isFloatDtype } from '../../../shared/dtype.ts';
import type { Graph } from '../../graph/index.ts';
import type { Lint } from '../note.ts';
import type { LintedDump } from './linted-dump.ts';

export const dtype: Lint<LintedDump> = {
  kind: 'dump:dtype',
  looksFor: 'floating point entries of another dtype than the model computes in',
  find: ({ dump, context }) => {
    const own = context.graph === undefined ? undefined : floatOf(context.graph);
    if (own === undefined) return [];
    const floats = dump.samples
      .flatMap(({ entries }) => entries)
      .filter((entry) => isFloatDtype(entry.dtype));
    const others = new Map<Dtype, number>();
    for (const entry of floats) {
      if (entry.dtype !== own) others.set(entry.dtype, (others.get(entry.dtype) ?? 0) + 1);
    }
    return [...others].map(([other, count]) => ({
      severity: 'info',
      subject: '',
      found: `${count} of ${floats.length} floating point entries are ${other}, the model computes in ${own}`,
      matters: 'the coarser of the two sets what can agree',
      wayOut: 'record the model in the dtype that it was exported in',
      source: 'docs/tolerance.md',
    }));
  },
};

/** The dtype of most floating point weights, else of the inputs. */
function floatOf(graph: Graph): Dtype | undefined {
  const count = new Map<Dtype, number>();
  const weights = [...graph.initializers.values()].map(({ tensor }) => tensor.dtype);
  const inputs = graph.inputs.map((input) => input.dtype);
  const add = (list: readonly (Dtype | undefined)[]): void => {
    for (const one of list)
      if (one !== undefined && isFloatDtype(one)) count.set(one, (count.get(one) ?? 0) + 1);
  };
  add(weights);
  if (count.size === 0) add(inputs);
  return [...count].sort(([, a], [, b]) => b - a)[0]?.[0];
}
