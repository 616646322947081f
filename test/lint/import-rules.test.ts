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
      files: ['**/*.ts', '**/*.tsx'],
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
    'cli uses engine, service and server by their doors',
  ],
  [
    'src/cli',
    "import { thing } from '../service/engine-process.ts';",
    'cli uses engine, service and server by their doors',
  ],
  [
    'src/cli',
    "import { thing } from '../server/guard.ts';",
    'cli uses engine, service and server by their doors',
  ],
  [
    'src/cli',
    "import { thing } from '../renderer/state/atom.ts';",
    'cli uses engine, service and server by their doors',
  ],
  [
    'src/cli',
    "import { thing } from '../main/launch.ts';",
    'cli uses engine, service and server by their doors',
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
  [
    'src/engine/input-stage',
    "import { thing } from '../graph/index.ts';",
    'engine/input-stage may import only tensor',
  ],
  ['src/engine/input-stage', "import { thing } from 'node:fs';", 'packages allowed here: fast-png'],
  ['src/engine/dump', "import { thing } from 'fast-png';", 'packages allowed here'],
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

/** The window and what carries it: each end knows the contract, and nothing of the other. */
const CARRIERS: typeof FORBIDDEN = [
  ['src/engine/compare', "import { thing } from '../../server/index.ts';", 'engine imports only shared'],
  ['src/engine/view', "import { thing } from '../../renderer/state/run.ts';", 'engine imports only shared'],
  ['src/service', "import { thing } from '../server/index.ts';", 'service uses the engine by its door'],
  ['src/service', "import { thing } from '../cli/exit.ts';", 'service uses the engine by its door'],
  ['src/service', "import { thing } from '../main/launch.ts';", 'service uses the engine by its door'],
  ['src/service', "import { thing } from '../renderer/state/run.ts';", 'service uses the engine by its door'],
  ['src/service', "import { thing } from '../engine/probe/index.ts';", 'service uses the engine by its door'],
  ['src/service', "import { thing } from '../engine/view/index.ts';", 'service uses the engine by its door'],
  ['src/service', "import { thing } from 'ws';", 'packages allowed here'],
  ['src/service', "import { thing } from 'electron';", 'packages allowed here'],
  ['src/server', "import { thing } from '../engine/index.ts';", 'server uses the service by its door'],
  ['src/server', "import { thing } from '../service/files.ts';", 'server uses the service by its door'],
  ['src/server', "import { thing } from '../cli/exit.ts';", 'server uses the service by its door'],
  ['src/server', "import { thing } from '../renderer/main.tsx';", 'server uses the service by its door'],
  ['src/server', "import { thing } from '../main/launch.ts';", 'server uses the service by its door'],
  ['src/server', "import { thing } from 'zod';", 'packages allowed here'],
  ['src/server', "import { thing } from 'birpc';", 'packages allowed here'],
  ['src/renderer/state', "import { thing } from '../../service/index.ts';", 'renderer imports only shared'],
  ['src/renderer/state', "import { thing } from '../../engine/index.ts';", 'renderer imports only shared'],
  ['src/renderer/views', "import { thing } from '../../server/index.ts';", 'renderer imports only shared'],
  ['src/renderer/views', "import { thing } from '../../main/launch.ts';", 'renderer imports only shared'],
  ['src/renderer/views', "import { thing } from '../../preload/host.ts';", 'renderer imports only shared'],
  ['src/renderer/views', "import { thing } from '../../cli/exit.ts';", 'renderer imports only shared'],
  ['src/renderer/views', "import { thing } from 'node:path';", 'packages allowed here'],
  ['src/renderer/views', "import { thing } from 'electron';", 'packages allowed here'],
  ['src/renderer/views', "import { thing } from 'zod';", 'packages allowed here'],
  ['src/renderer/views', "import { thing } from 'onnxruntime-node';", 'packages allowed here'],
  ['src/shared', "import { thing } from 'birpc';", 'packages allowed here: none'],
  ['src/shared', "import { thing } from '../renderer/state/run.ts';", 'shared imports nothing'],
  // Looking inside tensors is arithmetic; a model is looked at without being run.
  ['src/engine/probe', "import { thing } from '../run/index.ts';", 'engine/probe may import only tensor'],
  ['src/engine/probe', "import { thing } from '../onnx/index.ts';", 'engine/probe may import only tensor'],
  ['src/engine/probe', "import { thing } from '../metric/index.ts';", 'engine/probe may import only tensor'],
  ['src/engine/probe', "import { thing } from 'node:fs';", 'packages allowed here: none'],
  ['src/engine/probe', "import { thing } from '../tensor/cast.ts';", 'engine/tensor has one door'],
  [
    'src/engine/structure',
    "import { thing } from '../metric/index.ts';",
    'engine/structure may import only tensor',
  ],
  [
    'src/engine/structure',
    "import { thing } from '../graph/index.ts';",
    'engine/structure may import only tensor',
  ],
  ['src/engine/structure', "import { thing } from 'node:fs';", 'packages allowed here: none'],
  ['src/engine/compare', "import { thing } from '../structure/facts.ts';", 'engine/structure has one door'],
  [
    'src/engine/output-stage',
    "import { thing } from '../metric/index.ts';",
    'engine/output-stage may import only tensor',
  ],
  ['src/engine/output-stage', "import { thing } from 'node:fs';", 'packages allowed here: none'],
  [
    'src/engine/compare',
    "import { thing } from '../output-stage/nms.ts';",
    'engine/output-stage has one door',
  ],
  ['src/engine/cause', "import { thing } from '../diagnose/index.ts';", 'engine/cause may import only'],
  ['src/engine/cause', "import { thing } from 'node:fs';", 'packages allowed here: none'],
  ['src/engine/lint', "import { thing } from '../match/index.ts';", 'engine/lint may import only'],
  ['src/engine/lint', "import { thing } from '../view/index.ts';", 'engine/lint may import only'],
  ['src/engine/lint', "import { thing } from 'node:fs';", 'packages allowed here: none'],
  ['src/engine/lint/model', "import { thing } from '../../onnx/tensor-of.ts';", 'engine/onnx has one door'],
  ['src/engine/view', "import { thing } from '../run/index.ts';", 'engine/view may import only'],
  ['src/engine/view', "import { thing } from '../dump/index.ts';", 'engine/view may import only'],
  ['src/engine/view', "import { thing } from '../compare/probe.ts';", 'engine/view may import only'],
  ['src/engine/view', "import { thing } from '../onnx/wire.ts';", 'engine/onnx has one door'],
  ['src/engine/view', "import { thing } from 'protobufjs';", 'packages allowed here'],
  ['src/engine/run', "import { thing } from '../probe/index.ts';", 'engine/run may import only'],
  [
    'src/engine/report',
    "import { thing } from '../view/index.ts';",
    'engine/report may import only diagnose',
  ],
  ['src/engine/compare', "import { thing } from '../probe/numbers.ts';", 'engine/probe has one door'],
  ['src/engine/compare', "import { thing } from '../view/node-detail.ts';", 'engine/view has one door'],
  ['src/engine/compare', "import { thing } from '../lint/note.ts';", 'engine/lint has one door'],
];

const ALLOWED: readonly (readonly [folder: string, line: string])[] = [
  ['src/engine/run', "import { thing } from 'onnxruntime-node';"],
  ['src/engine/dump', "import { thing } from 'fflate';"],
  ['src/engine/match', "import type { thing } from '../graph/index.ts';"],
  ['src/engine/compare', "import { thing } from '../run/index.ts';"],
  ['src/service', "import { thing } from '../engine/index.ts';"],
  ['src/cli', "import { thing } from 'commander';"],
  ['src/cli', "import { thing } from '../server/index.ts';"],
  ['src/server', "import { thing } from '../service/index.ts';"],
  ['src/server', "import { thing } from '../shared/frame.ts';"],
  ['src/server', "import { thing } from 'ws';"],
  ['src/server', "import { thing } from 'node:http';"],
  ['src/service', "import { thing } from 'birpc';"],
  ['src/renderer/views', "import { thing } from '../../shared/contract.ts';"],
  ['src/renderer/views', "import { thing } from '../state/atom.ts';"],
  ['src/renderer/views', "import { thing } from 'react';"],
  ['src/renderer/draw', "import { thing } from 'd3';"],
  ['src/engine/probe', "import { thing } from '../tensor/index.ts';"],
  ['src/engine/structure', "import { thing } from '../tensor/index.ts';"],
  ['src/engine/output-stage', "import { thing } from '../tensor/index.ts';"],
  ['src/engine/view', "import { thing } from '../metric/index.ts';"],
  ['src/engine/view', "import { thing } from '../lint/index.ts';"],
  ['src/engine/lint', "import { thing } from '../dump/index.ts';"],
  ['src/engine/compare', "import { thing } from '../probe/index.ts';"],
];

describe('import rules', () => {
  test.each([...FORBIDDEN, ...CARRIERS])('%s: %s', async (folder, line, expected) => {
    expect(await messages(folder, line)).toContain(expected);
    // A type-only import is an import.
    expect(await messages(folder, line.replace('import {', 'import type {'))).toContain(expected);
  });

  test.each(ALLOWED)('%s may: %s', async (folder, line) => {
    expect(await messages(folder, line)).not.toMatch(/restricted|imports/);
  });

  test('a component is held to the same rules', async () => {
    const [result] = await eslint.lintText(
      "import { thing } from '../../engine/index.ts';\nexport const used = <p>{thing}</p>;\n",
      { filePath: resolve('src/renderer/views/violation.tsx') },
    );
    expect(result?.messages.map(({ message }) => message).join()).toContain('renderer imports only shared');
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
