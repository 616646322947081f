import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  openSync,
  readdirSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDump, registry } from '../../../src/engine/dump/index.ts';
import type { DumpEntry } from '../../../src/engine/dump/index.ts';
import { isLayerdiffError } from '../../../src/shared/errors.ts';
import { bytesOf, fixture, scratchFile, scratchFolder, valuesOf } from './support.ts';
import { npyBytes, safetensorsBytes } from './writers.ts';

const ONE_BYTE = npyBytes("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", 1);

describe('entries of bare dumps', () => {
  test('go by their own name and claim no module', () => {
    const dump = openDump(fixture('odd.pt'));
    expect(dump.recording).toBeUndefined();
    for (const entry of dump.samples[0]?.entries ?? []) {
      expect(entry.path).toBe(entry.key);
      expect([entry.call, entry.role, entry.index, entry.isModulePath]).toEqual([0, 'output', 0, false]);
    }
  });

  test('the same tensor under two names is one storage, a view of it another', () => {
    for (const name of ['odd.pt', 'odd_legacy.pth']) {
      const entries = openDump(fixture(name)).samples[0]?.entries ?? [];
      const storage = new Map(entries.map((entry) => [entry.key, entry.storage]));
      expect(storage.get('same')).toBe(storage.get('base'));
      expect(new Set(['base', 'view', 'transposed', 'row'].map((key) => storage.get(key))).size).toBe(4);
    }
  });

  test('ONNX test data knows its inputs and outputs by position, each set is a sample', () => {
    const [first, second] = openDump(fixture('test_data')).samples;
    const named = (list: readonly { name: string; entry: DumpEntry }[] | undefined) =>
      list?.map(({ name, entry }) => [name, entry.key, entry.role, entry.index]);
    expect(named(first?.inputs)).toEqual([
      ['input_0', 'x', 'input', 0],
      ['input_1', 'input_1', 'input', 1],
    ]);
    expect(named(second?.outputs)).toEqual([['output_0', 'y', 'output', 0]]);
  });

  test('Polygraphy inputs are inputs by name', () => {
    const [first] = openDump(fixture('inputs.json')).samples;
    expect(first?.inputs.map(({ name, entry }) => [name, entry.role])).toEqual([['x', 'input']]);
  });

  test('arrays of a folder come in the order of their numbers', () => {
    const [sample] = openDump(fixture('arrays')).samples;
    expect(sample?.entries.map((entry) => entry.key)).toEqual(['2_relu', '10_conv', 'block/inner']);
  });

  test('the second tensor of one name is left out by name', () => {
    const path = scratchFile('x.json', `[{"a": {"array": "${base64()}"}, "a": {"array": "${base64()}"}}]`);
    const dump = openDump(path);
    expect(dump.samples[0]?.entries).toHaveLength(1);
    expect(dump.skipped).toEqual([{ name: 'a', reason: 'another tensor has the same name' }]);
  });

  test('base64 of a large array is read by range', () => {
    const count = 300_000;
    const array = Buffer.from(
      npyBytes(`{'descr': '<u4', 'fortran_order': False, 'shape': (${count},)}`, count * 4),
    );
    for (let index = 0; index < count; index++)
      array.writeUInt32LE(index, array.length - (count - index) * 4);
    const dump = openDump(scratchFile('x.json', `[{"a": {"array": "${array.toString('base64')}"}}]`));
    const [entry] = dump.samples[0]?.entries ?? [];
    const values = valuesOf(must(entry), dump);
    expect(values.every((value, index) => value === index)).toBe(true);
    const two = new Uint8Array(8);
    dump.read(must(entry), 299_998, 2, two);
    expect([...new Uint32Array(two.buffer)]).toEqual([299_998, 299_999]);
  });
});

describe('reading', () => {
  test('a hundred gigabytes are listed by their headers and read by slices', () => {
    const size = 100 * 2 ** 30;
    const header = JSON.stringify({ big: { dtype: 'U8', shape: [size], data_offsets: [0, size] } });
    const path = scratchFile('big.safetensors', safetensorsBytes(header, 0));
    const file = openSync(path, 'r+');
    const start = 8 + header.length;
    ftruncateSync(file, start + size);
    writeSync(file, Uint8Array.of(1, 2, 3), 0, 3, start + size - 3);
    closeSync(file);
    const dump = openDump(path);
    const target = new Uint8Array(4);
    dump.read(must(dump.samples[0]?.entries[0]), size - 4, 4, target);
    expect([...target]).toEqual([0, 1, 2, 3]);
    dump.close();
  });

  test('a file that changes after it was opened is not believed', () => {
    const path = scratchFile('x.npy', ONE_BYTE);
    const dump = openDump(path);
    const entry = must(dump.samples[0]?.entries[0]);
    expect(bytesOf(entry, dump)).toHaveLength(1);
    appendFileSync(path, 'more');
    expect(() => bytesOf(entry, dump)).toThrow(/changed since it was opened/);
    utimesSync(path, 1, 1);
    expect(() => bytesOf(entry, dump)).toThrow(/changed since it was opened/);
  });

  test('a folder of more files than may be open at a time', () => {
    const folder = scratchFolder();
    for (let index = 0; index < 300; index++) {
      const bytes = Uint8Array.from(ONE_BYTE);
      bytes[bytes.length - 1] = index % 256;
      writeFileSync(join(folder, `${index}.npy`), bytes);
    }
    const before = openDescriptors();
    const dump = openDump(folder);
    expect(openDescriptors() - before).toBeLessThanOrEqual(64);
    const entries = dump.samples[0]?.entries ?? [];
    for (const entry of [...entries, ...[...entries].reverse()]) {
      expect([...bytesOf(entry, dump)]).toEqual([Number(entry.key) % 256]);
    }
    dump.close();
    expect(openDescriptors()).toBe(before);
  });

  test('a refused file is not left open', () => {
    const before = openDescriptors();
    for (let round = 0; round < 10; round++) expect(() => openDump(fixture('hostile.pt'))).toThrow();
    expect(openDescriptors()).toBe(before);
  });

  test('what is asked for beyond the tensor, into too small a target, or after closing', () => {
    const dump = openDump(fixture('c_order.npy'));
    const entry = must(dump.samples[0]?.entries[0]);
    const tagOf = (run: () => void): string | undefined => {
      try {
        run();
      } catch (error) {
        return isLayerdiffError(error) ? error.tag : 'another error';
      }
      return undefined;
    };
    const target = new Uint8Array(96);
    expect(tagOf(() => dump.read(entry, 0, 24, target))).toBeUndefined();
    expect(tagOf(() => dump.read(entry, 24, 0, target))).toBeUndefined();
    expect(tagOf(() => dump.read(entry, 0, 25, target))).toBe('bad-request');
    expect(tagOf(() => dump.read(entry, -1, 1, target))).toBe('bad-request');
    expect(tagOf(() => dump.read(entry, 0.5, 1, target))).toBe('bad-request');
    expect(tagOf(() => dump.read(entry, 0, 24, target.subarray(1)))).toBe('bad-request');
    expect(tagOf(() => dump.read({ ...entry, locator: {} }, 0, 1, target))).toBe('bad-request');
    dump.close();
    expect(tagOf(() => dump.read(entry, 0, 1, target))).toBe('bad-file');
  });
});

test('every format is in the table, and every line says what it reads', () => {
  expect(registry.map((reader) => `${reader.kind}: ${reader.format}: ${reader.described}`))
    .toMatchInlineSnapshot(`
    [
      "folder: layerdiff: a layerdiff dump folder",
      "file: safetensors: .safetensors",
      "file: npy: .npy",
      "file: npz: .npz",
      "file: torch: .pt/.pth/.bin of torch.save",
      "file: polygraphy: Polygraphy JSON (--save-outputs, --save-inputs)",
      "folder: npy-folder: a folder of .npy",
      "folder: onnx-test-data: a folder of ONNX test data (.pb)",
      "file: onnx-test-data: one ONNX tensor (.pb)",
    ]
  `);
});

function openDescriptors(): number {
  return readdirSync('/dev/fd').length;
}

function base64(): string {
  return Buffer.from(ONE_BYTE).toString('base64');
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('is missing');
  return value;
}
