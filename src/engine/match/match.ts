import type { DumpEntry, DumpSample, Recording } from '../dump/index.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import type { CallNodes } from './by-scope.ts';
import { nodesOfCalls, pairByScope } from './by-scope.ts';
import { pairByName } from './by-name.ts';
import { nodesByModule } from './calls.ts';
import { indexDump } from './dump-index.ts';
import { repairFolds } from './fold.ts';
import { Ledger } from './ledger.ts';
import type { MapFile } from './map-file.ts';
import { pairByMap } from './map-file.ts';
import type { Matching } from './pair.ts';
import { resolveScopes } from './scopes.ts';
import { fitShape } from './shape-fit.ts';

export interface MatchRequest {
  readonly graph: Graph;
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly sample: DumpSample;
  readonly recording: Recording | undefined;
  /** Graph input → the entry that is fed to it. */
  readonly inputs: ReadonlyMap<string, DumpEntry>;
  readonly map: MapFile | undefined;
}

export interface NameMatch extends Matching {
  /** Nodes of each recorded module call (`path#call`): what "its own module" means for a consumer. */
  readonly callNodes: CallNodes;
  /** Module path per node, in the dump's names; '' where the exporter says nothing. */
  readonly scopeOf: readonly string[];
}

/** Pairs by names and structure alone, before anything has run: rules 1 to 5. */
export function matchByNames(request: MatchRequest): NameMatch {
  const { graph, facts, sample, recording, inputs } = request;
  const ledger = new Ledger();
  if (request.map !== undefined) pairByMap(request.map, graph, facts, sample, ledger);
  for (const [tensor, entry] of inputs) {
    const transform = fitShape(facts.get(tensor), entry);
    if (transform !== undefined)
      ledger.add({ tensor, entry, rule: 'graph-input', confidence: 'certain', transform });
  }
  pairByName(graph, facts, sample, ledger);
  const index = indexDump(sample, recording, graph);
  const { chains, notes } = resolveScopes(graph, new Set(index.calls.keys()), index.aliases, index.spell);
  const match = { graph, facts, index, chains, modules: nodesByModule(graph, chains) };
  const callNodes = nodesOfCalls(match);
  pairRootOutputs(graph, facts, sample, ledger);
  // What is the same stored tensor as an input or output of the model needs no rule of its own.
  pairAliases(sample, ledger);
  pairByScope(match, callNodes, ledger);
  repairFolds(graph, index, callNodes, ledger);
  pairAliases(sample, ledger);
  return {
    pairs: inDumpOrder(sample, ledger),
    folded: ledger.folded,
    notes,
    callNodes,
    scopeOf: chains.map((chain) => chain.at(-1)?.path ?? ''),
  };
}

/** The root's outputs pair the graph's outputs: by name where they share it, else in order where the shapes fit. */
function pairRootOutputs(
  graph: Graph,
  facts: ReadonlyMap<string, TensorFacts>,
  sample: DumpSample,
  ledger: Ledger,
): void {
  const free = graph.outputs.filter(
    (name) => !ledger.pairs.some((pair) => pair.tensor === name && pair.entry.role === 'output'),
  );
  const taken = new Set<string>();
  const named = sample.outputs.filter(({ name }) => free.includes(name));
  const ordered = sample.outputs.filter(({ name }) => !free.includes(name));
  for (const { name: outputName, entry } of [...named, ...ordered]) {
    const choices = free.filter((name) => !taken.has(name) && fitShape(facts.get(name), entry) !== undefined);
    const name = choices.includes(outputName) ? outputName : choices[0];
    const transform = name === undefined ? undefined : fitShape(facts.get(name), entry);
    if (name === undefined || transform === undefined) continue;
    taken.add(name);
    const confidence = name === outputName || choices.length === 1 ? 'high' : 'medium';
    ledger.add({ tensor: name, entry, rule: 'graph-output', confidence, transform });
  }
}

/** Entries that are the same stored tensor stand for the same candidate tensor. */
function pairAliases(sample: DumpSample, ledger: Ledger): void {
  const byStorage = new Map<string, ReturnType<Ledger['pairOf']>>();
  for (const entry of sample.entries) {
    const pair = ledger.pairOf(entry);
    if (pair !== undefined && !byStorage.has(entry.storage)) byStorage.set(entry.storage, pair);
  }
  for (const entry of sample.entries) {
    const pair = byStorage.get(entry.storage);
    if (pair !== undefined) ledger.add({ ...pair, entry, rule: 'alias' });
  }
}

function inDumpOrder(sample: DumpSample, ledger: Ledger): Matching['pairs'] {
  const position = new Map(sample.entries.map((entry, index) => [entry.key, index]));
  return [...ledger.pairs].sort(
    (a, b) => (position.get(a.entry.key) ?? 0) - (position.get(b.entry.key) ?? 0),
  );
}
