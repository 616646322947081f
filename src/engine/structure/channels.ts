import { ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { outOf } from './overlap.ts';
import { slicesOf } from './slices.ts';

/** Only some channels are wrong: one group of a convolution, a swapped weight, every 2nd of an interleaved layout. */
export function channels(facts: ErrorFacts): Found | undefined {
  if (facts.channels === undefined) return undefined;
  const slices = slicesOf(facts, facts.channels);
  if (slices === undefined || slices.evidence < ENOUGH) return undefined;
  const { text, axis, members, length, both, inside, evidence } = slices;
  return {
    kind: 'channels',
    text: `only ${members.length} of ${length} channels (axis ${axis}: ${text}): ${outOf(both, facts.wrong)} wrong elements are there, of ${inside}`,
    share: both / facts.wrong,
    figures: { axis, channels: members.slice(0, 64), of: length, wrong: both, elements: inside },
    evidence,
  };
}
