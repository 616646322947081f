import { beforeAll, expect, test } from 'vitest';
import { compareFiles } from '../../support/compare-files.ts';
import { shuffled } from '../../support/mutation/choice.ts';
import type { Variant } from '../../support/mutation/healthy.ts';
import {
  asExported,
  COMMITTED_VARIANTS,
  freshVariants,
  recordedVariants,
  reorderedVariant,
} from '../../support/mutation/healthy.ts';
import { seeded } from '../../support/random.ts';
import { keepResult, scratchFolder, SET } from './set.ts';

/** Nothing is wrong with these, and no fault may be claimed, ever. */
const SLICE = 30;
const LEAST = 200;

interface Said {
  readonly variant: Variant;
  readonly kinds: readonly string[];
  readonly sentence: string;
}

const folder = scratchFolder();
const python = process.env['LAYERDIFF_PYTHON'];
const said: Said[] = [];

beforeAll(async () => {
  for (const variant of await variantsOf()) {
    // Fusing leaves fewer of the export's values: how many is another question.
    const more = { optimization: variant.optimization, minCoverage: variant.what === 'level' ? 0 : 0.8 };
    const { verdict } = await compareFiles(variant.model, variant.dump, more);
    said.push({ variant, kinds: verdict.kinds, sentence: verdict.sentence });
  }
  const kinds = [...new Set(said.map((one) => one.variant.what))];
  const counts = kinds.map((what) => `${what} ${said.filter((one) => one.variant.what === what).length}`);
  console.log(
    [`healthy variants, seed ${SET.seed}: ${said.length} (${counts.join(', ')})`, ...claims()].join('\n'),
  );
  keepResult('healthy.json', said);
}, SET.timeout);

async function variantsOf(): Promise<Variant[]> {
  const random = seeded(SET.seed);
  const all = [...asExported(), ...recordedVariants(COMMITTED_VARIANTS, 'inputs')];
  const chosen = SET.isFull ? all : shuffled(all, random).slice(0, SLICE);
  for (let place = 0; place < SET.reordered; place++) {
    const variant = await reorderedVariant(SET.seed * 1_000_003 + place, folder);
    if (variant !== undefined) chosen.push(variant);
  }
  if (!SET.isFull) return chosen;
  if (python === undefined) console.log('LAYERDIFF_PYTHON names no Python: no other weights, fewer inputs');
  return python === undefined ? chosen : [...chosen, ...freshVariants(python, `${folder}/fresh`, [1, 2, 3])];
}

function claims(): string[] {
  return said
    .filter(({ kinds }) => kinds.join() !== 'no-fault')
    .map(({ variant, sentence }) => `${variant.name}: ${sentence}`);
}

test('no fault is claimed', () => {
  expect(said.length).toBeGreaterThanOrEqual(SET.isFull ? LEAST : SLICE);
  expect(claims()).toEqual([]);
});
