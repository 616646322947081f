import { formatNumber } from '../../shared/format.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { coordinates } from './places.ts';

const MOST = 8;
/** Of all elements. */
const RARE = 0.02;
const SHOWN = 3;

/** Just a few elements are wrong: listed with both values. A description, not an explanation. */
export function isolated(facts: ErrorFacts): Found | undefined {
  const { wrong, size, probes, candidate, reference } = facts;
  if (wrong > MOST || wrong > RARE * size) return undefined;
  const shown = probes.slice(0, SHOWN).map((index) => {
    const at = `[${coordinates(index, facts.dims, facts.strides).join(', ')}]`;
    const [t, r] = [candidate[index] ?? NaN, reference[index] ?? NaN].map(formatNumber);
    const off =
      t === r ? `, off by ${formatNumber((candidate[index] ?? NaN) - (reference[index] ?? NaN))}` : '';
    return `${at} is ${t ?? ''} for ${r ?? ''}${off}`;
  });
  const more = wrong > SHOWN ? `, and ${wrong - SHOWN} more` : '';
  return {
    kind: 'isolated',
    text: `${wrong} of ${size} elements ${wrong === 1 ? 'is' : 'are'} wrong: ${shown.join(', ')}${more}`,
    share: 1,
    figures: { wrong, elements: size, indices: probes.slice(0, MOST) },
    evidence: 0,
  };
}
