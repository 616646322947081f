import type { StructureKind } from '../../shared/structure.ts';
import { formatNumber } from '../../shared/format.ts';
import { ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Fit } from './fit.ts';
import { fit } from './fit.ts';
import type { Found } from './found.ts';
import type { Grouping } from './groupings.ts';
import { groupings } from './groupings.ts';
import type { Model } from './model.ts';

/** "Every element" is said where at most this share of the right elements contradicts. */
const FEW = 0.02;

/** The coarsest grouping for which a model holds. */
export function fitted(facts: ErrorFacts, model: Model & StructureKind): Found | undefined {
  for (const grouping of groupings(facts)) {
    const found = fit(facts, grouping, model);
    if (found === undefined || found.evidence < ENOUGH || isNothing(facts, found, model)) continue;
    const { slopes, offsets, explained, residual, evidence } = found;
    const right = facts.active - facts.wrong;
    const partial = found.exceptions > FEW * right;
    const where = partial ? `in the ${facts.wrong} wrong elements only` : 'in every element';
    return {
      kind: model,
      text: `candidate = ${formula(found, grouping, model)} ${where}, residual ${formatNumber(residual)} against errors up to ${formatNumber(facts.largest)}`,
      share: explained / facts.wrong,
      figures: {
        ...(model === 'offset' ? {} : { scale: slopes.slice(0, 64) }),
        ...(model === 'scale' ? {} : { offset: offsets.slice(0, 64) }),
        groups: slopes.length,
        axis: grouping.axis,
        residual,
      },
      evidence,
      partial,
    };
  }
  return undefined;
}

/** A reference that is constant is offset and scaled at will; a candidate that is constant is no image of the reference. */
function isNothing(facts: ErrorFacts, { slopes }: Fit, model: Model): boolean {
  const least = 10 * facts.tolerance;
  if (facts.levels.range <= least) return true;
  return model !== 'offset' && slopes.some((slope) => Math.abs(slope) * facts.levels.range <= least);
}

function formula({ slopes, offsets }: Fit, { each }: Grouping, model: Model): string {
  if (each === '') {
    const [a, b] = [slopes[0] ?? NaN, offsets[0] ?? NaN];
    const offset = `${b < 0 ? '−' : '+'} ${formatNumber(Math.abs(b))}`;
    if (model === 'offset') return `reference ${offset}`;
    return `${formatNumber(a)} × reference${model === 'affine' ? ` ${offset}` : ''}`;
  }
  const a = `a × reference, a = ${span(slopes)}`;
  if (model === 'scale') return `${a}, one for each ${each},`;
  if (model === 'offset') return `reference + b, b = ${span(offsets)}, one for each ${each},`;
  return `a × reference + b, a = ${span(slopes)}, b = ${span(offsets)}, one pair for each ${each},`;
}

function span(values: readonly number[]): string {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const [from, to] = [formatNumber(low), formatNumber(high)];
  return from === to ? from : `from ${from} to ${to}`;
}
