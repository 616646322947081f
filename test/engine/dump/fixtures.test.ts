import { describe, expect, test } from 'vitest';
import { openDump } from '../../../src/engine/dump/index.ts';
import { stridesOf } from '../../../src/engine/tensor/tensor.ts';
import { DTYPES } from '../../../src/shared/dtype.ts';
import { bytesOf, expectedDumps, fixture, refusalOf, seededRandom, valuesOf } from './support.ts';

const all = expectedDumps();
const readable = all.filter(([, expected]) => expected.refused === undefined);
const refused = all.filter(([, expected]) => expected.refused !== undefined);

describe('what numpy, torch, safetensors and onnx wrote is read as they meant it', () => {
  test.each(readable)('%s', (name, expected) => {
    const dump = openDump(fixture(name));
    expect(dump.format).toBe(expected.format);
    expect(dump.name).toBe(name);
    expect(dump.samples.map((sample) => sample.index)).toEqual(expected.samples.map((_, index) => index));
    const read = dump.samples.map((sample) =>
      sample.entries.map((entry) => [
        entry.key,
        { dtype: entry.dtype, dims: entry.dims, values: valuesOf(entry, dump) },
      ]),
    );
    expect(read.map(byName)).toEqual(expected.samples.map(byName));
    for (const [skippedName, reason] of expected.skipped) {
      expect(dump.skipped.find((skipped) => skipped.name === skippedName)?.reason).toContain(reason);
    }
    expect(dump.skipped.map((skipped) => skipped.name).sort()).toEqual(
      expected.skipped.map(([skippedName]) => skippedName).sort(),
    );
    dump.close();
  });
});

describe('what is no dump is refused in one line with a way out', () => {
  test.each(refused)('%s', (name, expected) => {
    const line = refusalOf(fixture(name));
    for (const words of expected.refused ?? []) expect(line).toContain(words);
    expect(line).toContain('; ');
    expect(line).not.toContain('fixtures');
  });
});

describe('a slice is the same bytes as in the whole', () => {
  test.each(readable)('%s', (name) => {
    const random = seededRandom(7);
    const dump = openDump(fixture(name));
    for (const entry of dump.samples.flatMap((sample) => sample.entries)) {
      const whole = bytesOf(entry, dump);
      const size = DTYPES[entry.dtype].bytes;
      const total = (entry.dims[0] ?? 1) * (stridesOf(entry.dims)[0] ?? 1);
      for (let round = 0; round < 20; round++) {
        const start = Math.floor(random() * (total + 1));
        const count = Math.floor(random() * (total - start + 1));
        const target = new Uint8Array(count * size + 3).fill(0xa5);
        dump.read(entry, start, count, target);
        expect(target.subarray(0, count * size)).toEqual(
          whole.subarray(start * size, (start + count) * size),
        );
        expect([...target.subarray(count * size)]).toEqual([0xa5, 0xa5, 0xa5]);
      }
    }
    dump.close();
  });
});

function byName<T extends readonly unknown[]>(entries: readonly T[]): T[] {
  return [...entries].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
}
