import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Arena, arenaBytes } from '../../../src/engine/run/arena.ts';
import { Carried } from '../../../src/engine/run/carry.ts';
import type { Tensor } from '../../../src/engine/tensor/index.ts';

const tensor = (length: number, fill: number): Tensor => ({
  dtype: 'uint8',
  dims: [length],
  bytes: new Uint8Array(length).fill(fill),
});

describe('values between segments', () => {
  let folder = '';
  const before = process.env['TMPDIR'];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'layerdiff-carry-'));
    process.env['TMPDIR'] = folder;
  });
  afterEach(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true });
  });
  const onDisk = (): number =>
    readdirSync(folder)
      .map((name) => join(folder, name, 'carried'))
      .filter((path) => existsSync(path))
      .reduce((sum, path) => sum + statSync(path).size, 0);

  test('up to the limit in memory, the rest on disk, all of it as it was', () => {
    const carried = new Carried(100);
    const sources = [tensor(60, 1), tensor(50, 2), tensor(40, 3), tensor(1, 4), tensor(0, 5)];
    sources.forEach((one, index) => carried.put(`v${index}`, one));
    // 60 + 40 fit; 50 and 1 do not; nothing needs no place.
    expect(onDisk()).toBe(51);
    expect(sources.map((_, index) => carried.bytesToLoad(`v${index}`))).toEqual([0, 50, 0, 1, 0]);
    // The maker's memory is used anew: what is carried must not be a view of it.
    const expected = sources.map((one) => one.bytes.slice());
    for (const one of sources) one.bytes.fill(99);
    const arena = new Arena();
    arena.reset(arenaBytes(50) + arenaBytes(1));
    expect(sources.map((_, index) => carried.get(`v${index}`, arena)?.bytes)).toEqual(expected);
    carried.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('what is dropped makes room in memory', () => {
    const carried = new Carried(100);
    carried.put('a', tensor(100, 1));
    carried.drop('a');
    expect(carried.get('a', new Arena())).toBeUndefined();
    carried.put('b', tensor(100, 2));
    expect(onDisk()).toBe(0);
    expect(carried.has('b')).toBe(true);
    expect(carried.get('b', new Arena())?.bytes).toEqual(new Uint8Array(100).fill(2));
    carried.close();
  });

  test('a dropped buffer is the next of its size', () => {
    const carried = new Carried(1000);
    carried.put('a', tensor(100, 1));
    const first = carried.get('a', new Arena())?.bytes;
    carried.drop('a');
    carried.put('b', tensor(100, 2));
    expect(carried.get('b', new Arena())?.bytes).toBe(first);
    carried.close();
  });

  test('only the owner can read what is on disk', () => {
    const carried = new Carried(0);
    carried.put('a', tensor(8, 1));
    const [name = ''] = readdirSync(folder);
    expect(statSync(join(folder, name, 'carried')).mode & 0o077).toBe(0);
    expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    carried.close();
  });
});

describe('one block of memory for all segments', () => {
  test('hands out pieces that are aligned and do not overlap', () => {
    const arena = new Arena();
    const lengths = [1, 64, 65, 0, 1000];
    arena.reset(lengths.reduce((sum, length) => sum + arenaBytes(length), 0));
    const views = lengths.map((length) => arena.take(length));
    expect(new Set(views.map((view) => view.buffer)).size).toBe(1);
    for (const view of views) expect(view.byteOffset % 64).toBe(0);
    views.forEach((view, index) => view.fill(index + 1));
    views.forEach((view, index) => expect(view).toEqual(new Uint8Array(lengths[index] ?? 0).fill(index + 1)));
  });

  test('uses the same memory for the next segment, and grows only for a larger one', () => {
    const arena = new Arena();
    arena.reset(10_000);
    const { buffer } = arena.take(10_000);
    arena.reset(5000);
    expect(arena.take(5000).buffer).toBe(buffer);
    arena.reset(20_000);
    expect(arena.take(20_000).buffer).not.toBe(buffer);
    expect(arena.bytes).toBeGreaterThanOrEqual(20_000);
    expect(arena.bytes).toBeLessThan(20_000 + 4096);
  });

  test('beyond its room it gives fresh memory, not what is in use', () => {
    const arena = new Arena();
    arena.reset(64);
    const all = arena.take(arena.bytes).fill(1);
    const more = arena.take(100).fill(2);
    expect(more.buffer).not.toBe(all.buffer);
    expect(all.every((byte) => byte === 1)).toBe(true);
  });
});
