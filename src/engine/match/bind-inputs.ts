import { DTYPES } from '../../shared/dtype.ts';
import type { DumpEntry, DumpSample } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import type { OnnxValue } from '../onnx/index.ts';

/** Which entry is fed to which graph input, and how that was decided. */
export interface Binding {
  readonly input: string;
  readonly entry: DumpEntry;
  readonly how: string;
}

export interface InputBinding {
  readonly bound: readonly Binding[];
  readonly missing: readonly OnnxValue[];
  /** For a missing input: entries that would fit by dtype and shape, to be offered, never taken. */
  readonly fitting: ReadonlyMap<string, readonly DumpEntry[]>;
}

const ORIGINAL_NAME = 'pkg.torch.onnx.original_node_name';

/**
 * Binds recorded forward arguments to graph inputs: by name, by the name the exporter had before renaming, then in
 * signature order where dtype and shape agree. In a bare dump only an entry named like the input is that input.
 */
export function bindInputs(graph: Graph, sample: DumpSample): InputBinding {
  const bound: Binding[] = [];
  const used = new Set<string>();
  const take = (input: OnnxValue, entry: DumpEntry | undefined, how: string): boolean => {
    if (entry === undefined || used.has(entry.key)) return false;
    used.add(entry.key);
    bound.push({ input: input.name, entry, how });
    return true;
  };
  const byName = new Map(sample.inputs.map((argument) => [argument.name, argument.entry]));
  const bare = new Map(
    sample.entries.filter((entry) => !entry.isModulePath).map((entry) => [entry.path, entry]),
  );
  const open: OnnxValue[] = [];
  for (const input of graph.inputs) {
    const original = input.metadata.get(ORIGINAL_NAME);
    const done =
      take(input, byName.get(input.name), `argument "${input.name}"`) ||
      (original !== undefined &&
        take(input, byName.get(original), `argument "${original}", renamed at export`)) ||
      take(input, bare.get(input.name), `entry "${input.name}"`);
    if (!done) open.push(input);
  }
  const left = sample.inputs.filter((argument) => !used.has(argument.entry.key));
  const missing: OnnxValue[] = [];
  for (const input of open) {
    const next = left.findIndex((argument) => agrees(input, argument.entry));
    const argument = left[next];
    if (
      argument !== undefined &&
      take(input, argument.entry, `argument "${argument.name}", by its place in the signature`)
    )
      left.splice(next, 1);
    else missing.push(input);
  }
  const fitting = new Map(
    missing.map((input) => [input.name, sample.entries.filter((entry) => agrees(input, entry))]),
  );
  return { bound, missing, fitting };
}

/** Same kind of dtype and a shape that the declared dims allow. */
function agrees(input: OnnxValue, entry: DumpEntry): boolean {
  if (input.dtype !== undefined && DTYPES[input.dtype].kind !== DTYPES[entry.dtype].kind) return false;
  if (input.dims === undefined) return true;
  return (
    input.dims.length === entry.dims.length &&
    input.dims.every((dim, axis) => typeof dim !== 'number' || dim === entry.dims[axis])
  );
}
