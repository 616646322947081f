import type { DumpEntry, DumpSample, Recording } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import { normalizeName, unwrapPath } from './normalize.ts';

/** Entries of one call of one module. */
export interface ModuleCall {
  readonly path: string;
  readonly call: number;
  readonly inputs: readonly DumpEntry[];
  readonly outputs: readonly DumpEntry[];
}

/** A sample's entries by module, under one spelling that candidate names are brought to as well. */
export interface DumpIndex {
  readonly calls: ReadonlyMap<string, readonly ModuleCall[]>;
  /** Module calls in the order in which they returned: what comes right after what. */
  readonly order: readonly ModuleCall[];
  /** Class name per module path, where the dump knows it. */
  readonly classes: ReadonlyMap<string, string>;
  readonly spell: (path: string) => string;
  readonly aliases: ReadonlyMap<string, string>;
  /** False for bare dumps whose names need not be module paths. */
  readonly hasModules: boolean;
}

export function indexDump(sample: DumpSample, recording: Recording | undefined, graph: Graph): DumpIndex {
  const moduleEntries = sample.entries.filter((entry) => entry.op === undefined);
  const hasModules = moduleEntries.some((entry) => entry.isModulePath);
  const spell = hasModules ? unwrapPath : spellingFor(moduleEntries, graph);
  const calls = new Map<string, ModuleCall[]>();
  const order: ModuleCall[] = [];
  for (const entry of moduleEntries) {
    const path = spell(entry.path);
    let list = calls.get(path);
    if (list === undefined) calls.set(path, (list = []));
    let call = list.find((known) => known.call === entry.call) as MutableCall | undefined;
    if (call === undefined) {
      call = { path, call: entry.call, inputs: [], outputs: [] };
      list.push(call);
    }
    call[entry.role === 'input' ? 'inputs' : 'outputs'].push(entry);
    if (entry.role === 'output' && call.outputs.length === 1) order.push(call);
  }
  joinTupleOutputs(calls, hasModules);
  const classes = new Map((recording?.modules ?? []).map((module) => [spell(module.path), module.className]));
  const aliases = new Map(
    (recording?.modules ?? []).flatMap((module) =>
      (module.aliases ?? []).map((alias): [string, string] => [spell(alias), spell(module.path)]),
    ),
  );
  return { calls, order, classes, spell, aliases, hasModules };
}

interface MutableCall {
  path: string;
  call: number;
  inputs: DumpEntry[];
  outputs: DumpEntry[];
}

/** Bare names as they stand if the graph's scopes meet any of them, else reduced to one spelling. */
function spellingFor(entries: readonly DumpEntry[], graph: Graph): (path: string) => string {
  const names = new Set(entries.map((entry) => unwrapPath(entry.path)));
  const meets = graph.nodes.some((node) => {
    if (node.origin.kind === 'dynamo')
      return node.origin.scopes.some((scope) => names.has(unwrapPath(scope)));
    return node.origin.kind === 'torchscript' && node.origin.segments.some((segment) => names.has(segment));
  });
  return meets ? unwrapPath : normalizeName;
}

/** In a bare dump the parts of a tuple are `lstm.0`, `lstm.1`: outputs of `lstm`, unless that name is taken. */
function joinTupleOutputs(calls: Map<string, ModuleCall[]>, hasModules: boolean): void {
  if (hasModules) return;
  for (const [path, list] of [...calls]) {
    const parent = /^(.+)\.(\d+)$/.exec(path);
    if (parent?.[1] === undefined || parent[2] !== '0' || calls.has(parent[1])) continue;
    const outputs = [...(list[0]?.outputs ?? [])];
    for (let index = 1; calls.has(`${parent[1]}.${index}`); index++) {
      outputs.push(...(calls.get(`${parent[1]}.${index}`)?.[0]?.outputs ?? []));
    }
    calls.set(parent[1], [{ path: parent[1], call: 0, inputs: [], outputs }]);
  }
}
