import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { VerdictKind } from '../../../src/shared/report.ts';

/** One candidate as `scripts/fixtures/make_catalogue.py` wrote and measured it. */
export interface Fixture {
  readonly file: string;
  readonly exporter: string;
  /** Folder of the recording it is compared with. */
  readonly dump: string;
  readonly kind: VerdictKind;
  readonly change: string;
  /** Of each sample, over the outputs: largest difference from PyTorch, largest recorded magnitude. */
  readonly samples: readonly { readonly maxAbs: number; readonly referenceMax: number }[];
  /** Per place at fault its nodes and, where there is a healthy twin, the difference that they make. */
  readonly sites: readonly { readonly nodes: readonly string[]; readonly maxAbs?: number }[];
  /** Where every node was also run in a session of its own: non-finite elements by node, in execution order. */
  readonly nodeByNode?: { readonly nonFinite: Readonly<Record<string, number>> };
}

/** A fixture with what lies outside of the graph. */
export interface StageFixture extends Fixture {
  /** Where several fixtures are of one file. */
  readonly name?: string;
  /** Folder of the deployed side's recording: inputs, outputs, final detections. */
  readonly deployed?: string;
  readonly image?: string;
}

/** Cases outside of the graph: `stages.test.ts`. */
export const STAGE_IDS = ['O12', 'O13', 'O14', 'ALL'];

const ROOT = fileURLToPath(new URL('../../fixtures/catalogue/', import.meta.url));

export const catalogueFile = (id: string, name: string): string => `${ROOT}${id}/${name}`;
export const caseIds = (): string[] => readdirSync(ROOT).filter((id) => !STAGE_IDS.includes(id));

export function fixturesOf(id: string): readonly StageFixture[] {
  const manifest = JSON.parse(readFileSync(catalogueFile(id, 'manifest.json'), 'utf8')) as {
    readonly files: readonly StageFixture[];
  };
  return manifest.files;
}

export function fixtureOf(id: string, name: string): Fixture {
  const found = fixturesOf(id).find((one) => one.file === `${name}.onnx`);
  if (found === undefined) throw new Error(`no fixture ${id}/${name}.onnx`);
  return found;
}
