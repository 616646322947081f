import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DUMP_LINTS } from '../../../src/engine/lint/dump/dump-lints.ts';
import { MODEL_LINTS } from '../../../src/engine/lint/model/model-lints.ts';
import { KNOWN_BAD } from '../../../src/engine/lint/model/known-bad.ts';

test('docs/lints.md lists every lint, in the order of the tables', () => {
  const page = readFileSync(new URL('../../../docs/lints.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z]+:[a-z0-9-]+)` +\| (.*?) +\|$/gm)].map(([, kind, says]) => [
    kind,
    says,
  ]);
  expect(rows).toEqual([...MODEL_LINTS, ...DUMP_LINTS].map(({ kind, looksFor }) => [kind, looksFor]));
});

test('kinds are unique and say which table they are of', () => {
  for (const { kind } of MODEL_LINTS) expect(kind).toMatch(/^lint:[a-z0-9-]+$/);
  for (const { kind } of DUMP_LINTS) expect(kind).toMatch(/^dump:[a-z0-9-]+$/);
  const kinds = [...MODEL_LINTS, ...DUMP_LINTS].map(({ kind }) => kind);
  expect(new Set(kinds).size).toBe(kinds.length);
});

test.each(KNOWN_BAD)(
  '$source has a source, a month and a version',
  ({ source, checked, runtime, producer }) => {
    expect(source).toMatch(/^[a-z]+#\d+/);
    expect(checked).toMatch(/^\d{4}-\d{2}$/);
    expect([runtime, producer].filter((one) => one !== undefined)).toHaveLength(1);
  },
);
