import type { NmsRuleName, NmsRules } from '../../shared/output-stage.ts';
import { cutChanges } from './cut-rules.ts';
import type { KeptConstraints } from './kept-constraints.ts';
import { constraintsOf } from './kept-constraints.ts';
import type { BoxMapping } from './raw-boxes.ts';
import { roundValue } from './round-value.ts';
import type { RuleChange } from './rule-variants.ts';
import { pairsOf, variantsOf, withChanges } from './rule-variants.ts';
import type { ArenaMaker } from './suppress.ts';
import { endOfOrder, keptPositions, suppresses } from './suppress.ts';

/** Rules that keep exactly what was kept. */
export interface Solution {
  readonly rules: NmsRules;
  readonly changes: readonly RuleChange[];
}

export interface Inference {
  /** The fewest changes; all that these boxes cannot tell apart. Empty: none found. */
  readonly solutions: readonly Solution[];
  /** False where the search was ended by its budget. */
  readonly isComplete: boolean;
}

const MOST_SOLUTIONS = 24;
/** Candidates after the last kept one among which the next survivor is looked for, where no threshold ends them. */
const LONGEST_TAIL = 20_000;

interface Search {
  readonly maker: ArenaMaker;
  readonly kept: ReadonlySet<number>;
  readonly free: ReadonlySet<NmsRuleName>;
  readonly positions: Map<string, readonly number[] | undefined>;
  readonly largestClass: number;
}

/**
 * What must change in `base` so that suppression keeps exactly these places of the score matrix, the fewest changes
 * first. Rules that are no numbers are tried one by one and in pairs; of thresholds and caps the interval of values
 * that keep the same is computed.
 */
export function inferRules(
  maker: ArenaMaker,
  kept: ReadonlySet<number>,
  base: NmsRules,
  free: ReadonlySet<NmsRuleName>,
  context: { readonly mapping: BoxMapping | undefined; readonly labelOf: (place: number) => number },
): Inference {
  const search: Search = {
    maker,
    kept,
    free,
    positions: new Map(),
    largestClass: largestCount([...kept].map(context.labelOf)),
  };
  const single = variantsOf(base, free, context.mapping);
  const structures = [[[]], single.map((change) => [change]), pairsOf(single)];
  let best: Solution[] = [];
  for (const [size, sets] of structures.entries()) {
    const fewest = best[0]?.changes.length ?? Infinity;
    if (size > fewest) break;
    for (const changes of sets) {
      if (!maker.budget.allowsSearch) return { solutions: best, isComplete: false };
      for (const solution of solutionsOf(search, base, changes)) {
        const most = best[0]?.changes.length ?? Infinity;
        if (solution.changes.length > most || !reproduces(search, solution.rules)) continue;
        if (solution.changes.length < most) best = [];
        if (best.length < MOST_SOLUTIONS) best.push(solution);
      }
    }
  }
  return { solutions: best, isComplete: maker.budget.allowsSearch };
}

function reproduces({ maker, kept }: Search, rules: NmsRules): boolean {
  const positions = keptPositions(maker, rules);
  const { places } = maker.order(rules);
  return positions.length === kept.size && positions.every((position) => kept.has(places[position] ?? -1));
}

/** All ways to finish a set of changes with a cap a class, an IoU threshold and a cut. */
function solutionsOf(search: Search, base: NmsRules, changes: readonly RuleChange[]): Solution[] {
  const rules = withChanges(base, changes);
  const found = finished(search, rules, changes);
  if (!search.free.has('maxPerClass')) return found;
  const low = search.largestClass;
  const capped = (cap: RuleChange): Solution[] =>
    cap.value === base.maxPerClass ? [] : finished(search, withChanges(rules, [cap]), [...changes, cap]);
  const open = capped({ rule: 'maxPerClass', value: 'none', interval: { low } });
  const tight = capped({ rule: 'maxPerClass', value: low, interval: { low, high: low } });
  return [...found, ...(fewest(open) <= fewest(tight) ? open : tight)];
}

function fewest(solutions: readonly Solution[]): number {
  return Math.min(Infinity, ...solutions.map(({ changes }) => changes.length));
}

function finished(search: Search, rules: NmsRules, changes: readonly RuleChange[]): Solution[] {
  const order = search.maker.order(rules);
  const kept = positionsOf(search, rules);
  if (kept === undefined) return [];
  const last = kept.at(-1) ?? -1;
  const nominal = endOfOrder(order, rules);
  const end = nominal > last ? nominal : Math.min(order.places.length, last + 1 + LONGEST_TAIL);
  const arena = search.maker.make(rules, end);
  const constraints = constraintsOf(arena, kept, rules, search.maker.budget);
  if (constraints === undefined) return [];
  return thresholdsFor(rules, constraints, search.free).flatMap((threshold) => {
    const withIou = withChanges(rules, threshold);
    const next = constraints.tail.find(({ iou }) => !suppresses(iou, withIou))?.position;
    const cut = { order, count: kept.length, last, next };
    return cutChanges(withIou, cut, search.free).map((cuts) => ({
      rules: withChanges(withIou, cuts),
      changes: [...changes, ...threshold, ...cuts],
    }));
  });
}

/** With the tail cut by another rule, and with the tail suppressed as well. */
function thresholdsFor(
  rules: NmsRules,
  { low, high, tail, isTailOpen }: KeptConstraints,
  free: ReadonlySet<NmsRuleName>,
): readonly (readonly RuleChange[])[] {
  const cut = thresholdFor(rules, low, high, free);
  if (isTailOpen || tail.length === 0) return cut === undefined ? [] : [cut];
  const lowest = tail.reduce((least, { iou }) => Math.min(least, iou), high);
  const whole = lowest > low ? thresholdFor(rules, low, lowest, free) : undefined;
  if (cut?.length === 0 && whole?.length !== 0) return [cut, ...(whole === undefined ? [] : [whole])];
  const only = whole ?? cut;
  return only === undefined ? [] : [only];
}

/** No change where the threshold fits as it is; `undefined` where it does not and may not change. */
function thresholdFor(
  rules: NmsRules,
  low: number,
  high: number,
  free: ReadonlySet<NmsRuleName>,
): RuleChange[] | undefined {
  if (!suppresses(low, rules) && (high === Infinity || suppresses(high, rules))) return [];
  if (!free.has('iouThreshold')) return undefined;
  const value = roundValue(Math.max(low, 0), Math.min(high, 1), rules.iouStrict);
  const interval = {
    ...(low === -Infinity ? {} : { low }),
    ...(high === Infinity ? {} : { high }),
  };
  return [{ rule: 'iouThreshold', value, interval }];
}

/** Positions of what was kept, ascending; `undefined` where some of it is no candidate under these rules. */
function positionsOf({ maker, kept, positions }: Search, rules: NmsRules): readonly number[] | undefined {
  const key = `${rules.labelMode} ${rules.tieOrder}`;
  if (positions.has(key)) return positions.get(key);
  const found: number[] = [];
  maker.order(rules).places.forEach((place, position) => {
    if (kept.has(place)) found.push(position);
  });
  const all = found.length === kept.size ? found : undefined;
  positions.set(key, all);
  return all;
}

function largestCount(labels: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}
