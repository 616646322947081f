import type { ValueStats } from '../../shared/comparison.ts';
import { isComparableDtype } from '../../shared/dtype.ts';
import type { Measured } from '../diagnose/index.ts';
import type { DumpSample } from '../dump/index.ts';
import type { NameMatch, Pair } from '../match/index.ts';
import { proposeByValue } from '../match/index.ts';
import type { CompareContext } from './context.ts';
import { entrySource } from './measure.ts';

/** At noise level: what float arithmetic can differ by without anything being wrong, generously. */
const AGREES = 1e-4;

function agrees(free: ReadonlyMap<string, Measured>, pair: Pair): boolean {
  const comparison = free.get(pair.tensor)?.comparison;
  return comparison !== undefined && comparison.nonFiniteMismatch === 0 && comparison.relativeL2 <= AGREES;
}

/** Rule 7 on the whole matching. A proposal counts only if the two fingerprints agree, and the next run compares them element by element. */
export function checkByValue(
  context: CompareContext,
  sample: DumpSample,
  named: NameMatch,
  free: ReadonlyMap<string, Measured>,
): { match: NameMatch; remeasure: ReadonlySet<string> } {
  const placed = new Set([
    ...named.pairs.map((pair) => pair.entry.key),
    ...named.folded.map((folded) => folded.entry.key),
  ]);
  const unplaced = sample.entries.filter(
    (entry) => !placed.has(entry.key) && entry.op === undefined && isComparableDtype(entry.dtype),
  );
  const disagreeing = named.pairs.filter(
    (pair) => free.get(pair.tensor)?.comparison !== undefined && !agrees(free, pair),
  );
  if (unplaced.length === 0 && disagreeing.length === 0) return { match: named, remeasure: new Set() };
  const stats = new Map<string, ValueStats>();
  const byStorage = new Map<string, ValueStats>();
  for (const entry of [...disagreeing.map((pair) => pair.entry), ...unplaced]) {
    let known = byStorage.get(entry.storage);
    if (known === undefined) {
      known = context.comparer.stats({
        ...entrySource(context.dump, entry),
        count: entry.dims.reduce((all, dim) => all * dim, 1),
      });
      byStorage.set(entry.storage, known);
    }
    stats.set(entry.key, known);
  }
  const tensors = new Map(
    [...free].map(([name, measured]) => [name, { stats: measured.stats, dims: measured.type.dims }]),
  );
  const proposals = proposeByValue(named, unplaced, {
    graph: context.graph,
    tensors,
    entries: stats,
    agrees: (pair) => agrees(free, pair),
  });
  if (proposals.length === 0) return { match: named, remeasure: new Set() };
  const moved = new Set(proposals.map((proposal) => proposal.pair.tensor));
  const left = proposals.flatMap(({ pair }) => pair.repairedFrom ?? []);
  const replaced = new Set(proposals.map((proposal) => proposal.pair.entry.key));
  // A tensor that fits another entry no longer stands for the entry that it does not fit.
  const kept = named.pairs.filter(
    (pair) =>
      !replaced.has(pair.entry.key) &&
      !(moved.has(pair.tensor) && !agrees(free, pair) && pair.rule !== 'map'),
  );
  const pairs = [...kept, ...proposals.map((proposal) => proposal.pair)];
  return { match: { ...named, pairs }, remeasure: new Set([...moved, ...left]) };
}
