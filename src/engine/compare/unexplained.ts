import { isFloatDtype } from '../../shared/dtype.ts';
import { formatNumber } from '../../shared/format.ts';
import { isUndecided } from '../diagnose/index.ts';
import { downstreamOf } from '../graph/index.ts';
import type { CompareContext } from './context.ts';
import type { JudgedSample } from './judge-sample.ts';
import { unjudgedPrompts } from './prompt-texts.ts';

/** Long stretches whose error is large and within a tolerance that has grown as large. */
export function undecided(sample: JudgedSample): { tensor: string; nodes: number; local: number }[] {
  return [...sample.judged.values()]
    .filter(isUndecided)
    .map(({ name, stretch, judgement }) => ({
      tensor: name,
      nodes: stretch.nodes.length,
      local: judgement.errorShare,
    }))
    .sort((a, b) => b.local - a.local);
}

/** How far above its noise floor an output must be, and by how much off, before rounding is no explanation any more. */
const UNEXPLAINED = { floors: 10, relative: 1e-3 };

/** Graph outputs with an error that neither rounding nor any compared stretch accounts for. */
export function unexplained(
  context: CompareContext,
  sample: JudgedSample,
): { output: string; text: string }[] {
  if (sample.sites.length > 0 || unjudgedPrompts(context).length > 0) return [];
  return context.graph.outputs.flatMap((output) => {
    const tensor = sample.judged.get(output);
    const total = sample.run.free.get(output)?.comparison;
    if (tensor?.state !== 'inherited' || total === undefined) return [];
    const relative = total.nonFiniteMismatch > 0 ? Infinity : total.maxAbs / tensor.judgement.scale;
    const isLoud = relative > UNEXPLAINED.relative && relative > UNEXPLAINED.floors * tensor.noiseFloor;
    const isFloat = isFloatDtype(sample.run.free.get(output)?.type.dtype ?? 'bool');
    const text = isFloat
      ? `is off by ${formatNumber(relative)} of its largest value, far more than rounding explains`
      : `differs in ${formatNumber(100 * total.unequal)} % of its elements${picksBefore(context, output) ? ', perhaps in the order of equal values' : ''}`;
    return isLoud ? [{ output, text }] : [];
  });
}

/** Operators that pick by value: equal values may come in any order. */
const PICKING = new Set(['TopK', 'ArgMax', 'ArgMin', 'NonMaxSuppression', 'Unique']);

function picksBefore({ graph }: CompareContext, output: string): boolean {
  const picking = new Set(graph.nodes.filter((node) => PICKING.has(node.opType)).map((node) => node.index));
  return downstreamOf(graph, picking).has(output);
}
