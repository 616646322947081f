import { createHash } from 'node:crypto';
import { isFloatDtype } from '../../shared/dtype.ts';
import type { DigestForm, Recording } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import type { OnnxModel, OnnxTensor } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';

/** Digest → full names of the parameters of which some form has these values; equal parameters share one. */
export function parametersByDigest(recording: Recording): Map<string, ReadonlySet<string>> {
  const byDigest = new Map<string, Set<string>>();
  for (const parameter of recording.parameters) {
    for (const form of Object.keys(parameter.digests) as DigestForm[]) {
      const digest = parameter.digests[form];
      if (digest !== undefined) byDigest.set(digest, (byDigest.get(digest) ?? new Set()).add(parameter.name));
    }
  }
  return byDigest;
}

/** SHA-256 of a float initializer's values; undefined for what is no weight. */
export function digestOf(model: OnnxModel, tensor: OnnxTensor): string | undefined {
  if (tensor.dtype === undefined || !isFloatDtype(tensor.dtype)) return undefined;
  return sha256(tensorOf(model, tensor).bytes);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Initializer → the one parameter whose values it holds, for graphs whose nodes name no module: without it weights say
 * more than names. Values that several parameters share say nothing.
 */
export function weightOwners(
  model: OnnxModel,
  graph: Graph,
  recording: Recording | undefined,
): Map<string, string> {
  const owners = new Map<string, string>();
  if (recording === undefined || graph.nodes.some((node) => node.origin.kind !== 'none')) return owners;
  const byDigest = parametersByDigest(recording);
  for (const { tensor } of graph.initializers.values()) {
    const digest = digestOf(model, tensor);
    const [only, second] = digest === undefined ? [] : (byDigest.get(digest) ?? []);
    if (only !== undefined && second === undefined) owners.set(tensor.name, only);
  }
  return owners;
}
