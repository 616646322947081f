import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The table of docs/electron-security.md names files and tests: they must be there. */
const table = readFileSync('docs/electron-security.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| \d+ \|/.test(line));

test('all twenty items, in order', () => {
  expect(table.map((line) => Number(/^\| (\d+)/.exec(line)?.[1]))).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});

test.each(table)('%s', (line) => {
  const [, , , where = '', shown = ''] = line.split('|');
  for (const [, path = ''] of where.matchAll(/`(src\/[\w/.-]+|electron-builder\.yml|package\.json)`/g))
    expect(existsSync(path), path).toBe(true);
  for (const [, path = ''] of shown.matchAll(/`((?:main|preload)\/[\w.-]+\.test\.ts)`/g))
    expect(existsSync(`test/${path}`), path).toBe(true);
  expect(shown.trim()).not.toBe('');
});
