import { isEqual } from './equal.ts';
import type { ErrorFacts } from './facts.ts';
import { WRONG } from './marks.ts';

/** How well t[i] = r[source(i)] holds, over the elements that have a source. */
export interface Relocation {
  readonly compared: number;
  readonly equal: number;
  /** Wrong elements that have become equal: equality of the others may be none of its doing. */
  readonly repaired: number;
}

/** Probes that must agree before all elements are looked at. */
const PROMISING = 0.9;

/**
 * @param source flat index into the reference, negative where there is none.
 * @param least share of the compared elements that must be equal; undefined is returned, early, below it.
 */
export function relocation(
  facts: ErrorFacts,
  source: (index: number) => number,
  least = 1,
): Relocation | undefined {
  const { candidate, reference, tolerance, marks, size, probes } = facts;
  const agrees = (index: number, from: number): boolean =>
    isEqual(candidate[index] ?? NaN, reference[from] ?? NaN, tolerance);
  const [tried, agreed] = probes.reduce<readonly [number, number]>(
    ([all, good], index) => {
      const from = source(index);
      return from < 0 ? [all, good] : [all + 1, good + (agrees(index, from) ? 1 : 0)];
    },
    [0, 0],
  );
  if (tried === 0 || agreed < Math.min(least, PROMISING) * tried) return undefined;
  const allowed = (1 - least) * size;
  let [compared, equal, repaired] = [0, 0, 0];
  for (let index = 0; index < size; index++) {
    const from = source(index);
    if (from < 0) continue;
    compared++;
    if (agrees(index, from)) {
      equal++;
      if (marks[index] === WRONG) repaired++;
    } else if (compared - equal > allowed) return undefined;
  }
  return equal >= least * compared ? { compared, equal, repaired } : undefined;
}

/** Each repaired element would be so by chance once in as many tries as the reference has levels. In nats. */
export function repairEvidence(facts: ErrorFacts, { repaired }: Relocation, tried: number): number {
  return repaired * Math.log(facts.levels.distinct) - Math.log(tried);
}

/** Values that are only moved keep their smallest and largest. */
export function haveSameRange({ ranges, tolerance }: ErrorFacts): boolean {
  const { candidate, reference } = ranges;
  return (
    Math.abs(candidate.low - reference.low) <= tolerance &&
    Math.abs(candidate.high - reference.high) <= tolerance
  );
}

/** The same d nearly everywhere, as far as the probes tell: then the values were not moved. */
export function hasConstantError({
  probes,
  candidate,
  reference,
  tolerance,
  wrong,
  active,
}: ErrorFacts): boolean {
  const errors = probes.map((index) => (candidate[index] ?? NaN) - (reference[index] ?? NaN));
  return (
    2 * wrong > active && errors.length > 1 && Math.max(...errors) - Math.min(...errors) <= 2 * tolerance
  );
}
