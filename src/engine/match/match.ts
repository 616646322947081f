import type { DumpEntry, DumpSample, NamedEntry, Recording } from '../dump/index.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import { pairByName } from './by-name.ts';
import { pairByOp } from './by-op.ts';
import type { CallNodes, Ground, ScopeMatch } from './by-scope.ts';
import { nodesOfCalls, pairByScope } from './by-scope.ts';
import type { Assigned } from './by-sequence.ts';
import { assignBySequence } from './by-sequence.ts';
import { nodesByModule } from './calls.ts';
import { indexDump } from './dump-index.ts';
import { repairFolds } from './fold.ts';
import { unifyLayouts } from './layout.ts';
import { Ledger } from './ledger.ts';
import type { MapFile } from './map-file.ts';
import { ignoredBy, pairByMap } from './map-file.ts';
import type { Matching } from './pair.ts';
import type { ScopeStep } from './scopes.ts';
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
  /** Initializer → full name of the parameter that has its values: anchors where no name tells the module. */
  readonly weightOwners?: ReadonlyMap<string, string>;
}

export interface NameMatch extends Matching {
  /** Nodes of each recorded module call (`path#call`): what "its own module" means for a consumer. */
  readonly callNodes: CallNodes;
  /** Module path per node, in the dump's names; '' where the exporter says nothing. */
  readonly scopeOf: readonly string[];
}

/** Pairs by names and structure alone, before anything has run: rules 1 to 6, and operators inside modules. */
export function matchByNames(request: MatchRequest): NameMatch {
  const { graph, facts, sample, recording, inputs } = request;
  const ignored = ignoredBy(request.map, graph, sample);
  const ledger = new Ledger(ignored.names);
  if (request.map !== undefined) pairByMap(request.map, graph, facts, sample, ledger);
  for (const [tensor, entry] of inputs) {
    const transform = fitShape(facts.get(tensor), entry);
    if (transform !== undefined)
      ledger.add({ tensor, entry, rule: 'graph-input', confidence: 'certain', transform });
  }
  pairByName(graph, facts, sample, ledger);
  const index = indexDump(sample, recording, graph);
  const { chains, notes } = resolveScopes(graph, index.paths, index.aliases, index.spell);
  const match = { graph, facts, index, chains, modules: nodesByModule(graph, chains) };
  const assigned = meetsNoModule(match)
    ? assignBySequence({ ...match, ...request, weightOwners: request.weightOwners ?? new Map() })
    : undefined;
  const callNodes = new Map(nodesOfCalls(match));
  for (const [key, { nodes }] of assigned ?? []) callNodes.set(key, nodes);
  const byScope = scopeGround(graph);
  pairRootOutputs(graph, facts, sample, ledger, request.recording !== undefined);
  // What is the same stored tensor as an input or output of the model needs no rule of its own.
  pairAliases(sample, ledger);
  pairByScope(match, callNodes, (key) => assigned?.get(key)?.ground ?? byScope, ledger);
  repairFolds(graph, index, callNodes, ledger);
  pairAliases(sample, ledger);
  pairByOp(match, callNodes, sample, ledger);
  pairAliases(sample, ledger);
  return {
    pairs: unifyLayouts(inDumpOrder(sample, ledger)),
    folded: ledger.folded,
    ignored: ignored.names,
    notes: [...ignored.notes, ...notes, ...sequenceNotes(assigned)],
    callNodes,
    scopeOf: scopesOf(graph, chains, assigned),
  };
}

/** The dump knows modules, and the graph names none of them. */
function meetsNoModule({ index, modules }: ScopeMatch): boolean {
  return index.hasModules && ![...modules.keys()].some((path) => index.calls.has(path));
}

function scopeGround(graph: Graph): Ground {
  const isDynamo = graph.nodes.some((node) => node.origin.kind === 'dynamo');
  return { rule: isDynamo ? 'dynamo-scope' : 'torchscript-scope', confidence: 'high' };
}

function sequenceNotes(assigned: ReadonlyMap<string, Assigned> | undefined): string[] {
  if (assigned === undefined) return [];
  const byWeight = [...assigned.values()].filter(({ ground }) => ground.rule === 'weight').length;
  return [
    `the graph names no modules: ${assigned.size} module calls were found by kind of operator, shape and order` +
      (byWeight > 0 ? `, ${byWeight} of them by their weights` : ''),
  ];
}

function scopesOf(
  graph: Graph,
  chains: readonly (readonly ScopeStep[])[],
  assigned: ReadonlyMap<string, Assigned> | undefined,
): string[] {
  const scopes = graph.nodes.map((node) => chains[node.index]?.at(-1)?.path ?? '');
  for (const [key, { nodes }] of assigned ?? [])
    for (const node of nodes) scopes[node] = key.slice(0, key.lastIndexOf('#'));
  return scopes;
}

/** The root's outputs pair the graph's outputs: by name where they share it, else in order where the shapes fit. */
function pairRootOutputs(
  graph: Graph,
  facts: ReadonlyMap<string, TensorFacts>,
  sample: DumpSample,
  ledger: Ledger,
  recorded: boolean,
): void {
  const free = new Set(
    graph.outputs.filter((name) => !ledger.isIgnored(name) && ledger.storagesOf(name).size === 0),
  );
  // "0", "1" … are places in the module's result, not names, though old exporters name values so.
  const isName = ({ name }: NamedEntry): boolean => free.has(name) && !(/^\d+$/.test(name) && recorded);
  const named = sample.outputs.filter(isName);
  const ordered = sample.outputs.filter((output) => !isName(output));
  for (const output of [...named, ...ordered]) {
    const { entry } = output;
    if (ledger.isSettled(entry)) continue;
    const choices = [...free].filter((name) => fitShape(facts.get(name), entry) !== undefined);
    const exact = choices.filter((name) => fitShape(facts.get(name), entry)?.kind === 'none');
    const preferred = exact.length > 0 ? exact : choices;
    const wanted = named.includes(output) ? output.name : graph.outputs[sample.outputs.indexOf(output)];
    const name = wanted !== undefined && preferred.includes(wanted) ? wanted : preferred[0];
    const transform = name === undefined ? undefined : fitShape(facts.get(name), entry);
    if (name === undefined || transform === undefined) continue;
    free.delete(name);
    const confidence = named.includes(output) || choices.length === 1 ? 'high' : 'medium';
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
