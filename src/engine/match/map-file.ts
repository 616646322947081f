import { LayerdiffError } from '../../shared/errors.ts';
import type { DumpSample } from '../dump/index.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import type { Ledger } from './ledger.ts';
import type { Matching, Transform } from './pair.ts';
import { fitShape, holdsFor } from './shape-fit.ts';

/** `{"schema":"layerdiff.map/1","pairs":[{"candidate","entry","transform"}],"ignore":[]}`, checked. */
export interface MapFile {
  readonly path: string;
  readonly pairs: readonly {
    readonly candidate: string;
    readonly entry: string;
    readonly transform: Transform | undefined;
  }[];
  /** Candidate tensors and entries that shall not be compared. */
  readonly ignore: readonly string[];
}

/** @throws LayerdiffError `bad-request` for JSON of another shape. */
export function parseMapFile(text: string, path: string): MapFile {
  const refuse = (message: string, place: string): LayerdiffError =>
    new LayerdiffError('bad-request', message, {
      file: path,
      place,
      wayOut: 'write one with --write-map and edit that',
    });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refuse(`is not JSON (${error instanceof Error ? error.message : String(error)})`, '');
  }
  if (!isRecord(json) || json['schema'] !== 'layerdiff.map/1')
    throw refuse('is not a map file: no "schema": "layerdiff.map/1"', '');
  const pairs = Array.isArray(json['pairs']) ? (json['pairs'] as unknown[]) : [];
  const ignore = Array.isArray(json['ignore']) ? (json['ignore'] as unknown[]) : [];
  return {
    path,
    pairs: pairs.map((pair, index) => {
      const place = `pairs[${index}]`;
      if (!isRecord(pair) || typeof pair['candidate'] !== 'string' || typeof pair['entry'] !== 'string') {
        throw refuse('needs "candidate" and "entry", both text', place);
      }
      return {
        candidate: pair['candidate'],
        entry: pair['entry'],
        transform: transformFrom(pair['transform'], () => refuse('has an unknown transform', place)),
      };
    }),
    ignore: ignore.map((name, index) => {
      if (typeof name !== 'string') throw refuse('is not text', `ignore[${index}]`);
      return name;
    }),
  };
}

function transformFrom(value: unknown, refuse: () => LayerdiffError): Transform | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'none' || value === 'reshape') return { kind: value };
  const axes = isRecord(value) ? value['permutation'] : undefined;
  if (Array.isArray(axes) && axes.every((axis) => Number.isInteger(axis)))
    return { kind: 'permutation', axes: axes as number[] };
  throw refuse();
}

export function transformToJson(transform: Transform): unknown {
  return transform.kind === 'permutation' ? { permutation: transform.axes } : transform.kind;
}

/**
 * Rule 1.
 * @throws LayerdiffError `bad-request` for a name that neither side has.
 */
export function pairByMap(
  map: MapFile,
  graph: Graph,
  facts: ReadonlyMap<string, TensorFacts>,
  sample: DumpSample,
  ledger: Ledger,
): void {
  const entries = new Map(sample.entries.map((entry) => [entry.key, entry]));
  map.pairs.forEach((pair, index) => {
    const entry = entries.get(pair.entry);
    const missing = !graph.tensors.has(pair.candidate)
      ? `candidate tensor "${pair.candidate}"`
      : entry === undefined
        ? `dump entry "${pair.entry}"`
        : undefined;
    if (missing !== undefined || entry === undefined) {
      throw new LayerdiffError('bad-request', `there is no ${missing ?? ''}`, {
        file: map.path,
        place: `pairs[${index}]`,
        wayOut: 'see `layerdiff inspect` for the names',
      });
    }
    const dims = facts.get(pair.candidate)?.dims;
    const transform = pair.transform ?? fitShape(facts.get(pair.candidate), entry);
    if (transform === undefined || (dims !== undefined && !holdsFor(transform, dims, entry.dims))) {
      throw new LayerdiffError(
        'bad-request',
        `${pair.candidate} and ${pair.entry} have shapes that do not fit`,
        {
          file: map.path,
          place: `pairs[${index}]`,
          wayOut: 'give a transform, or drop the pair',
        },
      );
    }
    ledger.add({ tensor: pair.candidate, entry, rule: 'map', confidence: 'certain', transform });
  });
}

/** Pairs of the map that the matching does not hold, in words: nothing the user asked for goes without a word. */
export function lostMapPairs(map: MapFile, matching: Matching): { tensor: string; text: string }[] {
  const kept = new Map(matching.pairs.map((pair) => [pair.entry.key, pair.tensor]));
  const folded = new Map(matching.folded.map(({ entry, into }) => [entry.key, into]));
  return map.pairs
    .filter(({ candidate, entry }) => kept.get(entry) !== candidate)
    .map(({ candidate, entry }) => {
      const [other, into] = [kept.get(entry), folded.get(entry)];
      const why =
        other !== undefined
          ? `: the entry stands for ${other}`
          : into !== undefined
            ? `: the entry is folded into ${into}`
            : '';
      return {
        tensor: candidate,
        text: `the pair of ${candidate} and ${entry} in the map file is not used${why}`,
      };
    });
}

/**
 * Names that the map leaves out of every rule, and the sentence that says so.
 * @throws LayerdiffError `bad-request` for a name that neither side has, or that the map pairs as well.
 */
export function ignoredBy(
  map: MapFile | undefined,
  graph: Graph,
  sample: DumpSample,
): { readonly names: ReadonlySet<string>; readonly notes: readonly string[] } {
  if (map === undefined || map.ignore.length === 0) return { names: new Set(), notes: [] };
  const entries = new Set(sample.entries.map((entry) => entry.key));
  const paired = new Set(map.pairs.flatMap((pair) => [pair.candidate, pair.entry]));
  map.ignore.forEach((name, index) => {
    const place = { file: map.path, place: `ignore[${index}]` };
    if (!graph.tensors.has(name) && !entries.has(name)) {
      throw new LayerdiffError('bad-request', `nothing is called "${name}"`, {
        ...place,
        wayOut: 'see `layerdiff inspect` for the names',
      });
    }
    if (paired.has(name)) {
      throw new LayerdiffError('bad-request', `"${name}" is also in "pairs"`, {
        ...place,
        wayOut: 'keep it in one of the two',
      });
    }
  });
  const names = [...new Set(map.ignore)];
  return { names: new Set(names), notes: [`left out by the map file: ${names.join(', ')}`] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
