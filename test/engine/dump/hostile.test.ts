import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openDump } from '../../../src/engine/dump/index.ts';
import { fixture, refusalOf, scratchFile, scratchFolder } from './support.ts';
import { npyBytes, pickledTensor, safetensorsBytes, storedZip } from './writers.ts';

describe('sizes that a file claims are believed only as far as the file goes', () => {
  test.each([
    ['2^63 bytes of header', new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0x80, 0x7b]), 'header claims'],
    ['more header than file', safetensorsBytes('{}', 0, 1000), 'header claims'],
    ['a header that is no JSON', safetensorsBytes('{]', 0), 'not JSON'],
    ['a header that is a list', safetensorsBytes('[]', 0), 'not a JSON object'],
    ['data beyond the file', tensorHeader('F32', [2], [0, 8], 4), 'outside the file'],
    ['a shape larger than the data', tensorHeader('F32', [3], [0, 8], 8), 'does not fit'],
    ['a product above 2^53', tensorHeader('F32', [2 ** 40, 2 ** 40], [0, 8], 8), 'does not fit'],
    ['a negative dim', tensorHeader('F32', [-1, -2], [0, 8], 8), 'lacks dtype, shape'],
    ['a fractional dim', tensorHeader('F32', [0.5, 4], [0, 8], 8), 'lacks dtype, shape'],
    ['offsets in the wrong order', tensorHeader('F32', [1], [8, 4], 8), 'outside the file'],
    [
      'overlapping data',
      safetensorsBytes(
        JSON.stringify({
          a: { dtype: 'U8', shape: [4], data_offsets: [0, 4] },
          b: { dtype: 'U8', shape: [4], data_offsets: [3, 7] },
        }),
        8,
      ),
      'overlap',
    ],
  ])('safetensors: %s', (_, bytes, words) => {
    expect(refusalOf(scratchFile('x.safetensors', bytes))).toContain(words);
  });

  test.each([
    [
      'a shape larger than the file',
      npyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (1000, 1000)}", 4),
      'cut short',
    ],
    [
      'a product above 2^53',
      npyBytes(`{'descr': '<f4', 'fortran_order': False, 'shape': (${2 ** 40}, ${2 ** 40})}`, 4),
      'not possible',
    ],
    [
      'a negative dim',
      npyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", 4),
      'not possible',
    ],
    ['a call in the header', npyBytes("__import__('os').system('false')", 4), 'not the dict'],
    [
      'a call in the shape',
      npyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (len('ab'),)}", 8),
      'not the dict',
    ],
    ['brackets without end', npyBytes(`{'descr': ${'['.repeat(60_000)}`, 4), 'not the dict'],
    [
      'a header above the limit',
      npyBytes(`{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}${' '.repeat(2 ** 20)}`, 4, 2),
      'more than 65536',
    ],
    ['version 9', npyBytes('{}', 0, 9), 'version 9'],
  ])('npy: %s', (_, bytes, words) => {
    expect(refusalOf(scratchFile('x.npy', bytes))).toContain(words);
  });

  test.each([
    ['data in 2^40 × 2^40', [2 ** 40, 2 ** 40], [1, 1], 'size [1099511627776'],
    ['a stride beyond the storage', [2, 2], [1, 2 ** 50], 'beyond its storage'],
    ['a negative stride', [2], [-1], 'stride [-1]'],
    ['more strides than dims', [2], [1, 1], 'stride [1, 1]'],
  ])('torch: %s', (_, dims, strides, words) => {
    const zip = storedZip({
      'x/data.pkl': pickledTensor(4, 0, dims, strides),
      'x/data/0': new Uint8Array(16),
    });
    expect(refusalOf(scratchFile('x.pt', zip))).toContain(words);
  });

  test('torch: a storage that is shorter than promised, or missing', () => {
    const pickle = pickledTensor(2 ** 40, 0, [4], [1]);
    const short = storedZip({ 'x/data.pkl': pickle, 'x/data/0': new Uint8Array(16) });
    expect(refusalOf(scratchFile('x.pt', short))).toContain('a storage of 16 bytes');
    expect(refusalOf(scratchFile('x.pt', storedZip({ 'x/data.pkl': pickle })))).toContain('is missing');
  });

  test('torch: a terabyte expanded from one element is left out, a gigabyte is listed', () => {
    const open = (dims: number[], strides: number[]) =>
      openDump(
        scratchFile(
          'x.pt',
          storedZip({ 'x/data.pkl': pickledTensor(4, 0, dims, strides), 'x/data/0': new Uint8Array(16) }),
        ),
      );
    expect(open([2 ** 20, 2 ** 20], [0, 0]).skipped[0]?.reason).toContain('expanded from 1');
    const dump = open([2 ** 28], [0]);
    const target = new Uint8Array(8).fill(1);
    const [entry] = dump.samples[0]?.entries ?? [];
    if (entry === undefined) throw new Error('no entry');
    dump.read(entry, 2 ** 28 - 2, 2, target);
    expect([...target]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('zip: a member that inflates to more than it claims, and claims that deflate cannot keep', () => {
    const bomb = deflateRawSync(new Uint8Array(64 * 1024 * 1024));
    const modest = storedZip({ 'a.npy': bomb }, { method: 8, bytes: 200 });
    expect(refusalOf(scratchFile('x.npz', modest))).toContain('.npy');
    const boast = storedZip({ 'a.npy': deflateRawSync(new Uint8Array(8)) }, { method: 8, bytes: 2 ** 31 });
    expect(refusalOf(scratchFile('x.npz', boast))).toMatch(/too many to inflate|more than its data/);
    const lie = storedZip({ 'a.npy': deflateRawSync(new Uint8Array(8)) }, { method: 8, bytes: 2 ** 20 });
    expect(refusalOf(scratchFile('x.npz', lie))).toContain('more than its data can hold');
    expect(refusalOf(scratchFile('x.npz', storedZip({ 'a.npy': bomb }, { method: 12 })))).toContain(
      'method 12',
    );
  });

  test('onnx: dims, lengths and counts', () => {
    const proto = (...bytes: number[]) => refusalOf(scratchFile('input_0.pb', Uint8Array.from(bytes)));
    const huge = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40];
    expect(proto(0x08, ...huge, 0x08, ...huge, 0x10, 1, 0x4a, 0)).toContain('not possible');
    expect(proto(0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0x10, 1)).toContain(
      'not possible',
    );
    expect(proto(0x08, 4, 0x10, 1, 0x4a, 4, 0, 0, 0, 0)).toContain('needs 16 bytes');
    expect(proto(0x08, 4, 0x10, 7, 0x3a, 2, 1, 1)).toContain('needs 32 bytes');
    expect(proto(0x08, 2, 0x10, 7, 0x3a, 4, 1, 1, 1, 1)).toContain('holds 4 values');
    expect(proto(0x0a, ...huge)).toContain('ends outside');
    expect(proto(0x08, ...Array<number>(12).fill(0xff))).toContain('more than ten bytes');
    expect(proto(...Array.from({ length: 100 }, () => [0x08, 1]).flat(), 0x10, 1)).toContain('too many dims');
    expect(proto(0x0b, 0x0b, 0x0b)).toContain('not protobuf');
  });
});

describe('nothing is nested or shared without end', () => {
  const pickle = (program: string) =>
    refusalOf(scratchFile('x.pt', storedZip({ 'x/data.pkl': Buffer.from(program, 'latin1') })));

  test('containers of containers', () => {
    expect(pickle(`\x80\x02${']'.repeat(500)}${'a'.repeat(499)}.`)).toContain('nested');
    expect(pickle(`\x80\x02${'('.repeat(5000)}t.`)).toContain('nested too deeply');
  });

  test('a list in itself', () => {
    expect(pickle('\x80\x02]q\0h\0a.')).toContain('nested');
  });

  test('a list that doubles with every level', () => {
    const doubled = Array.from({ length: 60 }, (_, level) => {
      const memo = (at: number) => String.fromCharCode(at);
      return `]q${memo(level + 1)}h${memo(level)}ah${memo(level)}a0`;
    }).join('');
    expect(pickle(`\x80\x02]q\0(lq\0]a0${doubled}h\x3c.`)).toMatch(/nested|values/);
  });

  test('a loop of nothing, a stack that is empty, a memo that was not written', () => {
    expect(pickle('\x80\x02' + ')0'.repeat(3_000_000) + 'N.')).toContain('too many objects');
    expect(pickle('\x80\x02R.')).toContain('takes more than there is');
    expect(pickle('\x80\x02h\x07.')).toContain('memo 7');
    expect(pickle('\x80\x02ctorch\nFloatStorage\n)R.')).toContain('refuses to call `torch.FloatStorage`');
    expect(pickle('\x80\x02)Q.')).toContain('no storage');
    expect(pickle('\x80\x09.')).toContain('newer than 5');
  });

  test('JSON', () => {
    expect(refusalOf(scratchFile('x.json', `{"lst": ${'['.repeat(100_000)}`))).toContain('nested');
    expect(refusalOf(scratchFile('x.json', `{"${'k'.repeat(200_000)}": 1, "lst": []}`))).toContain(
      'name of 200000',
    );
  });
});

describe('files that are not what they seem', () => {
  test('a pipe is not waited for, a missing path is said', () => {
    const pipe = join(scratchFolder(), 'acts.pt');
    execFileSync('mkfifo', [pipe]);
    expect(refusalOf(pipe)).toContain('acts.pt: is not a regular file');
    expect(refusalOf('/nowhere/acts.pt')).toContain('there is no such file');
    expect(refusalOf(scratchFolder())).toContain('an empty folder');
  });

  test('links to values outside the folder are refused, both kinds', () => {
    const folder = scratchFolder();
    const secret = scratchFile('secret.data', new Uint8Array(8));
    const proto = (location: string) =>
      Uint8Array.from([
        ...[0x08, 2, 0x10, 1, 0x70, 1, 0x6a, 4 + 8 + location.length, 0x0a, 8],
        ...Buffer.from('location'),
        ...[0x12, location.length],
        ...Buffer.from(location),
      ]);
    writeFileSync(join(folder, 'input_0.pb'), proto('soft'));
    symlinkSync(secret, join(folder, 'soft'));
    expect(refusalOf(folder)).toContain('is a link');
    writeFileSync(join(folder, 'input_0.pb'), proto('hard'));
    linkSync(secret, join(folder, 'hard'));
    expect(refusalOf(folder)).toContain('is a link');
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real', 'values'), new Uint8Array(8));
    writeFileSync(join(folder, 'input_0.pb'), proto('real/values'));
    expect(refusalOf(folder)).toBeUndefined();
    writeFileSync(join(folder, 'input_0.pb'), proto('real'));
    expect(refusalOf(folder)).toContain('no regular file');
  });

  test('names never reach a terminal as they are', () => {
    const header = { 'a\u001b[2J\u202e': { dtype: 'F32', shape: [9], data_offsets: [0, 4] } };
    const line = refusalOf(scratchFile('x.safetensors', safetensorsBytes(JSON.stringify(header), 4)));
    expect(line).toContain('\\u001b[2J\\u202e');
  });

  test('the content decides, not the extension', () => {
    expect(openDump(fixture('odd.pt')).format).toBe('torch');
    const npz = scratchFile(
      'acts.pt',
      storedZip({ 'a.npy': npyBytes("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", 1) }),
    );
    expect(openDump(npz).format).toBe('npz');
    const tensors = scratchFile('acts.bin', tensorHeader('U8', [4], [0, 4], 4));
    expect(openDump(tensors).format).toBe('safetensors');
  });
});

function tensorHeader(dtype: string, shape: number[], offsets: number[], dataBytes: number): Uint8Array {
  return safetensorsBytes(JSON.stringify({ x: { dtype, shape, data_offsets: offsets } }), dataBytes);
}
