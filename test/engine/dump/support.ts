import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { Dump, DumpEntry } from '../../../src/engine/dump/index.ts';
import { openDump } from '../../../src/engine/dump/index.ts';
import { typedArrayOf } from '../../../src/engine/tensor/typed-array.ts';
import { DTYPES, isComparableDtype } from '../../../src/shared/dtype.ts';
import { errorLine, errorToWire, isLayerdiffError } from '../../../src/shared/errors.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/dumps/', import.meta.url));

export function fixture(name: string): string {
  return join(FIXTURES, name);
}

/** What the libraries that wrote the fixtures say about them. */
export interface Expected {
  readonly format: string;
  readonly samples: readonly (readonly [string, ExpectedTensor])[][];
  readonly skipped: readonly [string, string][];
  readonly refused?: readonly string[];
}

export interface ExpectedTensor {
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly values: readonly (number | string)[];
}

export function expectedDumps(): [string, Expected][] {
  return Object.entries(
    JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as Record<string, Expected>,
  );
}

export function bytesOf(entry: DumpEntry, dump: Dump): Uint8Array {
  const count = entry.dims.reduce((product, dim) => product * dim, 1);
  const bytes = new Uint8Array(count * DTYPES[entry.dtype].bytes);
  dump.read(entry, 0, count, bytes);
  return bytes;
}

/** The entry's values as `expected.json` writes them: exact, non-finite and large ones as text. */
export function valuesOf(entry: DumpEntry, dump: Dump): (number | string)[] {
  if (!isComparableDtype(entry.dtype)) throw new Error(`${entry.dtype} cannot be read`);
  const raw = [...typedArrayOf(entry.dtype, bytesOf(entry, dump))];
  if (entry.dtype === 'float16') return raw.map((bits) => written(halfOf(Number(bits))));
  if (entry.dtype === 'bfloat16') return raw.map((bits) => written(brainOf(Number(bits))));
  return raw.map(written);
}

function written(value: number | bigint): number | string {
  if (typeof value === 'bigint') {
    return value > -(2n ** 53n) && value < 2n ** 53n ? Number(value) : String(value);
  }
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function brainOf(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}

let scratch: string | undefined;
let files = 0;

afterAll(() => {
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  scratch = undefined;
});

export function scratchFolder(): string {
  scratch ??= mkdtempSync(join(tmpdir(), 'dump-'));
  return mkdtempSync(join(scratch, 'f-'));
}

/** A file of its own; the name keeps the extension. */
export function scratchFile(name: string, bytes: Uint8Array | string): string {
  scratch ??= mkdtempSync(join(tmpdir(), 'dump-'));
  const path = join(scratch, `${files++}-${name}`);
  writeFileSync(path, bytes);
  return path;
}

/** The one line a user would see, or `undefined` if the file was read to the end. Any other error is a bug. */
export function refusalOf(path: string): string | undefined {
  let dump: Dump | undefined;
  try {
    dump = openDump(path);
    for (const sample of dump.samples) for (const entry of sample.entries) bytesOf(entry, dump);
    return undefined;
  } catch (error) {
    if (!isLayerdiffError(error)) throw error;
    return errorLine(errorToWire(error));
  } finally {
    dump?.close();
  }
}

export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
