import type { DumpEntry, Recording } from '../dump/index.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import { elementCount, sameDims } from '../tensor/index.ts';
import { alignForced } from './align.ts';
import type { Ground } from './by-scope.ts';
import type { DumpIndex, ModuleCall } from './dump-index.ts';
import { callKey } from './dump-index.ts';
import type { ClassCounterpart } from './module-classes.ts';
import { counterpartOfClass } from './module-classes.ts';
import type { Unit } from './units.ts';
import { unitsOf, withRearranging } from './units.ts';
import { ValueWalk } from './value-walk.ts';

export interface SequenceMatch {
  readonly graph: Graph;
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly index: DumpIndex;
  readonly recording: Recording | undefined;
  /** Initializer → full parameter name, where the values are the same. */
  readonly weightOwners: ReadonlyMap<string, string>;
  /** Model input → the entry fed to it. */
  readonly inputs: ReadonlyMap<string, DumpEntry>;
}

/** Nodes of a module call, and what says so. */
export interface Assigned {
  readonly nodes: readonly number[];
  readonly ground: Ground;
}

interface KnownCall {
  readonly call: ModuleCall;
  readonly counterpart: ClassCounterpart;
}

const SAME_SHAPE = 2;
const RESHAPED = 1;
/** More than any number of shapes that agree by accident between two weights. */
const SAME_WEIGHT = 64;

/**
 * Rule 6, for graphs that name no modules: modules that ran, in order, against nodes and groups of the operators that
 * modules of their class become, by shape and by whose weights they read. Position alone never decides: what fits two
 * places is left out, unless the value it reads is known and only one of them reads that.
 */
export function assignBySequence(match: SequenceMatch): Map<string, Assigned> {
  const units = unitsOf(match.graph, ownersFrom(match));
  const modules = match.index.order.flatMap((call): KnownCall[] => {
    const counterpart = counterpartOfClass(match.index.classes.get(call.path) ?? '');
    return counterpart === undefined ? [] : [{ call, counterpart }];
  });
  const owners = new Set(units.flatMap((unit) => unit.owner ?? []));
  const fits = fitting(match, owners, units);
  const aligned = alignForced(modules.length, units.length, (row) => fits(modules[row]));
  const met = new Map((aligned ?? []).map(({ row, column }) => [row, column]));
  for (const [row, place] of byWeightAlone(modules, units)) met.set(row, place);
  const walk = new ValueWalk(match.graph, match.inputs);
  const free = new Set(units.keys());
  for (const place of met.values()) free.delete(place);
  const assigned = new Map<string, Assigned>();
  modules.forEach((module, row) => {
    const { call, counterpart } = module;
    const place = met.get(row) ?? onlyReader(walk, units, call, fits(module), free);
    const unit = units[place ?? -1];
    // What a unit reads is certain where it is known: a unit that reads something else is another module.
    if (place === undefined || unit === undefined || walk.reads(call, unit) === false) {
      if (counterpart.nodes.includes('BatchNormalization')) walk.passThrough(call);
      return;
    }
    free.delete(place);
    walk.remember(call, unit);
    const ground: Ground =
      unit.owner === undefined
        ? { rule: 'sequence', confidence: 'low' }
        : { rule: 'weight', confidence: 'medium' };
    const nodes = counterpart.isRearranged ? withRearranging(match.graph, unit.nodes) : unit.nodes;
    assigned.set(callKey(call.path, call.call), { nodes, ground });
  });
  return assigned;
}

/** A module that ran as often as units read its weights: its calls are those units, wherever they stand. */
function byWeightAlone(modules: readonly KnownCall[], units: readonly Unit[]): Map<number, number> {
  const rows = new Map<string, number[]>();
  modules.forEach(({ call }, row) => append(rows, call.path, row));
  const places = new Map<string, number[]>();
  units.forEach((unit, place) => {
    if (unit.owner !== undefined) append(places, unit.owner, place);
  });
  const met = new Map<number, number>();
  for (const [owner, found] of places) {
    const calls = rows.get(owner) ?? [];
    const isKind = calls.every((row, call) => isOfKind(modules[row]?.counterpart, units[found[call] ?? -1]));
    if (calls.length === found.length && isKind)
      calls.forEach((row, call) => met.set(row, found[call] ?? -1));
  }
  return met;
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** The one free unit that could be the module and reads what the module read. */
function onlyReader(
  walk: ValueWalk,
  units: readonly Unit[],
  call: ModuleCall,
  fits: Iterable<readonly [place: number, score: number]>,
  free: ReadonlySet<number>,
): number | undefined {
  const reading: number[] = [];
  for (const [place] of fits) {
    const unit = units[place];
    if (unit !== undefined && free.has(place) && walk.reads(call, unit) === true) reading.push(place);
  }
  return reading.length === 1 ? reading[0] : undefined;
}

/** For a module call, the units that it could be, looked up by kind. */
function fitting(
  match: SequenceMatch,
  owners: ReadonlySet<string>,
  units: readonly Unit[],
): (module: KnownCall | undefined) => Iterable<readonly [place: number, score: number]> {
  const places = new Map<string, number[]>();
  units.forEach((unit, place) => append(places, unit.kind ?? unit.opType, place));
  return function* (module) {
    if (module === undefined) return;
    for (const kind of [...module.counterpart.nodes, ...module.counterpart.groups]) {
      for (const place of places.get(kind) ?? []) {
        const unit = units[place];
        const score = unit === undefined ? 0 : scoreOf(match, owners, module, unit);
        if (score > 0) yield [place, score];
      }
    }
  };
}

/** Module that owns a parameter: the recording says so, else the name without its last part. */
function ownersFrom({
  recording,
  weightOwners,
  index,
}: SequenceMatch): (initializer: string) => string | undefined {
  const modules = new Map(
    (recording?.modules ?? []).flatMap((module) =>
      module.parameters.map((name): [string, string] => [name, index.spell(module.path)]),
    ),
  );
  return (initializer) => {
    const parameter = weightOwners.get(initializer);
    if (parameter === undefined) return undefined;
    return modules.get(parameter) ?? index.spell(parameter.slice(0, Math.max(0, parameter.lastIndexOf('.'))));
  };
}

function scoreOf(
  match: SequenceMatch,
  owners: ReadonlySet<string>,
  { call, counterpart }: KnownCall,
  unit: Unit,
): number {
  // The last node of a group is no node by itself: the Mul that ends a SiLU is no multiplication.
  const isKind =
    unit.kind === undefined
      ? counterpart.nodes.includes(unit.opType)
      : counterpart.groups.includes(unit.kind);
  if (!isKind) return 0;
  if (unit.owner === undefined ? owners.has(call.path) : unit.owner !== call.path) return 0;
  const weight = unit.owner === undefined ? 0 : SAME_WEIGHT;
  const dims = match.facts.get(unit.tensor)?.dims;
  const [output] = call.outputs;
  if (dims === undefined || output === undefined) return 0;
  if (sameDims(dims, output.dims)) return weight + SAME_SHAPE;
  const isClose = counterpart.isRearranged
    ? elementCount(dims) === elementCount(output.dims)
    : isSqueezed(dims, output.dims);
  return isClose ? weight + RESHAPED : 0;
}

/** The last node of a group is no node by itself: the Mul that ends a SiLU is no multiplication. */
function isOfKind(counterpart: ClassCounterpart | undefined, unit: Unit | undefined): boolean {
  if (counterpart === undefined || unit === undefined) return false;
  return unit.kind === undefined
    ? counterpart.nodes.includes(unit.opType)
    : counterpart.groups.includes(unit.kind);
}

function isSqueezed(a: readonly number[], b: readonly number[]): boolean {
  const without = (dims: readonly number[]): string => dims.filter((dim) => dim !== 1).join();
  return without(a) === without(b);
}
