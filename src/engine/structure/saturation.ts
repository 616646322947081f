import { formatNumber } from '../../shared/format.ts';
import type { NumberArray } from './error-tensor.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { WRONG } from './marks.ts';
import { isPromising, NEARLY_ALL, outOf } from './overlap.ts';

/** That many elements at one bound, beyond which the other side goes. */
const LEAST = 4;

/** Bounds that name their cause. */
const KNOWN = new Map([
  [65504, 'the largest float16'],
  [-65504, 'the lowest float16'],
  [127, 'the largest int8'],
  [-128, 'the lowest int8'],
  [255, 'the largest uint8'],
  [32767, 'the largest int16'],
  [-32768, 'the lowest int16'],
  [2147483647, 'the largest int32'],
  [-2147483648, 'the lowest int32'],
]);

/** One side is clipped at a bound that the other goes beyond: Clip, Relu6, Hardtanh, Relu, the range of a dtype. */
export function saturation(facts: ErrorFacts): Found | undefined {
  return (
    clipped(facts, facts.candidate, facts.reference, ['candidate', 'reference']) ??
    clipped(facts, facts.reference, facts.candidate, ['reference', 'candidate'])
  );
}

interface Bound {
  readonly value: number;
  readonly count: number;
  /** How far the other side goes there. */
  readonly beyond: number;
}

function clipped(
  facts: ErrorFacts,
  side: NumberArray,
  other: NumberArray,
  [name, otherName]: readonly [string, string],
): Found | undefined {
  const { low: lowest, high: highest } =
    name === 'candidate' ? facts.ranges.candidate : facts.ranges.reference;
  // A side that is constant is not clipped.
  if (lowest === highest) return undefined;
  if (!isPromising(facts, (index) => side[index] === lowest || side[index] === highest)) return undefined;
  const high = boundOf(facts, side, other, highest, 1);
  const low = boundOf(facts, side, other, -lowest, -1);
  const bounds = [high, low].filter(({ count }) => count >= LEAST);
  const explained = bounds.reduce((sum, { count }) => sum + count, 0);
  if (explained < NEARLY_ALL * facts.wrong || bounds.length === 0) return undefined;
  const said = bounds.map(({ value, count, beyond }) => {
    const known = KNOWN.get(value);
    return `${count} elements are exactly ${formatNumber(value)}${known === undefined ? '' : ` (${known})`} where the ${otherName} goes to ${formatNumber(beyond)}`;
  });
  return {
    kind: 'saturation',
    text: `the ${name} is clipped: ${said.join(' and ')}, ${outOf(explained, facts.wrong)} wrong elements`,
    share: explained / facts.wrong,
    figures: {
      side: name === 'candidate' ? 0 : 1,
      bounds: bounds.map(({ value }) => value),
      counts: bounds.map(({ count }) => count),
      beyond: bounds.map(({ beyond }) => beyond),
    },
    evidence: explained,
  };
}

/** @param most the bound × sign: 1 for the upper bound, −1 for the lower. */
function boundOf(
  facts: ErrorFacts,
  side: NumberArray,
  other: NumberArray,
  most: number,
  sign: 1 | -1,
): Bound {
  let [count, beyond] = [0, most];
  for (let index = 0; index < facts.size; index++) {
    if (facts.marks[index] !== WRONG || (side[index] ?? NaN) * sign !== most) continue;
    const value = (other[index] ?? NaN) * sign;
    if (!(value > most)) continue;
    count++;
    beyond = Math.max(beyond, value);
  }
  return { value: most * sign, count, beyond: beyond * sign };
}
