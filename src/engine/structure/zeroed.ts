import { formatNumber } from '../../shared/format.ts';
import type { NumberArray } from './error-tensor.ts';
import { ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { WRONG } from './marks.ts';
import { NEARLY_ALL, outOf } from './overlap.ts';

const LEAST = 3;
const LEVELS = 8;

/** One side is exactly 0 where the other is not: a write in place that is lost, dropout, a mask, an empty operand. */
export function zeroed(facts: ErrorFacts): Found | undefined {
  if (facts.levels.distinct < LEVELS) return undefined;
  return (
    zeros(facts, facts.candidate, facts.reference, ['candidate', 'reference']) ??
    zeros(facts, facts.reference, facts.candidate, ['reference', 'candidate'])
  );
}

function zeros(
  facts: ErrorFacts,
  side: NumberArray,
  other: NumberArray,
  [name, otherName]: readonly [string, string],
): Found | undefined {
  const { marks, size, wrong } = facts;
  let [count, natural] = [0, 0];
  for (let index = 0; index < size; index++) {
    if (marks[index] === WRONG && side[index] === 0 && Number.isFinite(other[index])) count++;
    else if (side[index] === 0) natural++;
  }
  if (count < LEAST) return undefined;
  // Where zeros are common one of them is no surprise; Laplace's rule, for where there are none.
  const evidence = count * Math.log((size - count + 2) / (natural + 1));
  if (evidence < ENOUGH) return undefined;
  const gain = count < NEARLY_ALL * wrong ? gainElsewhere(facts, side, other) : undefined;
  if (count < NEARLY_ALL * wrong && gain === undefined) return undefined;
  const all = count + natural === size;
  const rest = gain === undefined ? '' : `, and ${formatNumber(gain)} × the ${otherName} elsewhere: dropout`;
  return {
    kind: 'zeroed',
    text: `the ${name} is 0${all ? ' everywhere' : ''} where the ${otherName} is not, in ${gain === undefined ? `${outOf(count, wrong)} wrong elements` : `${count} of ${size} elements`}${rest}`,
    share: gain === undefined ? count / wrong : 1,
    figures: {
      side: name === 'candidate' ? 0 : 1,
      zeros: count,
      elements: size,
      ...(gain === undefined ? {} : { gain }),
    },
    evidence,
  };
}

/** The one ratio of the two sides in all wrong elements that are not zero, as dropout leaves it. */
function gainElsewhere(facts: ErrorFacts, side: NumberArray, other: NumberArray): number | undefined {
  let [products, squares] = [0, 0];
  const pairs = (visit: (value: number, from: number) => boolean): boolean => {
    for (let index = 0; index < facts.size; index++) {
      const value = side[index] ?? NaN;
      if (facts.marks[index] === WRONG && value !== 0 && !visit(value, other[index] ?? NaN)) return false;
    }
    return true;
  };
  pairs((value, from) => {
    products += value * from;
    squares += from * from;
    return true;
  });
  const gain = products / squares;
  if (!(gain > 1)) return undefined;
  const noise = facts.tolerance * gain;
  return pairs((value, from) => Math.abs(value - gain * from) <= noise + 2 ** -21 * Math.abs(value))
    ? gain
    : undefined;
}
