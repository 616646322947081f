import { expect, test } from 'vitest';
import type { ByteSource } from '../../../src/engine/dump/byte-source.ts';
import { memorySource } from '../../../src/engine/dump/byte-source.ts';
import { DecodedCache } from '../../../src/engine/dump/decoded-cache.ts';
import { StoredArray, storageExtent } from '../../../src/engine/dump/stored-array.ts';
import { elementCount } from '../../../src/engine/tensor/tensor.ts';
import { seededRandom } from './support.ts';

interface Read {
  readonly offset: number;
  readonly target: Uint8Array;
}

function counted(bytes: Uint8Array): { source: ByteSource; reads: Read[] } {
  const reads: Read[] = [];
  const memory = memorySource('x', bytes);
  const source = {
    ...memory,
    read: (offset: number, target: Uint8Array) => {
      reads.push({ offset, target });
      memory.read(offset, target);
    },
  };
  return { source, reads };
}

const noCache = () => new DecodedCache(0);

test('a contiguous slice is one positional read straight into the target', () => {
  const { source, reads } = counted(new Uint8Array(4096).map((_, index) => index));
  const array = new StoredArray({ source, byteOffset: 16, dtype: 'float32', dims: [10, 100] });
  const target = new Uint8Array(400);
  array.read(50, 100, target, noCache());
  expect(reads).toHaveLength(1);
  expect(reads[0]?.offset).toBe(16 + 50 * 4);
  expect(reads[0]?.target.buffer).toBe(target.buffer);
  expect(reads[0]?.target.byteLength).toBe(400);
});

test('strides that say nothing new do not cost the one read', () => {
  for (const [dims, strides] of [
    [
      [2, 3],
      [3, 1],
    ],
    [
      [1, 6],
      [77, 1],
    ],
    [
      [6, 1],
      [1, 77],
    ],
    [
      [1, 1],
      [5, 5],
    ],
  ] as const) {
    const { source, reads } = counted(new Uint8Array(64));
    new StoredArray({ source, byteOffset: 0, dtype: 'int32', dims, strides }).read(
      0,
      elementCount(dims),
      new Uint8Array(24),
      noCache(),
    );
    expect(reads).toHaveLength(1);
  }
});

test('slices of a transposed tensor read its storage once', () => {
  const { source, reads } = counted(new Uint8Array(100 * 100 * 4));
  const array = new StoredArray({
    source,
    byteOffset: 0,
    dtype: 'float32',
    dims: [100, 100],
    strides: [1, 100],
  });
  const cache = new DecodedCache(1 << 20);
  for (let row = 0; row < 100; row++) array.read(row * 100, 100, new Uint8Array(400), cache);
  expect(reads.reduce((sum, read) => sum + read.target.length, 0)).toBe(100 * 100 * 4);
});

test('any view, any slice, both byte orders: the elements that the strides name', () => {
  const random = seededRandom(1);
  const integer = (limit: number) => Math.floor(random() * limit);
  for (let round = 0; round < 400; round++) {
    const dims = Array.from({ length: integer(5) }, () => 1 + integer(4));
    const strides = dims.map(() => integer(30));
    const offset = integer(5);
    const extent = storageExtent(dims, strides, offset) ?? 0;
    const bytes = Uint8Array.from({ length: extent * 2 + 3 }, () => integer(256));
    const bigEndian = random() < 0.5;
    const source = memorySource('x', bytes);
    const array = new StoredArray({
      source,
      byteOffset: 3 + offset * 2,
      dtype: 'int16',
      dims,
      strides,
      bigEndian,
    });
    const expected = indicesOf(dims).map((index) => {
      const at = 3 + (offset + index.reduce((sum, value, axis) => sum + value * (strides[axis] ?? 0), 0)) * 2;
      const pair = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
      return bigEndian ? pair.reverse() : pair;
    });
    const start = integer(expected.length);
    const count = integer(expected.length - start + 1);
    const target = new Uint8Array(count * 2);
    array.read(start, count, target, new DecodedCache(round % 2 === 0 ? 0 : 1 << 20));
    expect([...target]).toEqual(expected.slice(start, start + count).flat());
  }
});

test('a view larger than the window, and one whose elements lie far apart', () => {
  const rows = 3000;
  const bytes = new Uint8Array(rows * 1024 * 4);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < rows * 1024; index++) view.setUint32(index * 4, index, true);
  const { source, reads } = counted(bytes);
  const transposed = {
    source,
    byteOffset: 0,
    dtype: 'uint32',
    dims: [1024, rows],
    strides: [1, 1024],
  } as const;
  const target = new Uint8Array(bytes.length);
  new StoredArray(transposed).read(0, 1024 * rows, target, noCache());
  const out = new Uint32Array(target.buffer);
  for (const [row, column] of [
    [0, 0],
    [1023, 2999],
    [517, 1234],
  ] as const) {
    expect(out[row * rows + column]).toBe(column * 1024 + row);
  }
  expect(reads.reduce((sum, read) => sum + read.target.length, 0)).toBe(bytes.length);
  reads.length = 0;
  const column = { ...transposed, dims: [rows], strides: [1024], byteOffset: 20 };
  new StoredArray(column).read(0, rows, new Uint8Array(rows * 4), noCache());
  expect(reads.reduce((sum, read) => sum + read.target.length, 0)).toBe(rows * 4);
});

test('slices of a view above the cache read band by band, not element by element', () => {
  const [rows, columns] = [5000, 4096];
  const { source, reads } = counted(new Uint8Array(rows * columns * 4));
  const dims = [columns, rows];
  const array = new StoredArray({ source, byteOffset: 0, dtype: 'float32', dims, strides: [1, columns] });
  const cache = new DecodedCache(64 * 1024 * 1024);
  const target = new Uint8Array(65_536 * 4);
  for (let start = 0; start + 65_536 <= rows * columns; start += 65_536)
    array.read(start, 65_536, target, cache);
  // A band may begin inside a row, whose elements lie far apart; slice by slice it would be 1.5 million reads.
  expect(reads.length).toBeLessThan(10_000);
});

test.each([
  [[2, 3], [3, 1], 0, 6],
  [[2, 3], [1, 2], 5, 11],
  [[4], [0], 2, 3],
  [[], [], 7, 8],
  [[0, 5], [9, 9], 3, 0],
  [[2], [-1], 0, undefined],
  [[2], [1], -1, undefined],
  [[2], [1, 1], 0, undefined],
  [[2 ** 30, 2 ** 30], [1, 1], 0, undefined],
  [[3], [2 ** 53], 0, undefined],
])('extent of dims %j strides %j from %i is %s', (dims, strides, offset, extent) => {
  expect(storageExtent(dims, strides, offset)).toBe(extent);
});

function indicesOf(dims: readonly number[]): number[][] {
  return dims.reduce<number[][]>(
    (indices, dim) => indices.flatMap((index) => Array.from({ length: dim }, (_, at) => [...index, at])),
    [[]],
  );
}
