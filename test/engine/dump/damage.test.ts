import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixture, refusalOf, scratchFile, scratchFolder, seededRandom } from './support.ts';

/**
 * Whatever happens to a file, opening and reading it ends in a refusal or in values, soon and in little memory:
 * `refusalOf` lets any other error through.
 */
const SOURCES = readdirSync(fixture('.')).filter(
  (name) => name !== 'expected.json' && statSync(fixture(name)).isFile(),
);
const FOLDERS = ['arrays', 'test_data', 'typed', 'dump', 'session'];
const MEMORY_BYTES = 512 * 1024 * 1024;

describe('cut anywhere', () => {
  test.each(SOURCES)('%s', (name) => {
    const bytes = readFileSync(fixture(name));
    bounded(() => {
      for (const length of cuts(bytes.length)) refusalOf(scratchFile(name, bytes.subarray(0, length)));
    });
  });

  test.each([
    'plain.safetensors',
    'c_order.npy',
    'stored.npz',
    'deflated.npz',
    'odd.pt',
    'odd_legacy.pth',
    'outputs.json',
  ])('%s without its last byte is not read as if it were whole', (name) => {
    const bytes = readFileSync(fixture(name));
    expect(refusalOf(scratchFile(name, bytes.subarray(0, -1)))).toBeDefined();
  });

  test.each(FOLDERS)('every file of %s', (folder) => {
    eachFileOf(folder, (path, bytes, copy) => {
      for (const length of cuts(bytes.length)) {
        writeFileSync(path, bytes.subarray(0, length));
        refusalOf(copy);
      }
    });
  });
});

describe('one byte changed', () => {
  test.each(SOURCES)('%s', (name) => {
    const bytes = readFileSync(fixture(name));
    const random = seededRandom(bytes.length);
    bounded(() => {
      for (const position of positions(bytes.length, random)) {
        const changed = Uint8Array.from(bytes);
        changed[position] = changeOf(changed[position] ?? 0, random);
        refusalOf(scratchFile(`x${extname(name)}`, changed));
      }
    });
  });

  test.each(FOLDERS)('every file of %s', (folder) => {
    const random = seededRandom(3);
    eachFileOf(folder, (path, bytes, copy) => {
      for (const position of positions(bytes.length, random, 150)) {
        const changed = Uint8Array.from(bytes);
        changed[position] = changeOf(changed[position] ?? 0, random);
        writeFileSync(path, changed);
        refusalOf(copy);
      }
    });
  });
});

describe('random bytes behind a true beginning', () => {
  test.each(SOURCES)('%s', (name) => {
    const bytes = readFileSync(fixture(name));
    const random = seededRandom(11);
    bounded(() => {
      for (let round = 0; round < 20; round++) {
        const kept = Math.floor(random() * Math.min(bytes.length, 300));
        const noise = bytes.map((byte, index) => (index < kept ? byte : Math.floor(random() * 256)));
        refusalOf(scratchFile(`x${extname(name)}`, noise));
      }
    });
  });
});

/** Every length near both ends, and some between. */
function cuts(length: number): number[] {
  const step = Math.max(1, Math.floor(length / 100));
  return [...Array(length).keys()].filter((at) => at < 96 || at > length - 96 || at % step === 0);
}

/** Headers lie at the beginning, directories at the end. */
function positions(length: number, random: () => number, count = 400): number[] {
  if (length === 0) return [];
  if (length <= count) return [...Array(length).keys()];
  return Array.from({ length: count }, (_, round) => {
    const reach = round % 3 === 2 ? length : Math.min(length, 600);
    const at = Math.floor(random() * reach);
    return round % 3 === 0 ? at : length - 1 - at;
  });
}

function changeOf(byte: number, random: () => number): number {
  const edges = [0x00, 0xff, 0x7f, 0x80, byte ^ 1, byte + 1, byte - 1, Math.floor(random() * 256)];
  return (edges[Math.floor(random() * edges.length)] ?? 0) & 0xff;
}

function eachFileOf(folder: string, damage: (path: string, bytes: Buffer, copy: string) => void): void {
  const copy = join(scratchFolder(), basename(folder));
  cpSync(fixture(folder), copy, { recursive: true });
  const files = readdirSync(copy, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(copy, name)).isFile(),
  );
  bounded(() => {
    for (const name of files) {
      const path = join(copy, name);
      const bytes = readFileSync(path);
      damage(path, bytes, copy);
      writeFileSync(path, bytes);
    }
  });
  expect(refusalOf(copy)).toBeUndefined();
}

function bounded(run: () => void): void {
  const before = process.memoryUsage().rss;
  const startMillis = performance.now();
  run();
  expect(performance.now() - startMillis).toBeLessThan(60_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(MEMORY_BYTES);
}
