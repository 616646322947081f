import { isFloatDtype } from '../../shared/dtype.ts';
import type { DumpEntry, DumpSample } from '../dump/index.ts';

/** A recorded value that does not come from the model's inputs, and how PyTorch got it. */
export interface PromptEntry {
  readonly entry: DumpEntry;
  /** What it is called: the forward argument, or the module's last name. */
  readonly name: string;
  readonly isArgument: boolean;
  readonly how: string;
}

/**
 * Values that PyTorch was given besides what the graph is fed: forward arguments without a graph input, what modules
 * were called with that no module made, and what modules made of nothing else.
 * @param bound keys of the entries that are fed to graph inputs.
 */
export function promptEntries(sample: DumpSample, bound: ReadonlySet<string>): PromptEntry[] {
  const fed = new Set(
    sample.inputs.filter(({ entry }) => bound.has(entry.key)).map(({ entry }) => entry.storage),
  );
  const argumentNames = new Map(sample.inputs.map(({ name, entry }) => [entry.storage, name]));
  const entries = sample.entries.filter((entry) => entry.isModulePath && entry.op === undefined);
  const made = new Set(entries.filter(({ role }) => role === 'output').map(({ storage }) => storage));
  const outside = new Map<string, PromptEntry>();
  for (const entry of entries) {
    if (entry.role !== 'input' || fed.has(entry.storage) || outside.has(entry.storage)) continue;
    const argument = argumentNames.get(entry.storage);
    if (argument === undefined && made.has(entry.storage)) continue;
    const how =
      argument === undefined
        ? `what ${entry.path} was called with, which no module made`
        : `forward argument "${argument}", which the graph does not have`;
    outside.set(entry.storage, {
      entry,
      name: argument ?? lastName(entry.path),
      isArgument: argument !== undefined,
      how,
    });
  }
  for (const [storage, derived] of derivedFrom(entries, outside)) outside.set(storage, derived);
  return [...outside.values()].filter(({ entry }) => isFloatDtype(entry.dtype) && entry.dims.length >= 2);
}

/** Outputs of modules that read nothing but such values, in execution order: exporters fold them into constants. */
function derivedFrom(
  entries: readonly DumpEntry[],
  outside: ReadonlyMap<string, PromptEntry>,
): Map<string, PromptEntry> {
  const known = new Set(outside.keys());
  const derived = new Map<string, PromptEntry>();
  const inputs = new Map<string, string[]>();
  for (const { path, call, role, storage } of entries)
    if (role === 'input') inputs.set(`${path}#${call}`, [...(inputs.get(`${path}#${call}`) ?? []), storage]);
  for (const entry of entries) {
    if (entry.role !== 'output' || known.has(entry.storage)) continue;
    const read = inputs.get(`${entry.path}#${entry.call}`) ?? [];
    if (read.length === 0 || !read.every((storage) => known.has(storage))) continue;
    known.add(entry.storage);
    derived.set(entry.storage, {
      entry,
      name: lastName(entry.path),
      isArgument: false,
      how: `what ${entry.path} made of it`,
    });
  }
  return derived;
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
