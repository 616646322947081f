import { formatNumber } from '../../shared/format.ts';
import type { NumberArray } from './error-tensor.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { gridOf, onGrid } from './grid.ts';

/** A side is off the grid if at most this share of its values is on it; by chance 4 % are. */
const OFF = 0.5;

/** One side lies on a regular grid that the other does not: quantised values, a rounding, a floor. */
export function quantisation(facts: ErrorFacts): Found | undefined {
  if (!facts.isFloat) return undefined;
  return (
    quantised(facts, facts.candidate, facts.reference, ['candidate', 'reference']) ??
    quantised(facts, facts.reference, facts.candidate, ['reference', 'candidate'])
  );
}

function quantised(
  facts: ErrorFacts,
  side: NumberArray,
  other: NumberArray,
  [name, otherName]: readonly [string, string],
): Found | undefined {
  const grid = gridOf(side);
  if (grid === undefined) return undefined;
  const elsewhere = onGrid(other, grid.step).share;
  if (elsewhere > OFF) return undefined;
  const { step, levels } = grid;
  const steps = facts.largest / step;
  return {
    kind: 'quantisation',
    text: `the ${name} lies on a grid of step ${formatNumber(step)} with ${levels} levels, the ${otherName} does not (${formatNumber(100 * elsewhere)} % of it); errors go to ${formatNumber(steps)} steps${steps <= 0.51 ? ', as rounding to it gives' : ''}`,
    share: 1,
    figures: { side: name === 'candidate' ? 0 : 1, step, levels, largestInSteps: steps },
    evidence: facts.wrong,
  };
}
