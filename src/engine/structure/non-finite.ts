import { formatNumber } from '../../shared/format.ts';
import type { NumberArray } from './error-tensor.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { WRONG } from './marks.ts';
import { coordinates } from './places.ts';

/** Largest finite float16; what rounds to 65520 or more overflows. */
const FLOAT16_MAX = 65504;

/** NaN or infinities that the other side does not have: how many, where, and what the other side holds there. */
export function nonFinite(facts: ErrorFacts): Found | undefined {
  if (facts.finiteWrong === facts.wrong) return undefined;
  const born = birth(facts, facts.candidate, facts.reference);
  const lost = birth(facts, facts.reference, facts.candidate);
  const clash = clashing(facts);
  const count = born.nan + born.infinite + lost.nan + lost.infinite + clash;
  if (count === 0) return undefined;
  const said = [
    birthText(facts, born, 'candidate', 'reference'),
    birthText(facts, lost, 'reference', 'candidate'),
    clash === 0 ? '' : `both are not finite but differ in ${clash} elements`,
  ].filter((text) => text !== '');
  return {
    kind: 'non-finite',
    text: said.join('; '),
    share: count / facts.wrong,
    figures: {
      candidate: [born.nan, born.infinite],
      reference: [lost.nan, lost.infinite],
      clash,
      beyondFloat16: born.beyondFloat16,
      elements: facts.size,
    },
    evidence: count,
  };
}

interface Birth {
  readonly nan: number;
  readonly infinite: number;
  /** Flat index, −1 where there is none. */
  readonly first: number;
  /** Range of the other side there. */
  readonly low: number;
  readonly high: number;
  /** Elements where the other side is beyond ±65504. */
  readonly beyondFloat16: number;
}

function birth({ marks, size }: ErrorFacts, side: NumberArray, other: NumberArray): Birth {
  let [nan, infinite, first, low, high, beyondFloat16] = [0, 0, -1, Infinity, -Infinity, 0];
  for (let index = 0; index < size; index++) {
    if (marks[index] !== WRONG) continue;
    const value = side[index] ?? NaN;
    const finite = other[index] ?? NaN;
    if (Number.isFinite(value) || !Number.isFinite(finite)) continue;
    if (Number.isNaN(value)) nan++;
    else infinite++;
    if (first < 0) first = index;
    low = Math.min(low, finite);
    high = Math.max(high, finite);
    if (Math.abs(finite) > FLOAT16_MAX) beyondFloat16++;
  }
  return { nan, infinite, first, low, high, beyondFloat16 };
}

function clashing({ marks, size, candidate, reference }: ErrorFacts): number {
  let count = 0;
  for (let index = 0; index < size; index++) {
    if (marks[index] !== WRONG) continue;
    if (!Number.isFinite(candidate[index]) && !Number.isFinite(reference[index])) count++;
  }
  return count;
}

function birthText(facts: ErrorFacts, found: Birth, name: string, otherName: string): string {
  const { nan, infinite, first, low, high, beyondFloat16 } = found;
  const count = nan + infinite;
  if (count === 0) return '';
  const what = [nan > 0 ? `NaN in ${nan}` : '', infinite > 0 ? `±∞ in ${infinite}` : ''];
  const at = coordinates(first, facts.dims, facts.strides).join(', ');
  const range = low === high ? formatNumber(low) : `${formatNumber(low)} to ${formatNumber(high)}`;
  const overflow = beyondFloat16 === 0 ? '' : `, beyond float16's 65504 in ${beyondFloat16}`;
  return `the ${name} has ${what.filter((part) => part !== '').join(' and ')} of ${facts.size} elements, first at [${at}], where the ${otherName} holds ${range}${overflow}`;
}
