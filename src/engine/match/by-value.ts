import type { ValueStats } from '../../shared/comparison.ts';
import type { DumpEntry, DumpSample } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import { sameDims } from '../tensor/index.ts';
import { FingerprintIndex, isTelling, sameFingerprint } from './fingerprint.ts';
import { nearestTensor } from './nearest.ts';
import { fixedValues } from './node-groups.ts';
import type { Matching, Pair, Transform } from './pair.ts';
import { possibleTransforms } from './shape-fit.ts';
import { proposeTurned } from './turned.ts';

export interface ValueFacts {
  readonly graph: Graph;
  /** Free-run statistics and dims of candidate tensors. */
  readonly tensors: ReadonlyMap<string, { readonly stats: ValueStats; readonly dims: readonly number[] }>;
  /** Statistics of the entries that are in question, by key. */
  readonly entries: ReadonlyMap<string, ValueStats>;
  /** Is the pair's free-run error at noise level? Undefined where it was not measured element by element. */
  readonly agrees: (pair: Pair) => boolean | undefined;
}

/** A pair that values suggest. It counts once the elements agree under one of `transforms`, tried in this order. */
export interface ValueProposal {
  readonly pair: Pair;
  readonly kind: 'repair' | 'find';
  readonly transforms: readonly Transform[];
}

const SLACK = 1e-4;

/** What the user or the model itself says is not moved: a difference there is a difference. */
const FIXED_RULES: ReadonlySet<Pair['rule']> = new Set(['map', 'exact-name', 'graph-input', 'graph-output']);

/**
 * Rule 7: moves pairs that disagree to a tensor that agrees, and finds tensors for entries that names could not place.
 * A tensor that already agrees with an entry of its own is never taken, and while one such tensor has the entry's
 * values, no tensor that disagrees with its own entry is taken either: a bypassed node shows the values of the node
 * before it, and must stay a difference. What is computed from constants alone, and tensors whose elements are all
 * equal, say nothing by their values.
 */
export function proposeByValue(
  matching: Matching,
  sample: DumpSample,
  unplaced: readonly DumpEntry[],
  facts: ValueFacts,
): readonly ValueProposal[] {
  const fits = (pair: Pair): boolean | undefined => facts.agrees(pair) ?? byFingerprint(pair, facts);
  const settled = new Set<string>();
  const accused = new Set<string>();
  const suspects: Pair[] = [];
  for (const pair of matching.pairs) {
    const fit = fits(pair);
    if (fit === true) settled.add(pair.tensor);
    else accused.add(pair.tensor);
    if (fit === false && !FIXED_RULES.has(pair.rule)) suspects.push(pair);
  }
  const constant = fixedValues(facts.graph);
  const eligible = [...facts.tensors].flatMap(([name, { stats }]): [string, ValueStats][] =>
    constant.has(name) || matching.ignored.has(name) || !isTelling(stats) ? [] : [[name, stats]],
  );
  const index = new FingerprintIndex(eligible, SLACK);
  const proposals: ValueProposal[] = [];
  const propose = (entry: DumpEntry, from: Pair | undefined, home: string | undefined): void => {
    const stats = facts.entries.get(entry.key);
    if (stats === undefined || !isTelling(stats) || matching.ignored.has(entry.key)) return;
    const alike = index.alike(stats);
    const isTaken = alike.some((name) => settled.has(name));
    const open = alike.filter((name) => !settled.has(name) && !(isTaken && accused.has(name)));
    const best = bestOf(facts, home, open, entry);
    if (best === undefined || best.tensor === from?.tensor) return;
    const { tensor, transforms } = best;
    const [transform] = transforms;
    if (transform === undefined) return;
    const confidence = open.length === 1 && from !== undefined ? 'medium' : 'low';
    const pair: Pair = { tensor, entry, rule: 'value', confidence, transform };
    proposals.push({
      kind: from === undefined ? 'find' : 'repair',
      pair: from === undefined ? pair : { ...pair, repairedFrom: from.tensor },
      transforms,
    });
  };
  const turned = proposeTurned(
    matching.pairs.filter((pair) => facts.agrees(pair) === false),
    matching.pairs.filter((pair) => facts.agrees(pair) === true),
    (pair) => byFingerprint(pair, facts) === true,
    facts,
  );
  const turnedKeys = new Set(turned.map(({ pair }) => pair.entry.key));
  for (const pair of suspects) if (!turnedKeys.has(pair.entry.key)) propose(pair.entry, pair, pair.tensor);
  const homes = homesOf(matching, sample);
  for (const entry of unplaced) propose(entry, undefined, homes.get(entry.key));
  return [...turned, ...proposals];
}

/** The matching with the proposals taken: a tensor that fits another entry no longer stands for one it does not fit. */
export function withProposals<M extends Matching>(
  matching: M,
  accepted: readonly ValueProposal[],
  agrees: ValueFacts['agrees'],
): M {
  if (accepted.length === 0) return matching;
  const moved = new Set(accepted.map(({ pair }) => pair.tensor));
  const replaced = new Set(accepted.map(({ pair }) => pair.entry.key));
  const kept = matching.pairs.filter(
    (pair) =>
      !replaced.has(pair.entry.key) &&
      !(moved.has(pair.tensor) && agrees(pair) === false && !FIXED_RULES.has(pair.rule)),
  );
  return { ...matching, pairs: [...kept, ...accepted.map(({ pair }) => pair)] };
}

function byFingerprint(pair: Pair, facts: ValueFacts): boolean | undefined {
  const tensor = facts.tensors.get(pair.tensor);
  const stats = facts.entries.get(pair.entry.key);
  return tensor === undefined || stats === undefined
    ? undefined
    : sameFingerprint(tensor.stats, stats, SLACK);
}

interface Best {
  readonly tensor: string;
  readonly transforms: readonly Transform[];
}

/** Tensors of the entry's own shape before others (a value and its reshaped copy), of these the nearest. */
function bestOf(
  facts: ValueFacts,
  home: string | undefined,
  open: readonly string[],
  entry: DumpEntry,
): Best | undefined {
  const dimsOf = (name: string): readonly number[] => facts.tensors.get(name)?.dims ?? [];
  const same = open.filter((name) => sameDims(dimsOf(name), entry.dims));
  const tensor = nearestTensor(facts.graph, home, same.length > 0 ? same : open);
  if (tensor === undefined) return undefined;
  // A tensor of the right shape in another order is a difference, not a layout.
  const transforms: Transform[] =
    same.length > 0 ? [{ kind: 'none' }] : possibleTransforms(dimsOf(tensor), entry.dims);
  return { tensor, transforms };
}

/** For an entry that names could not place: the tensor of the last placed entry before it. */
function homesOf(matching: Matching, sample: DumpSample): Map<string, string> {
  const tensors = new Map(matching.pairs.map((pair) => [pair.entry.key, pair.tensor]));
  const homes = new Map<string, string>();
  let last: string | undefined;
  for (const { key } of sample.entries) {
    last = tensors.get(key) ?? last;
    if (last !== undefined) homes.set(key, last);
  }
  return homes;
}
