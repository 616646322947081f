import type { DumpEntry } from '../dump/index.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import { enteringValues, leavingValues, madeValues } from './boundary.ts';
import { splitCalls } from './calls.ts';
import type { DumpIndex, ModuleCall } from './dump-index.ts';
import type { Ledger } from './ledger.ts';
import type { Rule } from './pair.ts';
import type { ScopeStep } from './scopes.ts';
import { fitShape } from './shape-fit.ts';

interface ScopeMatch {
  readonly graph: Graph;
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly index: DumpIndex;
  readonly chains: readonly (readonly ScopeStep[])[];
  readonly modules: ReadonlyMap<string, readonly number[]>;
}

/** Nodes of each recorded module call: key `path#call`. */
export type CallNodes = ReadonlyMap<string, readonly number[]>;

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

export function callKey(path: string, call: number): string {
  return `${path}#${call}`;
}

/**
 * Rules 3 and 4: a module's outputs are the values that leave its scope, its inputs the values that enter it
 * (which pairs residual sums that belong to no module). Shapes must fit; where several fit, order decides and the
 * value check has the last word.
 */
export function pairByScope(match: ScopeMatch, nodes: CallNodes, ledger: Ledger): void {
  const origins = match.graph.nodes.map((node) => node.origin.kind);
  const rule: Rule = origins.includes('dynamo') ? 'dynamo-scope' : 'torchscript-scope';
  for (const [path, calls] of match.index.calls) {
    if (path === '') continue;
    for (const call of calls) {
      const own = nodes.get(callKey(path, call.call));
      if (own === undefined) continue;
      pairOutputs(match, call, own, rule, ledger);
      pairInputs(match, call, own, ledger);
    }
  }
}

function pairOutputs(
  match: ScopeMatch,
  call: ModuleCall,
  nodes: readonly number[],
  rule: Rule,
  ledger: Ledger,
): void {
  const leaving = leavingValues(match.graph, nodes);
  // A tensor that already stands for another output of this call cannot stand for this one.
  const taken = new Set(call.outputs.flatMap((entry) => ledger.pairOf(entry)?.tensor ?? []));
  const single = call.outputs.length === 1;
  for (const entry of call.outputs) {
    if (ledger.isSettled(entry)) continue;
    // One output: the last value that leaves. Several: they leave in the order in which the module lists them.
    // An output that nothing reads (the cell state of an LSTM) does not leave: it is made and left lying.
    const made = madeValues(match.graph, nodes);
    const unread = made.filter((value) => match.graph.tensors.get(value)?.consumers.length === 0);
    const inside = [...unread, ...made.reverse()];
    const choices = single ? [...leaving].reverse() : [...leaving, ...inside];
    const name = choices.find((choice) => !taken.has(choice) && fits(match, choice, entry));
    if (name === undefined) continue;
    taken.add(name);
    add(match, ledger, name, entry, rule, single ? 'high' : 'medium');
  }
}

function pairInputs(match: ScopeMatch, call: ModuleCall, nodes: readonly number[], ledger: Ledger): void {
  const entering = enteringValues(match.graph, nodes);
  const taken = new Set<string>();
  for (const entry of call.inputs) {
    const name = entering.find((choice) => !taken.has(choice) && fits(match, choice, entry));
    if (name === undefined) continue;
    taken.add(name);
    const sure = entering.filter((choice) => fits(match, choice, entry)).length === 1;
    add(match, ledger, name, entry, 'module-input', sure ? 'high' : 'medium');
  }
}

function fits(match: ScopeMatch, name: string, entry: DumpEntry): boolean {
  return fitShape(match.facts.get(name), entry) !== undefined;
}

function add(
  match: ScopeMatch,
  ledger: Ledger,
  tensor: string,
  entry: DumpEntry,
  rule: Rule,
  confidence: 'high' | 'medium',
): void {
  const transform = fitShape(match.facts.get(tensor), entry);
  if (transform !== undefined) ledger.add({ tensor, entry, rule, confidence, transform });
}
