import type ort from 'onnxruntime-node';
import type { Report, TensorRow } from '../../../src/shared/report.ts';
import { compareFiles } from '../compare-files.ts';
import type { Proto } from '../edit-model.ts';
import { readProto } from '../edit-model.ts';
import { seeded } from '../random.ts';
import { recordedEntries } from '../recorded-entries.ts';
import { recordedFeeds } from '../recorded-feeds.ts';
import { allShapes } from './all-shapes.ts';
import { cutOut, recordedName } from './cut-out.ts';
import { floorsOf } from './noise-floor.ts';
import { nameOf, nodesOf } from './nodes.ts';
import { permuted } from './permuted.ts';
import type { Values } from './plain-run.ts';
import { runPlain, valuesOf } from './plain-run.ts';
import { stretchNodes } from './stretch-nodes.ts';

/** Where a real export lies. */
export interface Export {
  readonly name: string;
  readonly model: string;
  readonly dump: string;
}

/** A healthy export with all that is measured of it before it is edited. Numbers come from the plain runtime. */
export interface Subject extends Export {
  readonly proto: Proto;
  readonly dims: ReadonlyMap<string, readonly number[]>;
  /** Recorded value of each tensor that the healthy report pairs, in the export's shape; in execution order. */
  readonly recorded: ReadonlyMap<string, ort.Tensor>;
  /** Model inputs, and the recorded values under the names by which a cut-out reads them. */
  readonly feeds: Readonly<Record<string, ort.Tensor>>;
  /** Names of the nodes of the stretch of each paired tensor. */
  readonly stretches: ReadonlyMap<string, ReadonlySet<string>>;
  /** What each stretch computes from recorded values, and the noise floor of that. */
  readonly own: ReadonlyMap<string, Values>;
  readonly ownFloors: ReadonlyMap<string, number>;
  readonly outputs: ReadonlyMap<string, Values>;
  readonly outputFloors: ReadonlyMap<string, number>;
}

/** @throws Error where the export is not healthy or does not run. */
export async function subjectOf(from: Export, seed = 1): Promise<Subject> {
  const proto = readProto(from.model);
  const report = await compareFiles(from.model, from.dump, { sample: 0 });
  if (report.verdict.kind !== 'no-fault') throw new Error(`${from.name}: ${report.verdict.sentence}`);
  const recorded = recordedValues(report, from.dump);
  const inputs = recordedFeeds(proto, from.dump);
  const fed = [...recorded].map(([name, tensor]) => [recordedName(name), tensor] as const);
  const feeds = { ...inputs, ...Object.fromEntries(fed) };
  const names = [...recorded.keys()];
  const truth = new Map([...recorded].map(([name, tensor]) => [name, valuesOf(tensor)]));
  const own = await measured(cutOut(proto, recorded, names), feeds, truth, seeded(seed));
  const whole = await measured(proto, inputs, truth, seeded(seed));
  const known = new Set(nodesOf(proto).map(nameOf));
  if (known.size !== nodesOf(proto).length) throw new Error(`${from.name}: nodes share names`);
  return {
    ...from,
    proto,
    dims: await allShapes(proto, inputs),
    recorded,
    feeds,
    stretches: new Map(names.map((name) => [name, stretchNodes(proto, new Set(names), name)])),
    own: own.values,
    ownFloors: own.floors,
    outputs: whole.values,
    outputFloors: whole.floors,
  };
}

async function measured(
  proto: Proto,
  feeds: Readonly<Record<string, ort.Tensor>>,
  truth: ReadonlyMap<string, Values>,
  random: () => number,
): Promise<{ values: ReadonlyMap<string, Values>; floors: ReadonlyMap<string, number> }> {
  const values = await runPlain(proto, feeds);
  if (values === undefined) throw new Error('the plain runtime refuses the healthy model');
  return { values, floors: await floorsOf(proto, feeds, values, truth, random) };
}

function recordedValues(report: Report, dump: string): Map<string, ort.Tensor> {
  const entries = recordedEntries(dump);
  return new Map(
    report.tensors.flatMap((row) => {
      const value = recordedValue(row, entries);
      return value === undefined ? [] : [[row.name, value] as const];
    }),
  );
}

/** Undefined where the row was not compared alone, or the recorded value cannot be fed as it is. */
function recordedValue(row: TensorRow, entries: ReadonlyMap<string, ort.Tensor>): ort.Tensor | undefined {
  const [pair] = row.pairs;
  const entry = entries.get(pair?.entry ?? '');
  if (
    pair === undefined ||
    entry === undefined ||
    entry.type !== row.dtype ||
    row.local === undefined ||
    row.shape === undefined
  )
    return undefined;
  const { transform } = pair;
  const ordered = typeof transform === 'string' ? entry : permuted(entry, transform.permutation);
  return ordered.reshape(row.shape);
}
