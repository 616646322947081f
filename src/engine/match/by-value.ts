import type { ValueStats } from '../../shared/comparison.ts';
import type { DumpEntry } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import { fitDims } from './shape-fit.ts';
import type { Matching, Pair } from './pair.ts';

/** Order-independent fingerprints agree: same count, and sum, Σ², min, max apart by no more than `slack` of their size. */
export function sameFingerprint(a: ValueStats, b: ValueStats, slack: number): boolean {
  if (a.count !== b.count || a.nan !== b.nan || a.posInf !== b.posInf || a.negInf !== b.negInf) return false;
  const scale = Math.max(a.maxAbs, b.maxAbs);
  const near = (x: number, y: number, size: number): boolean =>
    Math.abs(x - y) <= slack * size || (Number.isNaN(x) && Number.isNaN(y));
  const root = Math.sqrt(a.count);
  return (
    near(a.min, b.min, scale) &&
    near(a.max, b.max, scale) &&
    near(a.sumSquares, b.sumSquares, Math.max(a.sumSquares, b.sumSquares)) &&
    near(a.sum, b.sum, Math.max(root * Math.sqrt(a.sumSquares), scale))
  );
}

/** A tensor says something by its values only if they differ among themselves. */
export function isTelling(stats: ValueStats): boolean {
  return stats.count > 1 && stats.max > stats.min;
}

export interface ValueFacts {
  readonly graph: Graph;
  /** Free-run statistics and dims of candidate tensors. */
  readonly tensors: ReadonlyMap<string, { readonly stats: ValueStats; readonly dims: readonly number[] }>;
  readonly entries: ReadonlyMap<string, ValueStats>;
  /** Pairs whose free-run error is at noise level. */
  readonly agrees: (pair: Pair) => boolean;
}

export interface ValueProposal {
  readonly pair: Pair;
  readonly kind: 'repair' | 'find';
}

const SLACK = 1e-4;

/**
 * Rule 7: moves pairs that disagree to a tensor that agrees, and finds tensors for entries that names could not place.
 * A tensor that already agrees with an entry of its own is never taken from it: a bypassed node must stay a
 * difference. Proposals are compared element by element before they count.
 */
export function proposeByValue(
  matching: Matching,
  unplaced: readonly DumpEntry[],
  facts: ValueFacts,
): readonly ValueProposal[] {
  const settled = new Set(matching.pairs.filter((pair) => facts.agrees(pair)).map((pair) => pair.tensor));
  const buckets = bucketsOf(facts);
  const proposals: ValueProposal[] = [];
  const propose = (entry: DumpEntry, from: Pair | undefined): void => {
    const stats = facts.entries.get(entry.key);
    if (stats === undefined || !isTelling(stats)) return;
    const alike = (buckets.get(stats.count) ?? []).filter((name) => {
      const tensor = facts.tensors.get(name);
      return tensor !== undefined && !settled.has(name) && sameFingerprint(tensor.stats, stats, SLACK);
    });
    const best = nearest(alike, from, facts.graph);
    const tensor = best === undefined ? undefined : facts.tensors.get(best);
    const transform = tensor === undefined ? undefined : fitDims(tensor.dims, entry.dims);
    if (best === undefined || transform === undefined || best === from?.tensor) return;
    const confidence = alike.length === 1 && from !== undefined ? 'medium' : 'low';
    proposals.push({
      kind: from === undefined ? 'find' : 'repair',
      pair: {
        tensor: best,
        entry,
        rule: 'value',
        confidence,
        transform,
        ...(from === undefined ? {} : { repairedFrom: from.tensor }),
      },
    });
  };
  for (const pair of matching.pairs)
    if (!facts.agrees(pair) && pair.rule !== 'map' && pair.rule !== 'graph-output') propose(pair.entry, pair);
  for (const entry of unplaced) propose(entry, undefined);
  return proposals;
}

function bucketsOf(facts: ValueFacts): Map<number, string[]> {
  const buckets = new Map<number, string[]>();
  for (const [name, { stats }] of facts.tensors) {
    const list = buckets.get(stats.count);
    if (list === undefined) buckets.set(stats.count, [name]);
    else list.push(name);
  }
  return buckets;
}

/** Of several equal tensors the one closest in the graph to where the names had pointed; else the first made. */
function nearest(names: readonly string[], from: Pair | undefined, graph: Graph): string | undefined {
  const place = (name: string): number => graph.tensors.get(name)?.producer ?? -1;
  const home = from === undefined ? undefined : place(from.tensor);
  return [...names].sort((a, b) =>
    home === undefined ? place(a) - place(b) : Math.abs(place(a) - home) - Math.abs(place(b) - home),
  )[0];
}
