import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DUMP_LINTS } from '../../../src/engine/lint/dump/dump-lints.ts';
import { MODEL_LINTS } from '../../../src/engine/lint/model/model-lints.ts';
import { findingTitle, findingTitles } from '../../../src/renderer/i18n/finding.ts';

/** Kinds that the engine's sources write beside a severity. */
function kindsInSources(): string[] {
  const engine = join(import.meta.dirname, '../../../src/engine');
  const sources = readdirSync(engine, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(engine, path), 'utf8'));
  return sources.flatMap((source) =>
    [...source.matchAll(/kind: ([^\n]+?),\s*severity:/g)].flatMap(([, kind = '']) =>
      [...kind.matchAll(/'([a-z:-]+)'/g)].map(([, name = '']) => name),
    ),
  );
}

test('every kind of finding has a title in both languages', () => {
  const kinds = new Set([...[...MODEL_LINTS, ...DUMP_LINTS].map(({ kind }) => kind), ...kindsInSources()]);
  expect(kinds.size).toBeGreaterThan(30);
  expect(kinds).toContain('nan');
  for (const language of ['en', 'zh-CN'] as const)
    expect([...kinds].filter((kind) => !Object.hasOwn(findingTitles[language], kind))).toEqual([]);
  const untranslated = [...kinds].filter((kind) => !/\p{Script=Han}/u.test(findingTitle(kind, 'zh-CN')));
  expect(untranslated).toEqual([]);
});

test('a kind that is not known is shown as it is', () => {
  expect(findingTitle('lint:of-tomorrow', 'zh-CN')).toBe('lint:of-tomorrow');
  expect(findingTitle('__proto__', 'en')).toBe('__proto__');
  expect(findingTitle('constructor', 'en')).toBe('constructor');
});
