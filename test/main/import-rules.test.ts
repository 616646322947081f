import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';
import tseslint from 'typescript-eslint';

/** The desktop holds no analysis code: each way in, tried. */
const eslint = new ESLint({
  overrideConfig: [
    {
      files: ['**/*.ts'],
      ...tseslint.configs.disableTypeChecked,
      languageOptions: { parserOptions: { projectService: false } },
    },
  ],
});

async function messages(folder: string, from: string): Promise<string> {
  const text = `import { thing } from '${from}';\nexport const used = thing;\n`;
  const [result] = await eslint.lintText(text, { filePath: resolve(folder, 'violation.ts') });
  return (result?.messages ?? []).map(({ message }) => message).join('\n');
}

test.each([
  ['src/main', '../engine/index.ts', 'main imports only shared'],
  ['src/main', '../service/index.ts', 'main imports only shared'],
  ['src/main', '../server/index.ts', 'main imports only shared'],
  ['src/main', '../preload/host.ts', 'main imports only shared'],
  ['src/main/window', '../../renderer/main.tsx', 'main imports only shared'],
  ['src/main', 'onnxruntime-node', 'packages allowed here'],
  ['src/preload', '../main/launch.ts', 'preload imports only shared'],
  ['src/preload', '../engine/index.ts', 'preload imports only shared'],
  ['src/preload', 'electron/main', 'packages allowed here'],
  ['src/preload', 'node:fs', 'packages allowed here'],
  ['src/preload', 'zod', 'packages allowed here'],
] as const)('%s may not import %s', async (folder, from, expected) => {
  expect(await messages(folder, from)).toContain(expected);
});

test.each([
  ['src/main', '../shared/commands.ts'],
  ['src/main', 'electron/main'],
  ['src/main', 'zod'],
  ['src/main', 'node:fs/promises'],
  ['src/preload', '../shared/host-api.ts'],
  ['src/preload', 'electron/renderer'],
] as const)('%s may import %s', async (folder, from) => {
  expect(await messages(folder, from)).not.toMatch(/imports only|packages allowed/);
});
