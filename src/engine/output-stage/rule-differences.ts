import { plural } from '../../shared/format.ts';
import type { NmsRuleDifference, NmsRuleName, NmsRules, RawCandidate } from '../../shared/output-stage.ts';
import { TooManyBoxes } from './budget.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { labelAt } from './raw-boxes.ts';
import { intervalText, RULE_NAMES, ruleValueText } from './rule-text.ts';
import type { RuleChange } from './rule-variants.ts';
import type { ArenaMaker } from './suppress.ts';
import { keptPositions } from './suppress.ts';

const MOST_AFFECTED = 100;

export function differingRules(a: NmsRules, b: NmsRules): NmsRuleName[] {
  return (Object.keys(a) as NmsRuleName[]).filter((rule) => a[rule] !== b[rule]);
}

/** Places of the score matrix that the rules keep. */
export function keptPlaces(maker: ArenaMaker, rules: NmsRules): Set<number> {
  const { places } = maker.order(rules);
  return new Set(keptPositions(maker, rules).map((position) => places[position] ?? 0));
}

/** What each differing rule alone makes differ. */
export class RuleEffects {
  readonly #raw: RawBoxes;
  readonly #maker: ArenaMaker;
  readonly #columns: number;
  readonly #known = new Map<string, ReadonlySet<number>>();

  constructor(raw: RawBoxes, maker: ArenaMaker, columns: number) {
    this.#raw = raw;
    this.#maker = maker;
    this.#columns = columns;
  }

  /** @param inferred what was inferred of which side: intervals for its thresholds. */
  of(
    rule: NmsRuleName,
    reference: NmsRules,
    candidate: NmsRules,
    inferred?: { readonly side: 'reference' | 'candidate'; readonly changes: readonly RuleChange[] },
  ): NmsRuleDifference {
    const affected = this.#affected(rule, reference, candidate);
    const change = inferred?.changes.find((one) => one.rule === rule);
    const { side } = inferred ?? {};
    const valueOf = (which: 'reference' | 'candidate', value: NmsRules[NmsRuleName]): string =>
      which === side && change?.interval !== undefined
        ? intervalText(change.interval, value, rule)
        : ruleValueText(rule, value);
    const alone =
      affected === undefined ? '' : `; alone it changes ${plural(affected.length, 'box', 'boxes')}`;
    const known = change === undefined || side === undefined ? '' : ` (from what the ${side} kept)`;
    return {
      rule,
      reference: reference[rule],
      candidate: candidate[rule],
      ...(change === undefined || side === undefined ? {} : { inferred: side }),
      ...(change?.interval === undefined ? {} : { interval: change.interval }),
      affected: affected?.slice(0, MOST_AFFECTED) ?? [],
      affectedCount: affected?.length ?? 0,
      text: `${RULE_NAMES[rule]}: ${valueOf('reference', reference[rule])} in the reference, ${valueOf('candidate', candidate[rule])} in the candidate${known}${alone}`,
    };
  }

  /** Switched over from the reference's rules; where that does nothing, switched back from the candidate's. `undefined`: too many. */
  #affected(rule: NmsRuleName, reference: NmsRules, candidate: NmsRules): RawCandidate[] | undefined {
    return this.#places(rule, reference, candidate)?.map((place) => ({
      row: Math.floor(place / this.#columns),
      label: labelAt(this.#raw, this.#columns, place),
    }));
  }

  #places(rule: NmsRuleName, reference: NmsRules, candidate: NmsRules): number[] | undefined {
    try {
      const over = this.#changed(reference, { ...reference, [rule]: candidate[rule] });
      return over.length > 0 ? over : this.#changed(candidate, { ...candidate, [rule]: reference[rule] });
    } catch (error) {
      if (error instanceof TooManyBoxes) return undefined;
      throw error;
    }
  }

  #changed(a: NmsRules, b: NmsRules): number[] {
    const [left, right] = [this.#kept(a), this.#kept(b)];
    return [...[...left].filter((one) => !right.has(one)), ...[...right].filter((one) => !left.has(one))];
  }

  #kept(rules: NmsRules): ReadonlySet<number> {
    const key = JSON.stringify(rules);
    const known = this.#known.get(key) ?? keptPlaces(this.#maker, rules);
    this.#known.set(key, known);
    return known;
  }
}
