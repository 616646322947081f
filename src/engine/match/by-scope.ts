import type { DumpEntry } from '../dump/index.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import { sameDims } from '../tensor/index.ts';
import { enteringValues, leavingValues, madeValues } from './boundary.ts';
import { splitCalls } from './calls.ts';
import type { DumpIndex, ModuleCall } from './dump-index.ts';
import { callKey } from './dump-index.ts';
import type { Ledger } from './ledger.ts';
import type { Confidence, Rule } from './pair.ts';
import type { ScopeStep } from './scopes.ts';
import { fitShape } from './shape-fit.ts';

export interface ScopeMatch {
  readonly graph: Graph;
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly index: DumpIndex;
  readonly chains: readonly (readonly ScopeStep[])[];
  readonly modules: ReadonlyMap<string, readonly number[]>;
}

/** Nodes of each recorded module call: key `path#call`. */
export type CallNodes = ReadonlyMap<string, readonly number[]>;

/** How the nodes of a call were found, which is how its outputs are paired. */
export interface Ground {
  readonly rule: Rule;
  readonly confidence: Confidence;
}

/** Which nodes each recorded call of each module became. Calls that cannot be told apart are left out. */
export function nodesOfCalls({ graph, index, chains, modules }: ScopeMatch): CallNodes {
  const nodes = new Map<string, readonly number[]>();
  for (const [path, calls] of index.calls) {
    const own = path === '' ? graph.nodes.map((node) => node.index) : modules.get(path);
    if (own === undefined) continue;
    const groups = splitCalls(graph, chains, path, own, path === '' ? 1 : calls.length);
    groups?.forEach((group, call) => nodes.set(callKey(path, calls[call]?.call ?? call), group));
  }
  return nodes;
}

/**
 * Rules 3 and 4: a module's outputs are the values that leave its scope, its inputs the values that enter it
 * (which pairs residual sums that belong to no module). Shapes must fit; where several fit, order decides and the
 * value check has the last word. Outputs of all modules come first: they tell which value an input is.
 */
export function pairByScope(
  match: ScopeMatch,
  nodes: CallNodes,
  groundOf: (key: string) => Ground,
  ledger: Ledger,
): void {
  const known = [...match.index.calls].flatMap(([path, calls]) =>
    path === ''
      ? []
      : calls.flatMap((call) => {
          const key = callKey(path, call.call);
          const own = nodes.get(key);
          return own === undefined ? [] : [{ call, own, ground: groundOf(key) }];
        }),
  );
  // Of several outputs of one module the order may mislead: what modules with one output made is known by then.
  const hasOne = ({ call }: (typeof known)[number]): boolean => call.outputs.length === 1;
  for (const { call, own, ground } of known.filter(hasOne))
    pairOutputs(match, call, own, ground, new Map(), ledger);
  // What an inner module hands on through the ones around it is known by then as well.
  const depth = ({ call }: (typeof known)[number]): number => call.path.split('.').length;
  const several = known.filter((one) => !hasOne(one)).sort((a, b) => depth(b) - depth(a));
  for (const { call, own, ground } of several)
    pairOutputs(match, call, own, ground, tensorsByStorage(match, ledger), ledger);
  const made = tensorsByStorage(match, ledger);
  for (const { call, own, ground } of known) pairInputs(match, call, own, ground, made, ledger);
}

function pairOutputs(
  match: ScopeMatch,
  call: ModuleCall,
  nodes: readonly number[],
  { rule, confidence }: Ground,
  known: ReadonlyMap<string, ReadonlySet<string>>,
  ledger: Ledger,
): void {
  const leaving = leavingValues(match.graph, nodes);
  // A tensor that already stands for another output of this call cannot stand for this one.
  const taken = new Set(call.outputs.flatMap((entry) => ledger.pairOf(entry)?.tensor ?? []));
  const single = call.outputs.length === 1;
  if (single) leaving.reverse();
  const inside = single ? [] : leftInside(match.graph, nodes);
  for (const entry of call.outputs) {
    if (ledger.isSettled(entry)) continue;
    const open = (choice: string): boolean => !taken.has(choice) && fits(match, choice, entry);
    const possible = [
      ...leaving.filter(open),
      ...inside.filter((choice) => open(choice) && isLikely(match, choice, entry)),
    ];
    const same = possible.find((choice) => known.get(entry.storage)?.has(choice) === true);
    const name = same ?? (single ? possible[0] : likeliest(match, possible, entry));
    if (name === undefined) continue;
    taken.add(name);
    const isSure = single || same !== undefined || confidence === 'low';
    add(match, ledger, name, entry, rule, isSure ? confidence : 'medium');
  }
}

/**
 * One output: the last value that leaves. Several: they leave in the order in which the module lists them. An output
 * that nothing reads (the cell state of an LSTM) does not leave: it is made and left lying.
 */
function leftInside(graph: Graph, nodes: readonly number[]): string[] {
  const made = madeValues(graph, nodes);
  const unread = made.filter((value) => graph.tensors.get(value)?.consumers.length === 0);
  return [...unread, ...made.reverse()];
}

function pairInputs(
  match: ScopeMatch,
  call: ModuleCall,
  nodes: readonly number[],
  { confidence }: Ground,
  made: ReadonlyMap<string, ReadonlySet<string>>,
  ledger: Ledger,
): void {
  const entering = enteringValues(match.graph, nodes);
  const taken = new Set<string>();
  const isMadeAs = (name: string, entry: DumpEntry): boolean => made.get(entry.storage)?.has(name) === true;
  for (const entry of call.inputs) {
    const choices = entering.filter((choice) => !taken.has(choice) && fits(match, choice, entry));
    // Of several values that fit (query, key and value of an attention), the one that is this stored tensor; then
    // one that is no other recorded output.
    const name =
      choices.find((choice) => isMadeAs(choice, entry)) ??
      choices.find((choice) => ledger.storagesOf(choice).size === 0) ??
      choices[0];
    if (name === undefined) continue;
    taken.add(name);
    const isSure = confidence !== 'low' && (choices.length === 1 || isMadeAs(name, entry));
    add(match, ledger, name, entry, 'module-input', isSure ? 'high' : 'medium');
  }
}

function tensorsByStorage(match: ScopeMatch, ledger: Ledger): Map<string, Set<string>> {
  const tensors = new Map<string, Set<string>>();
  for (const [storage, entries] of match.index.byStorage) {
    const names = entries.flatMap((entry) => ledger.pairOf(entry)?.tensor ?? []);
    if (names.length > 0) tensors.set(storage, new Set(names));
  }
  return tensors;
}

function fits(match: ScopeMatch, name: string, entry: DumpEntry): boolean {
  return fitShape(match.facts.get(name), entry) !== undefined;
}

type Likeness = 'same' | 'same dims in another order' | 'as many elements';

const LIKENESS: readonly Likeness[] = ['same', 'same dims in another order', 'as many elements'];

/** Ones aside, as exporters move them. Dims unknown before the run may be any. */
function likeness(match: ScopeMatch, name: string, entry: DumpEntry): Likeness {
  const dims = match.facts.get(name)?.dims;
  if (dims === undefined) return 'same dims in another order';
  const [own, recorded] = [dims, entry.dims].map((some) => some.filter((dim) => dim !== 1));
  if (own === undefined || recorded === undefined || sameDims(own, recorded)) return 'same';
  const inOrder = (some: readonly number[]): number[] => [...some].sort((a, b) => a - b);
  return sameDims(inOrder(own), inOrder(recorded)) ? 'same dims in another order' : 'as many elements';
}

function isLikely(match: ScopeMatch, name: string, entry: DumpEntry): boolean {
  return likeness(match, name, entry) !== 'as many elements';
}

/** Of several outputs each has the value of its own dims: attention weights may have as many elements as the sum. */
function likeliest(match: ScopeMatch, names: readonly string[], entry: DumpEntry): string | undefined {
  const rank = (name: string): number => LIKENESS.indexOf(likeness(match, name, entry));
  return [...names].sort((a, b) => rank(a) - rank(b))[0];
}

function add(
  match: ScopeMatch,
  ledger: Ledger,
  tensor: string,
  entry: DumpEntry,
  rule: Rule,
  confidence: Confidence,
): void {
  const transform = fitShape(match.facts.get(tensor), entry);
  if (transform !== undefined) ledger.add({ tensor, entry, rule, confidence, transform });
}
