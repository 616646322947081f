import { closeSync, copyFileSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, basename } from 'node:path';
import { LayerdiffError } from '../../shared/errors.ts';
import { indexGraph } from '../graph/index.ts';
import { openModel, outputBytes } from '../onnx/index.ts';

/** What `instrument` did. */
export interface Instrumented {
  readonly added: number;
  /** Values left out, because a runtime cannot hand them out. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

const UNFETCHABLE_KINDS = new Set(['sequence', 'map', 'optional', 'sparse-tensor']);
const UNFETCHABLE_DTYPES = new Set(['int4', 'uint4', 'int2', 'uint2', 'float4e2m1']);

/**
 * Writes the model with every value of its top-level graph as an output: the file's own bytes, then one more message.
 * External data is referenced, not copied: the new file belongs beside the original.
 */
export function instrument(path: string, out: string): Instrumented {
  const model = openModel(path);
  const graph = indexGraph(model);
  const skipped: { name: string; reason: string }[] = [];
  const names: string[] = [];
  for (const node of graph.nodes) {
    for (const name of node.outputs) {
      const tensor = graph.tensors.get(name);
      if (name === '' || tensor === undefined || tensor.isOutput) continue;
      const declared = tensor.declared;
      const reason =
        declared !== undefined && UNFETCHABLE_KINDS.has(declared.kind)
          ? `is a ${declared.kind}`
          : declared?.dtype !== undefined && UNFETCHABLE_DTYPES.has(declared.dtype)
            ? `is ${declared.dtype}`
            : undefined;
      if (reason === undefined) names.push(name);
      else skipped.push({ name, reason });
    }
  }
  const partial = join(dirname(out), `.${basename(out)}.part`);
  try {
    copyFileSync(path, partial);
    const file = openSync(partial, 'a');
    writeSync(file, outputBytes(names));
    closeSync(file);
    renameSync(partial, out);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new LayerdiffError('bad-request', error instanceof Error ? error.message : String(error), {
      file: out,
      wayOut: 'check --out',
    });
  }
  return { added: names.length, skipped };
}
