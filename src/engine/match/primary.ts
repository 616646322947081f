import type { Matching, Pair, Rule } from './pair.ts';

/** Rank of each rule: where two rules name one tensor, the first one's pair is what it is judged against. */
const PREFERENCE = [
  'map',
  'exact-name',
  'dynamo-scope',
  'torchscript-scope',
  'fold',
  'normalized-name',
  'weight',
  'sequence',
  'graph-output',
  'graph-input',
  'op',
  'value',
  'module-input',
  'alias',
] as const satisfies readonly Rule[];
const RANK: ReadonlyMap<Rule, number> = new Map(PREFERENCE.map((rule, rank) => [rule, rank]));

/** All pairs of one candidate tensor; `primary` is what it is judged against. */
export interface PairedTensor {
  readonly primary: Pair;
  readonly all: readonly Pair[];
  /** Pairs whose entry is another stored tensor than the primary's: the reference itself holds two versions. */
  readonly others: readonly Pair[];
}

/** What was produced comes before what was consumed, the surest rule before the others, the innermost module first. */
export function pairedTensors(matching: Matching): Map<string, PairedTensor> {
  const byTensor = new Map<string, Pair[]>();
  for (const pair of matching.pairs) {
    const list = byTensor.get(pair.tensor);
    if (list === undefined) byTensor.set(pair.tensor, [pair]);
    else list.push(pair);
  }
  const paired = new Map<string, PairedTensor>();
  for (const [tensor, all] of byTensor) {
    const [primary] = [...all].sort(
      (a, b) =>
        Number(a.entry.role === 'input') - Number(b.entry.role === 'input') ||
        (RANK.get(a.rule) ?? 0) - (RANK.get(b.rule) ?? 0) ||
        b.entry.path.length - a.entry.path.length,
    );
    if (primary === undefined) continue;
    const seen = new Set([primary.entry.storage]);
    const others = all.filter((pair) => !seen.has(pair.entry.storage) && seen.add(pair.entry.storage));
    paired.set(tensor, { primary, all, others });
  }
  return paired;
}
