import type { NmsRuleName, NmsRules } from '../../shared/output-stage.ts';
import type { Order } from './order.ts';
import { countAbove } from './order.ts';
import { roundCount, roundValue } from './round-value.ts';
import type { RuleChange } from './rule-variants.ts';

/** Rules that cut the order of survivors at one place: what comes after it is not kept. */
export const CUT_RULES = ['scoreThreshold', 'finalScoreThreshold', 'maxTotal', 'preTopK'] as const;
type CutRule = (typeof CUT_RULES)[number];

interface Cut {
  readonly order: Order;
  /** Number kept, and the position of the last of them; −1 without any. */
  readonly count: number;
  readonly last: number;
  /** Position of the first survivor after it, where there is one. */
  readonly next: number | undefined;
}

/**
 * The smallest sets of changes of cutting rules that make the order end right after the last kept one. `[[]]`: none is
 * needed; empty: none is possible.
 */
export function cutChanges(
  rules: NmsRules,
  cut: Cut,
  free: ReadonlySet<NmsRuleName>,
): readonly (readonly RuleChange[])[] {
  const ends = CUT_RULES.map((rule) => ({ rule, cuts: cutsAt(rule, rules, cut) }));
  const tooEarly = ends.filter(({ cuts }) => cuts === 'before');
  const isCut = cut.next === undefined || ends.some(({ cuts }) => cuts === 'right');
  if (tooEarly.some(({ rule }) => !free.has(rule))) return [];
  if (tooEarly.length > 0) {
    // One of them must make the cut, unless another rule does; the others only let everything through.
    return [
      tooEarly.map(({ rule }, index) =>
        changeOf(rule, rules, isCut || index > 0 ? { ...cut, next: undefined } : cut, tooEarly.length === 1),
      ),
    ].filter((changes): changes is RuleChange[] => changes.every((change) => change !== undefined));
  }
  if (isCut) return [[]];
  return CUT_RULES.filter((rule) => free.has(rule))
    .map((rule) => changeOf(rule, rules, cut, true))
    .filter((change) => change !== undefined)
    .map((change) => [change]);
}

/** Where the rule ends the order: before the last kept one, between it and the next survivor, or after that. */
function cutsAt(
  rule: CutRule,
  rules: NmsRules,
  { order, count, last, next }: Cut,
): 'before' | 'right' | 'after' {
  if (rule === 'maxTotal') {
    const cap = rules.maxTotal === 'none' ? Infinity : rules.maxTotal;
    return count > cap ? 'before' : count === cap ? 'right' : 'after';
  }
  const end =
    rule === 'preTopK'
      ? rules.preTopK === 'none'
        ? Infinity
        : rules.preTopK
      : countAbove(order, rules[rule], rules.scoreStrict);
  if (end <= last) return 'before';
  return next === undefined || end <= next ? 'right' : 'after';
}

function changeOf(
  rule: CutRule,
  { scoreStrict }: NmsRules,
  { order, count, last, next }: Cut,
  isAlone: boolean,
): RuleChange | undefined {
  switch (rule) {
    case 'maxTotal':
      return next === undefined
        ? { rule, value: 'none', interval: { low: count } }
        : { rule, value: count, interval: isAlone ? { low: count, high: count } : { low: count } };
    case 'preTopK':
      return next === undefined
        ? { rule, value: 'none', interval: { low: last + 1 } }
        : {
            rule,
            value: roundCount(last + 1, next),
            interval: isAlone ? { low: last + 1, high: next } : { low: last + 1 },
          };
    case 'scoreThreshold':
    case 'finalScoreThreshold': {
      const high = order.scores[last];
      const low = next === undefined ? undefined : order.scores[next];
      if (high === undefined && low === undefined) return undefined;
      if (low !== undefined && high !== undefined && low >= high) return undefined;
      const value = roundValue(
        low ?? Math.min(0, (high ?? 0) - 1),
        high ?? Math.max(1, (low ?? 0) + 1),
        scoreStrict,
      );
      const ends = {
        ...(low === undefined || !isAlone ? {} : { low }),
        ...(high === undefined ? {} : { high }),
      };
      return { rule, value, interval: ends };
    }
  }
}
