import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dump, DumpEntry, DumpSample } from '../../../src/engine/dump/index.ts';
import { openDump } from '../../../src/engine/dump/index.ts';
import type { Graph, TensorFacts } from '../../../src/engine/graph/index.ts';
import { indexGraph } from '../../../src/engine/graph/index.ts';
import type { MatchRequest, NameMatch } from '../../../src/engine/match/index.ts';
import { bindInputs, matchByNames } from '../../../src/engine/match/index.ts';
import type { OnnxModel } from '../../../src/engine/onnx/index.ts';
import { openModel } from '../../../src/engine/onnx/index.ts';
import { tensorFacts } from '../../../src/engine/run/index.ts';
import { readProto } from '../../support/edit-model.ts';
import { recordedFeeds } from '../../support/recorded-feeds.ts';
import { allValues } from '../../support/tensor-effect.ts';

export const EXPORTS = join(import.meta.dirname, '../../fixtures/exports');

/** One exported file with the dump it was exported beside; `truth`: entry key → tensors that hold its values. */
export interface RealExport {
  readonly net: string;
  readonly file: string;
  readonly exporter: 'torchscript' | 'dynamo';
  readonly dump: string;
  readonly truth: Readonly<Record<string, readonly string[]>>;
}

export const realExports = (
  JSON.parse(readFileSync(join(EXPORTS, 'manifest.json'), 'utf8')) as { exports: readonly RealExport[] }
).exports;

/** A candidate opened beside a dump: everything that matching by names asks for. */
export interface Opened {
  readonly model: OnnxModel;
  readonly graph: Graph;
  readonly dump: Dump;
  readonly sample: DumpSample;
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly inputs: MatchRequest['inputs'];
}

/** Types come from the runtime's own inference, for the shapes that the dump feeds. */
export async function openPair(modelPath: string, dumpPath: string): Promise<Opened> {
  const model = openModel(modelPath);
  const graph = indexGraph(model);
  const dump = openDump(dumpPath);
  const [sample] = dump.samples;
  if (sample === undefined) throw new Error(`${dumpPath} holds no sample`);
  const inputs = new Map(bindInputs(graph, sample).bound.map((binding) => [binding.input, binding.entry]));
  const facts = await tensorFacts(model, graph, inputs, { level: 'basic', provider: 'cpu', threads: 1 });
  return { model, graph, dump, sample, facts, inputs };
}

export function matchOpened(opened: Opened, more: Partial<MatchRequest> = {}): NameMatch {
  const { graph, facts, sample, dump, inputs } = opened;
  return matchByNames({ graph, facts, sample, recording: dump.recording, inputs, map: undefined, ...more });
}

/** Recorded outputs that have a counterpart, how many were paired with one, and every pair that is none. */
export interface Score {
  readonly of: number;
  readonly paired: number;
  readonly lost: readonly string[];
  readonly wrong: readonly string[];
}

export function scoreAgainst(
  truth: RealExport['truth'],
  pairs: ReadonlyMap<string, readonly string[]>,
): Score {
  const lost: string[] = [];
  const wrong: string[] = [];
  let of = 0;
  for (const [key, tensors] of Object.entries(truth)) {
    for (const tensor of pairs.get(key) ?? [])
      if (!tensors.includes(tensor)) wrong.push(`${key} → ${tensor}`);
    if (!key.includes(':output.') || tensors.length === 0) continue;
    of++;
    if (!pairs.has(key)) lost.push(key);
  }
  return { of, paired: of - lost.length, lost, wrong };
}

export function tensorsByEntry(match: NameMatch): Map<string, string[]> {
  return new Map(match.pairs.map((pair) => [pair.entry.key, [pair.tensor]]));
}

export function percent(part: number, of: number): string {
  return `${((100 * part) / of).toFixed(1)} % (${part} of ${of})`;
}

/** float32 values of every node of the model, for the recorded inputs, by the plain runtime. */
export function candidateValues(modelPath: string, dumpPath: string): Promise<Map<string, Float32Array>> {
  const proto = readProto(modelPath);
  return allValues(proto, recordedFeeds(proto, dumpPath));
}

export function entryValues(dump: Dump, entry: DumpEntry): Float32Array {
  const count = entry.dims.reduce((all, dim) => all * dim, 1);
  const bytes = new Uint8Array(count * 4);
  if (entry.dtype === 'float32') dump.read(entry, 0, count, bytes);
  return new Float32Array(bytes.buffer);
}

export function areClose(a: Float32Array | undefined, b: Float32Array): boolean {
  if (a === undefined || a.length !== b.length) return false;
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
  return a.every((value, index) => Math.abs(value - (b[index] ?? NaN)) <= 1e-4 * scale);
}
