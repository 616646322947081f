import type { DumpEntry, DumpSample, Recording } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import { chooseSpelling } from './spelling.ts';
import { unwrapPath } from './normalize.ts';

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
  /** Other paths of a shared module → the path that its entries bear. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Every path that is a module: those that ran, those that did not, and aliases. */
  readonly paths: ReadonlySet<string>;
  /** Entries that are the same stored tensor, those of operators included. */
  readonly byStorage: ReadonlyMap<string, readonly DumpEntry[]>;
  /** False for bare dumps whose names need not be module paths. */
  readonly hasModules: boolean;
}

export function indexDump(sample: DumpSample, recording: Recording | undefined, graph: Graph): DumpIndex {
  const moduleEntries = sample.entries.filter((entry) => entry.op === undefined);
  const hasModules = moduleEntries.some((entry) => entry.isModulePath);
  const spell = hasModules ? unwrapPath : chooseSpelling(moduleEntries, graph);
  const calls = new Map<string, MutableCall[]>();
  const byCall = new Map<string, MutableCall>();
  const order: ModuleCall[] = [];
  for (const entry of moduleEntries) {
    const path = spell(entry.path);
    const key = callKey(path, entry.call);
    let call = byCall.get(key);
    if (call === undefined) {
      call = { path, call: entry.call, inputs: [], outputs: [] };
      byCall.set(key, call);
      const list = calls.get(path);
      if (list === undefined) calls.set(path, [call]);
      else list.push(call);
    }
    call[entry.role === 'input' ? 'inputs' : 'outputs'].push(entry);
    if (entry.role === 'output' && call.outputs.length === 1) order.push(call);
  }
  joinTupleOutputs(calls, hasModules);
  const byStorage = new Map<string, DumpEntry[]>();
  for (const entry of sample.entries) {
    const list = byStorage.get(entry.storage);
    if (list === undefined) byStorage.set(entry.storage, [entry]);
    else list.push(entry);
  }
  const classes = new Map((recording?.modules ?? []).map((module) => [spell(module.path), module.className]));
  const aliases = new Map(
    (recording?.modules ?? []).flatMap((module) =>
      (module.aliases ?? []).map((alias): [string, string] => [spell(alias), spell(module.path)]),
    ),
  );
  const paths = new Set([...calls.keys(), ...classes.keys(), ...aliases.keys()]);
  return { calls, order, classes, spell, aliases, paths, byStorage, hasModules };
}

interface MutableCall {
  path: string;
  call: number;
  inputs: DumpEntry[];
  outputs: DumpEntry[];
}

/** What a module call is called wherever calls are keys. */
export function callKey(path: string, call: number): string {
  return `${path}#${call}`;
}

/** In a bare dump the parts of a tuple are `lstm.0`, `lstm.1`: outputs of `lstm`, unless that name is taken. */
function joinTupleOutputs(calls: Map<string, MutableCall[]>, hasModules: boolean): void {
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
