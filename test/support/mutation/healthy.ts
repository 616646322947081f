import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CompareOptions } from '../../../src/shared/progress.ts';
import { exportFile } from '../demo.ts';
import { readProto, writeProto } from '../edit-model.ts';
import { seeded } from '../random.ts';
import { recordedFeeds } from '../recorded-feeds.ts';
import { effect } from '../tensor-effect.ts';
import { DEMO_EXPORT, EXPORTS } from './exports.ts';
import { runPlain } from './plain-run.ts';
import { reordered } from './reordered.ts';
import type { Export } from './subject.ts';

/** A model and a dump between which there is nothing but rounding. */
export interface Variant extends Export {
  readonly what: 'opset' | 'recording' | 'level' | 'inputs' | 'order' | 'seed';
  readonly optimization: CompareOptions['optimization'];
}

const ALL = [...EXPORTS, DEMO_EXPORT];

/** The exports at every opset, at each level of optimisation, and against every dump that was made of them. */
export function asExported(): Variant[] {
  const recordings: Readonly<Record<string, readonly string[]>> = {
    residual: ['dump-full', 'dump-referee', 'dump-op', 'dump-session'],
    transformer: ['dump-op'],
  };
  return ALL.flatMap((one): Variant[] => {
    const [net = ''] = one.name.split('/');
    return [
      { ...one, what: 'opset', optimization: 'disabled' },
      ...(['basic', 'extended', 'all'] as const).map((optimization): Variant => ({
        ...one,
        name: `${one.name} at ${optimization}`,
        what: 'level',
        optimization,
      })),
      ...(recordings[net] ?? []).map((dump): Variant => ({
        ...one,
        name: `${one.name} against ${dump}`,
        dump: exportFile(`${net}/${dump}`),
        what: 'recording',
        optimization: 'disabled',
      })),
    ];
  });
}

/** What torch recorded on other inputs, at other scales: `scripts/fixtures/make_variants.py`. */
export function recordedVariants(folder: string, what: 'inputs' | 'seed'): Variant[] {
  const rows = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as readonly {
    readonly what: string;
    readonly name: string;
    readonly model: string | null;
    readonly dump: string;
  }[];
  return rows.map((row) => ({
    name: `${row.name}, ${row.what}`,
    model: row.model === null ? exportFile(`${row.name}.onnx`) : `${folder}/${row.model}`,
    dump: `${folder}/${row.dump}`,
    what,
    optimization: 'disabled',
  }));
}

export const COMMITTED_VARIANTS = fileURLToPath(new URL('../../fixtures/variants', import.meta.url));

/** Records with torch what the committed dumps leave out: other weights, more inputs. */
export function freshVariants(python: string, folder: string, seeds: readonly number[]): Variant[] {
  mkdirSync(folder, { recursive: true });
  const script = fileURLToPath(new URL('../../../scripts/fixtures/make_variants.py', import.meta.url));
  execFileSync(python, [script, folder, ...seeds.map(String)], { stdio: 'ignore' });
  return recordedVariants(folder, 'seed');
}

/** No order of a sum moves an output by this share of its largest value: what does is another function. */
const ROUNDING = 1e-5;

/** @throws Error where the plain runtime finds more than rounding between the export and its variant. */
export async function reorderedVariant(seed: number, folder: string): Promise<Variant | undefined> {
  const random = seeded(seed);
  const from = ALL[Math.floor(random() * ALL.length)] ?? DEMO_EXPORT;
  const proto = readProto(from.model);
  const made = reordered(proto, random);
  if (made === undefined) return undefined;
  const feeds = recordedFeeds(proto, from.dump);
  const before = await runPlain(proto, feeds);
  const after = await runPlain(made.proto, feeds);
  for (const [name, { numbers }] of before ?? []) {
    const moved = effect(numbers, after?.get(name)?.numbers ?? []);
    if (!(moved < ROUNDING)) throw new Error(`${from.name}, ${made.label}: ${name} moves by ${moved}`);
  }
  mkdirSync(folder, { recursive: true });
  const model = `${folder}/order-${seed}.onnx`;
  writeProto(made.proto, model);
  return {
    name: `${from.name}, ${made.label}`,
    model,
    dump: from.dump,
    what: 'order',
    optimization: 'disabled',
  };
}
