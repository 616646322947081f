import { createHash } from 'node:crypto';
import type { Recording } from '../../../src/engine/dump/index.ts';
import type { OnnxModel } from '../../../src/engine/onnx/index.ts';
import { tensorOf } from '../../../src/engine/onnx/index.ts';
import type { onnx } from '../../../src/engine/onnx/proto.ts';
import type { Proto } from '../../support/edit-model.ts';
import { cloneProto } from '../../support/edit-model.ts';

/**
 * A model as exporters wrote it before nodes had scopes: nodes without names and metadata, values and weights
 * numbered. Model inputs keep their names. Also returns what each value is called now.
 */
export function withoutNames(original: Proto): {
  readonly proto: Proto;
  readonly renamed: ReadonlyMap<string, string>;
} {
  const proto = cloneProto(original);
  const graph = proto.graph as onnx.GraphProto.$Properties;
  const renamed = new Map<string, string>([['', '']]);
  for (const input of graph.input ?? []) renamed.set(input.name ?? '', input.name ?? '');
  const numbered = (name: string): string => {
    const known = renamed.get(name);
    if (known !== undefined) return known;
    const number = String(100 + renamed.size);
    renamed.set(name, number);
    return number;
  };
  for (const tensor of graph.initializer ?? []) tensor.name = numbered(tensor.name ?? '');
  for (const node of graph.node ?? []) {
    if (node.attribute?.some((attribute) => attribute.g != null) === true) throw new Error('has a body');
    node.name = '';
    node.docString = '';
    node.metadataProps = [];
    node.input = (node.input ?? []).map(numbered);
    node.output = (node.output ?? []).map(numbered);
  }
  for (const value of graph.output ?? []) value.name = numbered(value.name ?? '');
  graph.valueInfo = [];
  graph.metadataProps = [];
  return { proto, renamed };
}

/** Initializer → parameter with the same digest, in any of its recorded forms; digests of several parameters are left out. */
export function ownersByDigest(model: OnnxModel, recording: Recording | undefined): Map<string, string> {
  const byDigest = new Map<string, Set<string>>();
  for (const parameter of recording?.parameters ?? []) {
    for (const digest of Object.values(parameter.digests)) {
      if (digest === undefined) continue;
      byDigest.set(digest, (byDigest.get(digest) ?? new Set()).add(parameter.name));
    }
  }
  const owners = new Map<string, string>();
  for (const tensor of model.graph.initializers) {
    const digest = createHash('sha256').update(tensorOf(model, tensor).bytes).digest('hex');
    const [only, second] = byDigest.get(digest) ?? [];
    if (only !== undefined && second === undefined) owners.set(tensor.name, only);
  }
  return owners;
}
