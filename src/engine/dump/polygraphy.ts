import { badFile, shortName } from './bad-file.ts';
import { BareEntries } from './bare-entries.ts';
import { base64Source } from './base64-source.ts';
import { readHead } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { createDump } from './create-dump.ts';
import { jsonTextOf, scanJson } from './json-scan.ts';
import type { JsonNode, JsonText } from './json-scan.ts';
import { isNpy, NPY_HEAD_BYTES, readNpyHeader } from './npy-header.ts';
import type { FileProbe, FileReader } from './probe.ts';
import type { Dump, DumpSample, NamedEntry, SkippedEntry } from './reader.ts';

/**
 * What Polygraphy writes with `--save-outputs` (runners, their iterations, tensors by name) and `--save-inputs`
 * (iterations, tensors by name): JSON in which each array is a `.npy` file in base64. An iteration is a sample.
 *
 *   {"lst": [["onnxrt", [{"outputs": {"y": {"values": {"array": "k05VTVBZ…"}}}}]]]}
 *   [{"x": {"array": "k05VTVBZ…", "polygraphy_class": "ndarray"}}]
 */
export const polygraphyReader: FileReader = {
  kind: 'file',
  format: 'polygraphy',
  described: 'Polygraphy JSON (--save-outputs, --save-inputs)',
  recognise: (probe) => {
    const head = Buffer.from(probe.head).toString('latin1');
    const isJson = /^\s*[[{]/.test(head);
    if (isJson && /"polygraphy_class"|"__polygraphy_encoded_|"lst"\s*:|"array"\s*:\s*"k05VTVBZ/.test(head)) {
      return 'content';
    }
    return probe.extension === '.json' && (isJson || probe.head.length === 0) ? 'extension' : undefined;
  },
  open: openPolygraphy,
};

type Items = readonly (readonly [string, JsonNode])[];

interface Iteration {
  readonly role: 'input' | 'output';
  readonly tensors: Items;
}

function openPolygraphy(probe: FileProbe): Dump {
  const { source, name } = probe;
  const skipped: SkippedEntry[] = [];
  const iterations = iterationsOf(scanJson(source), source, skipped);
  if (iterations === undefined) {
    throw badFile(
      name,
      undefined,
      'is JSON, but holds no arrays as Polygraphy writes them',
      'save with polygraphy run --save-outputs, or in another format',
    );
  }
  return createDump({
    format: 'polygraphy',
    name,
    files: probe.files,
    samples: iterations.map((iteration, index) => openIteration(iteration, index, source, skipped)),
    skipped,
  });
}

function openIteration(
  iteration: Iteration,
  index: number,
  source: ByteSource,
  skipped: SkippedEntry[],
): DumpSample {
  const entries = new BareEntries();
  const inputs: NamedEntry[] = [];
  for (const [name, node] of iteration.tensors) {
    if (isMarker(name)) continue;
    const text = arrayTextOf(node);
    const array =
      text === undefined || text.hasEscapes ? undefined : base64Source(source, text.start, text.length);
    if (array === undefined) {
      entries.skip(name, 'not an array in base64');
      continue;
    }
    const head = readHead(array, NPY_HEAD_BYTES);
    if (!isNpy(head)) {
      entries.skip(name, 'not a numpy array (a torch tensor?): run with numpy arrays');
      continue;
    }
    const parsed = readNpyHeader(source.file, shortName(name), head, array.size);
    if (typeof parsed === 'string') {
      entries.skip(name, parsed);
      continue;
    }
    const place = { role: iteration.role, index: 0 };
    const entry = entries.add(name, { ...parsed, source: array }, `${index}:${name}`, place);
    if (entry !== undefined && iteration.role === 'input') inputs.push({ name, entry });
  }
  skipped.push(...entries.skipped);
  return entries.sample(index, inputs);
}

function iterationsOf(root: JsonNode, source: ByteSource, skipped: SkippedEntry[]): Iteration[] | undefined {
  if (root.kind === 'array') {
    const inputs = root.items.flatMap((item) => (item.kind === 'object' ? [item.items] : []));
    const isInputs = inputs.length === root.items.length && inputs.some(holdsArrays);
    return isInputs ? inputs.map((tensors) => ({ role: 'input', tensors })) : undefined;
  }
  if (root.kind !== 'object') return undefined;
  const runners = field(root.items, 'lst');
  if (runners?.kind !== 'array') return undefined;
  const [first, ...others] = runners.items.map((runner) => runnerOf(runner, source));
  for (const other of others) {
    skipped.push({
      name: `runner ${other?.name ?? '?'}`,
      reason: `only the first runner of the file (${first?.name ?? '?'}) is read`,
    });
  }
  return first?.iterations;
}

/** `["name", [iteration, …]]` */
function runnerOf(node: JsonNode, source: ByteSource): { name: string; iterations: Iteration[] } | undefined {
  const [name, iterations] = node.kind === 'array' ? node.items : [];
  if (name?.kind !== 'text' || iterations?.kind !== 'array') return undefined;
  const outputs = iterations.items.flatMap((item): Iteration[] => {
    const tensors = item.kind === 'object' ? field(item.items, 'outputs') : undefined;
    return tensors?.kind === 'object' ? [{ role: 'output', tensors: tensors.items }] : [];
  });
  return { name: jsonTextOf(source, name), iterations: outputs };
}

function arrayTextOf(node: JsonNode): JsonText | undefined {
  if (node.kind !== 'object') return undefined;
  const wrapped = field(node.items, 'values');
  if (wrapped !== undefined) return arrayTextOf(wrapped);
  const array = field(node.items, 'array');
  return array?.kind === 'text' ? array : undefined;
}

function holdsArrays(items: Items): boolean {
  return items.some(([, node]) => arrayTextOf(node) !== undefined);
}

function field(items: Items, name: string): JsonNode | undefined {
  return items.find(([key]) => key === name)?.[1];
}

/** Names that say what class an object was. */
function isMarker(name: string): boolean {
  return name === 'polygraphy_class' || name.startsWith('__polygraphy_encoded_');
}
