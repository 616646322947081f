import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';

/**
 * The rules that read types or other files, each with a deliberate violation. The violating text stands in the place
 * of a real file, so that the compiler knows its project; nothing is written.
 */
const eslint = new ESLint();

async function rules(file: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: resolve(file) });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

const ORDER = 'src/engine/graph/order.ts';

describe('every violation is found', () => {
  test.each<readonly [string, string]>([
    [
      'import-x/no-cycle',
      "import { indexGraph } from './index-graph.ts';\nexport const executionOrder = indexGraph;\n",
    ],
    ['import-x/no-default-export', 'export default 1;\n'],
    ['@typescript-eslint/no-explicit-any', 'export const one: any = 1;\n'],
    [
      '@typescript-eslint/consistent-type-imports',
      "import { Graph } from './graph.ts';\nexport type Same = Graph;\n",
    ],
    [
      '@typescript-eslint/no-floating-promises',
      'const later = async (): Promise<number> => Promise.resolve(1);\nlater();\n',
    ],
    [
      '@typescript-eslint/switch-exhaustiveness-check',
      "export function name(kind: 'a' | 'b'): string {\n  switch (kind) {\n    case 'a':\n      return 'A';\n  }\n  return '';\n}\n",
    ],
    [
      '@typescript-eslint/no-unsafe-return',
      'export function read(text: string): number {\n  return JSON.parse(text);\n}\n',
    ],
    [
      '@typescript-eslint/restrict-template-expressions',
      'export const text = (fields: { readonly a: number }): string => `${fields}`;\n',
    ],
    ['@typescript-eslint/no-unused-vars', 'const nothing = 1;\nexport const something = 2;\n'],
    [
      '@typescript-eslint/no-non-null-assertion',
      'export const first = (list: string[]): string => list[0]!;\n',
    ],
    ['@typescript-eslint/only-throw-error', "export function fail(): never {\n  throw 'text';\n}\n"],
  ])('%s', async (rule, text) => {
    expect(await rules(ORDER, text)).toContain(rule);
  });

  test('and what keeps to the rules is not', async () => {
    const text =
      "import type { Graph } from './graph.ts';\n\nexport const size = (graph: Graph): number => graph.nodes.length;\n";
    expect(await rules(ORDER, text)).toEqual([]);
  });
});

test('tests may assert what they know, and still not use any', async () => {
  const file = 'test/support/random.ts';
  expect(await rules(file, 'export const first = (list: string[]): string => list[0]!;\n')).toEqual([]);
  expect(await rules(file, 'export const one: any = 1;\n')).toContain('@typescript-eslint/no-explicit-any');
});

test('every folder of the engine but the one that puts them together is in a zone and has a door', async () => {
  const folders = readdirSync('src/engine', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) {
    if (name === 'compare') continue;
    const cycle = name === 'report' ? 'run' : 'report';
    const text = `import { thing } from '../${cycle}/index.ts';\nexport const used = thing;\n`;
    const file = readdirSync(`src/engine/${name}`).find((one) => one.endsWith('.ts')) ?? '';
    expect(await rules(`src/engine/${name}/${file}`, text), `zone of ${name}`).toContain(
      'import-x/no-restricted-paths',
    );
    const past = `import { thing } from '../${name}/${file === 'index.ts' ? 'other.ts' : file}';\nexport const used = thing;\n`;
    const inside = readdirSync('src/engine/compare').find((one) => one.endsWith('.ts')) ?? '';
    expect(await rules(`src/engine/compare/${inside}`, past), `door of ${name}`).toContain(
      'no-restricted-imports',
    );
  }
});

test('nothing is switched off without a reason beside it', () => {
  const bare = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
    .filter((name) =>
      /eslint-disable(?!.*--)|@ts-(ignore|nocheck|expect-error)(?!.*\w{3})/.test(
        readFileSync(`src/${name}`, 'utf8'),
      ),
    );
  expect(bare).toEqual([]);
});
