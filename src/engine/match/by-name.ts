import type { DumpSample } from '../dump/index.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import type { Ledger } from './ledger.ts';
import { normalizeName } from './normalize.ts';
import { fitShape } from './shape-fit.ts';

/**
 * Rule 2: an entry named exactly like a tensor (only names that are not module paths); then, for the rest, names
 * that differ in spelling only and mean one tensor.
 */
export function pairByName(
  graph: Graph,
  facts: ReadonlyMap<string, TensorFacts>,
  sample: DumpSample,
  ledger: Ledger,
): void {
  const bare = sample.entries.filter((entry) => !entry.isModulePath);
  if (bare.length === 0) return;
  const spelled = new Map<string, string | undefined>();
  for (const name of graph.tensors.keys()) {
    if (graph.initializers.has(name)) continue;
    const key = normalizeName(name);
    spelled.set(key, spelled.has(key) ? undefined : name);
  }
  for (const entry of bare) {
    const exact = graph.tensors.has(entry.path) && !graph.initializers.has(entry.path);
    const name = exact ? entry.path : spelled.get(normalizeName(entry.path));
    if (name === undefined) continue;
    const transform = fitShape(facts.get(name), entry);
    if (transform === undefined) continue;
    ledger.add({
      tensor: name,
      entry,
      rule: exact ? 'exact-name' : 'normalized-name',
      confidence: exact ? 'certain' : 'high',
      transform,
    });
  }
}
