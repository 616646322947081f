import { readFileSync } from 'node:fs';
import type ort from 'onnxruntime-node';
import type { Proto } from './edit-model.ts';
import { recordedEntries } from './recorded-entries.ts';

interface Manifest {
  readonly samples: readonly {
    readonly inputs: readonly { readonly name: string; readonly key: string }[];
  }[];
}

/** The recorded model inputs of sample 0 by graph input name. Arguments and graph inputs are in the same order. */
export function recordedFeeds(proto: Proto, dump: string): Record<string, ort.Tensor> {
  const manifest = JSON.parse(readFileSync(`${dump}/manifest.json`, 'utf8')) as Manifest;
  const entries = recordedEntries(dump);
  const recorded = manifest.samples[0]?.inputs ?? [];
  const initializers = new Set((proto.graph?.initializer ?? []).map((tensor) => tensor.name));
  const inputs = (proto.graph?.input ?? []).filter((input) => !initializers.has(input.name));
  const feeds: Record<string, ort.Tensor> = {};
  inputs.forEach((input, position) => {
    const argument = recorded.find((one) => one.name === input.name) ?? recorded[position];
    const value = entries.get(argument?.key ?? '');
    if (value === undefined) throw new Error(`no recorded input for ${input.name ?? ''}`);
    feeds[input.name ?? ''] = value;
  });
  return feeds;
}
