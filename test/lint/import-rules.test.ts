import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import tseslint from 'typescript-eslint';

/**
 * One deliberate violation a rule: a lint that finds nothing may simply not be looking. Rules that need types are off
 * here, because the violating files exist only in these tests.
 */
const eslint = new ESLint({
  overrideConfig: [
    {
      files: ['**/*.ts'],
      ...tseslint.configs.disableTypeChecked,
      languageOptions: { parserOptions: { projectService: false } },
    },
  ],
});

async function messages(folder: string, line: string): Promise<string> {
  const [result] = await eslint.lintText(`${line}\nexport const used = thing;\n`, {
    filePath: resolve(folder, 'violation.ts'),
  });
  return (result?.messages ?? []).map((message) => `${message.ruleId ?? ''}: ${message.message}`).join('\n');
}

const FORBIDDEN: readonly (readonly [folder: string, line: string, expected: string])[] = [
  ['src/shared', "import { thing } from '../engine/index.ts';", 'shared imports nothing'],
  ['src/shared', "import { thing } from 'node:fs';", 'packages allowed here: none'],
  ['src/engine/run', "import { thing } from '../../service/index.ts';", 'engine imports only shared'],
  ['src/engine/run', "import { thing } from '../../cli/exit.ts';", 'engine imports only shared'],
  ['src/service', "import { thing } from '../engine/run/index.ts';", 'service uses the engine by its door'],
  ['src/service', "import { thing } from 'onnxruntime-node';", 'packages allowed here'],
  [
    'src/cli',
    "import { thing } from '../engine/report/index.ts';",
    'cli uses engine and service by their doors',
  ],
  [
    'src/cli',
    "import { thing } from '../service/engine-process.ts';",
    'cli uses engine and service by their doors',
  ],
  ['src/cli', "import { thing } from 'zod';", 'packages allowed here'],
  ['src/engine/tensor', "import { thing } from '../onnx/index.ts';", 'engine/tensor may import only itself'],
  ['src/engine/onnx', "import { thing } from '../graph/index.ts';", 'engine/onnx may import only tensor'],
  [
    'src/engine/graph',
    "import { thing } from '../run/index.ts';",
    'engine/graph may import only tensor, onnx',
  ],
  [
    'src/engine/run',
    "import { thing } from '../match/index.ts';",
    'engine/run may import only tensor, onnx, graph',
  ],
  ['src/engine/dump', "import { thing } from '../graph/index.ts';", 'engine/dump may import only tensor'],
  ['src/engine/match', "import { thing } from '../metric/index.ts';", 'engine/match may import only'],
  ['src/engine/metric', "import { thing } from '../dump/index.ts';", 'engine/metric may import only tensor'],
  ['src/engine/diagnose', "import { thing } from '../run/index.ts';", 'engine/diagnose may import only'],
  ['src/engine/report', "import { thing } from '../run/index.ts';", 'engine/report may import only diagnose'],
  ['src/engine/run', "import { thing } from '../onnx/wire.ts';", 'engine/onnx has one door'],
  ['src/engine/compare', "import { thing } from '../match/ledger.ts';", 'engine/match has one door'],
  ['src/engine/graph', "import { thing } from 'node:fs';", 'packages allowed here: none'],
  ['src/engine/match', "import { thing } from 'node:path';", 'packages allowed here: none'],
  ['src/engine/metric', "import { thing } from 'node:crypto';", 'packages allowed here: none'],
  ['src/engine/diagnose', "import { thing } from 'node:os';", 'packages allowed here: none'],
  ['src/engine/onnx', "import { thing } from 'onnxruntime-node';", 'packages allowed here'],
  ['src/engine/run', "import { thing } from 'protobufjs';", 'packages allowed here'],
  ['src/engine/compare', "import { thing } from 'fflate';", 'packages allowed here'],
];

const ALLOWED: readonly (readonly [folder: string, line: string])[] = [
  ['src/engine/run', "import { thing } from 'onnxruntime-node';"],
  ['src/engine/dump', "import { thing } from 'fflate';"],
  ['src/engine/match', "import type { thing } from '../graph/index.ts';"],
  ['src/engine/compare', "import { thing } from '../run/index.ts';"],
  ['src/service', "import { thing } from '../engine/index.ts';"],
  ['src/cli', "import { thing } from 'commander';"],
];

describe('import rules', () => {
  test.each(FORBIDDEN)('%s: %s', async (folder, line, expected) => {
    expect(await messages(folder, line)).toContain(expected);
    // A type-only import is an import.
    expect(await messages(folder, line.replace('import {', 'import type {'))).toContain(expected);
  });

  test.each(ALLOWED)('%s may: %s', async (folder, line) => {
    expect(await messages(folder, line)).not.toMatch(/restricted|imports/);
  });

  test('default exports and any are refused', async () => {
    const [result] = await eslint.lintText('const thing: any = 1;\nexport default thing;\n', {
      filePath: resolve('src/engine/graph/violation.ts'),
    });
    const rules = result?.messages.map((message) => message.ruleId);
    expect(rules).toContain('import-x/no-default-export');
    expect(rules).toContain('@typescript-eslint/no-explicit-any');
  });
});

test('a forbidden import does not compile: shared knows no engine, and no DOM or Node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'layerdiff-tsc-'));
  try {
    for (const name of ['tsconfig.base.json', 'package.json']) cpSync(name, join(folder, name));
    for (const name of readdirSync('src/shared'))
      cpSync(join('src/shared', name), join(folder, 'src/shared', name));
    cpSync('src/engine/tensor', join(folder, 'src/engine/tensor'), { recursive: true });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const compile = (line: string): string => {
      writeFileSync(join(folder, 'src/shared/violation.ts'), line);
      const tsc = resolve('node_modules/typescript/bin/tsc');
      return spawnSync(process.execPath, [tsc, '--build', 'src/shared'], { cwd: folder, encoding: 'utf8' })
        .stdout;
    };
    expect(compile('export const fine = 1;\n')).toBe('');
    expect(compile("export { byteLength } from '../engine/tensor/tensor.ts';\n")).toContain('TS6307');
    expect(compile('export const title = document.title;\n')).toContain('TS2584');
    expect(compile('export const here = process.cwd();\n')).toContain('TS2591');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
