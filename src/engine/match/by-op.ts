import type { DumpEntry, DumpSample } from '../dump/index.ts';
import { elementCount, sameDims } from '../tensor/index.ts';
import { alignForced } from './align.ts';
import type { CallNodes, ScopeMatch } from './by-scope.ts';
import { callKey } from './dump-index.ts';
import type { Ledger } from './ledger.ts';
import type { NodeGroup } from './node-groups.ts';
import { findGroups } from './node-groups.ts';
import { counterpartOf, keepsValues } from './operators.ts';
import { segmentsBetween } from './segments.ts';
import { fitShape } from './shape-fit.ts';

/** One ATen call: its outputs in order. */
interface OpCall {
  readonly op: string;
  readonly outputs: DumpEntry[];
  /** The outputs of the operators after it that only reshape what it made. */
  kept: ReadonlySet<string>;
}

type Token<T> =
  | { readonly kind: 'own'; readonly item: T }
  /** Another module call, recognisable on both sides. */
  | { readonly kind: 'call'; readonly key: string };

const COMPUTES = 16;
const MOVES = 4;
/** Inside a group that stands for one operator: meant only where the model spells the operator out. */
const INSIDE_GROUP = 0.5;
const RESHAPED = 0.75;

/**
 * Operators recorded inside a module call against the nodes of that call which belong to no inner call, in order, by
 * kind of operator and shape. The calls of other modules cut both sequences into pieces that are aligned each for
 * itself; only what every best alignment agrees on is paired.
 */
export function pairByOp(match: ScopeMatch, callNodes: CallNodes, sample: DumpSample, ledger: Ledger): void {
  if (!sample.entries.some((entry) => entry.op !== undefined)) return;
  const groups = findGroups(match.graph);
  const inside = new Map(groups.flatMap((group) => group.nodes.slice(0, -1).map((node) => [node, group])));
  const ends = new Map(groups.map((group) => [group.nodes.at(-1) ?? -1, group]));
  const recorded = recordedTokens(match, sample, ledger);
  const made = nodeTokens(match, callNodes);
  for (const [key, ops] of recorded) {
    const nodes = made.get(key);
    if (nodes === undefined) continue;
    for (const piece of segmentsBetween(ops, nodes, (token) =>
      token.kind === 'call' ? token.key : undefined,
    )) {
      const left = piece.left.flatMap((token) => (token.kind === 'own' ? [token.item] : []));
      const right = piece.right.flatMap((token) => (token.kind === 'own' ? [token.item] : []));
      pairPiece({ match, ledger, ends, inside }, left, right);
    }
  }
}

interface OpMatch {
  readonly match: ScopeMatch;
  readonly ledger: Ledger;
  readonly ends: ReadonlyMap<number, NodeGroup>;
  readonly inside: ReadonlyMap<number, NodeGroup>;
}

function pairPiece(context: OpMatch, ops: readonly OpCall[], nodes: readonly number[]): void {
  const meetings = alignForced(ops.length, nodes.length, function* (row) {
    const op = ops[row];
    if (op === undefined) return;
    for (const [column, node] of nodes.entries()) {
      const score = scoreOf(context, op, node);
      if (score > 0) yield [column, score];
    }
  });
  for (const { row, column } of meetings ?? []) {
    const op = ops[row];
    const node = context.match.graph.nodes[nodes[column] ?? -1];
    if (op === undefined || node === undefined) continue;
    op.outputs.forEach((entry, index) => {
      if (index > 0 && !counterpartOf(op.op).hasManyOutputs) return;
      const tensor = node.outputs[index];
      const transform = fitShape(context.match.facts.get(tensor ?? ''), entry);
      if (
        tensor === undefined ||
        tensor === '' ||
        transform === undefined ||
        transform.kind === 'permutation'
      )
        return;
      context.ledger.add({ tensor, entry, rule: 'op', confidence: 'medium', transform });
    });
  }
}

/** How well a node stands for a recorded operator; 0 where it cannot. */
function scoreOf({ match, ledger, ends, inside }: OpMatch, op: OpCall, index: number): number {
  const node = match.graph.nodes[index];
  const entry = op.outputs[0];
  const tensor = node?.outputs[0];
  if (node === undefined || entry === undefined || tensor === undefined) return 0;
  const pair = ledger.pairOf(entry);
  const counterpart = counterpartOf(op.op);
  // Placed by a surer rule: it meets that node and no other.
  if (pair !== undefined) return pair.tensor === tensor ? 2 * COMPUTES : 0;
  if (ledger.isSettled(entry)) return 0;
  const group = ends.get(index);
  const isNode = counterpart.nodes.includes(node.opType);
  const isGroup = group !== undefined && counterpart.groups.includes(group.kind);
  if (!isNode && !isGroup) return 0;
  const facts = match.facts.get(tensor);
  const dims = facts?.dims;
  if (dims === undefined || fitShape(facts, entry) === undefined) return 0;
  const isSame = sameDims(dims, entry.dims);
  if (!isSame && (counterpart.moves || elementCount(dims) !== elementCount(entry.dims))) return 0;
  // A tensor that is another recorded output already is this one too only if nothing but reshaping lies between.
  const others = [...ledger.storagesOf(tensor)];
  if (others.length > 0 && !others.some((storage) => op.kept.has(storage))) return 0;
  const weight = (counterpart.moves ? MOVES : COMPUTES) * (isSame ? 1 : RESHAPED);
  return isGroup || !inside.has(index) ? weight : weight * INSIDE_GROUP;
}

/** Per module call: its operators in order, and between them the calls of other modules that returned meanwhile. */
function recordedTokens(
  { index }: ScopeMatch,
  sample: DumpSample,
  ledger: Ledger,
): Map<string, Token<OpCall>[]> {
  const tokens = new Map<string, Token<OpCall>[]>();
  const returned: string[] = [];
  const seenReturns = new Map<string, number>();
  const open = new Map<string, OpCall>();
  const storages = new Set<string>();
  for (const entry of sample.entries) {
    const call = callKey(index.spell(entry.path), entry.call);
    if (entry.op === undefined) {
      if (entry.role === 'output' && returned.at(-1) !== call) returned.push(call);
      continue;
    }
    const group = entry.key.slice(0, entry.key.lastIndexOf('.'));
    const known = open.get(group);
    if (known !== undefined) {
      known.outputs.push(entry);
      continue;
    }
    let list = tokens.get(call);
    if (list === undefined) tokens.set(call, (list = []));
    else for (const key of returned.slice(seenReturns.get(call))) list.push({ kind: 'call', key });
    seenReturns.set(call, returned.length);
    // What shares its values with an earlier operator (an expand that expands nothing) is that operator's alias.
    if (storages.has(entry.storage) && ledger.pairOf(entry) === undefined) continue;
    storages.add(entry.storage);
    const op: OpCall = { op: entry.op, outputs: [entry], kept: new Set() };
    open.set(group, op);
    list.push({ kind: 'own', item: op });
  }
  for (const list of tokens.values()) markKept(list);
  return tokens;
}

/** For each operator, the storages of the operators right after it that only reshape. */
function markKept(tokens: readonly Token<OpCall>[]): void {
  let kept = new Set<string>();
  for (const token of [...tokens].reverse()) {
    if (token.kind === 'call') {
      kept = new Set();
      continue;
    }
    const op = token.item;
    op.kept = kept;
    const storage = op.outputs[0]?.storage ?? '';
    kept = keepsValues(op.op) ? new Set([...kept, storage]) : new Set();
  }
}

/** Per module call: its own nodes in order, and between them the other calls whose last node has run. */
function nodeTokens(match: ScopeMatch, callNodes: CallNodes): Map<string, Token<number>[]> {
  const callsOf = new Map<number, string[]>();
  for (const [key, nodes] of callNodes) {
    for (const node of nodes) {
      const list = callsOf.get(node);
      if (list === undefined) callsOf.set(node, [key]);
      else list.push(key);
    }
  }
  const lastNode = new Map([...callNodes].map(([key, nodes]) => [key, nodes.at(-1) ?? -1]));
  const tokens = new Map<string, Token<number>[]>();
  const ended: string[] = [];
  const seenEnds = new Map<string, number>();
  for (const node of match.graph.nodes) {
    const key = innermost(match, callsOf.get(node.index) ?? [], node.index);
    if (key !== undefined && node.opType !== 'Constant') {
      let list = tokens.get(key);
      if (list === undefined) tokens.set(key, (list = []));
      else for (const other of ended.slice(seenEnds.get(key))) list.push({ kind: 'call', key: other });
      seenEnds.set(key, ended.length);
      list.push({ kind: 'own', item: node.index });
    }
    for (const other of callsOf.get(node.index) ?? [])
      if (lastNode.get(other) === node.index) ended.push(other);
  }
  return tokens;
}

/** Of the calls a node belongs to, the one whose module stands last in the node's own scopes. */
function innermost(match: ScopeMatch, keys: readonly string[], node: number): string | undefined {
  const chain = match.chains[node] ?? [];
  for (let level = chain.length - 1; level >= 0; level--) {
    const path = chain[level]?.path ?? '';
    // A module that ran but whose calls cannot be told apart owns its nodes: they are nobody else's.
    if (!match.index.calls.has(path)) continue;
    return keys.find((key) => key.slice(0, key.lastIndexOf('#')) === path);
  }
  return keys.find((key) => key.startsWith('#'));
}
