import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sideFacts } from '../../../src/engine/compare/sides.ts';
import { openDump } from '../../../src/engine/dump/index.ts';
import { openModel } from '../../../src/engine/onnx/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-sides-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('settings are told without the folders of absolute paths, control characters and prototypes', () => {
  const settings =
    '{"posix": "/home/someone/x.pt", "windows": "C:\\\\Users\\\\someone\\\\x.pt", "share": "\\\\\\\\host\\\\x.pt",' +
    ' "ratio": "1/2", "escape\\u001b[2J": "\\u001b[31m", "__proto__": 1}';
  writeFileSync(
    join(folder, 'manifest.json'),
    `{"schema": "layerdiff.dump/1", "granularity": "session", "environment": {}, "shards": [], "samples": [],
      "settings": ${settings}}`,
  );
  const dump = openDump(folder);
  const facts = sideFacts(openModel('resources/demo/healthy.onnx'), dump, undefined);
  dump.close();
  const told = facts
    .filter(({ group }) => group === 'setting')
    .map(({ name, reference }) => [name, reference]);
  expect(told.sort()).toEqual([
    ['__proto__', '1'],
    ['escape\\u001b[2J', '\\u001b[31m'],
    ['posix', 'x.pt'],
    ['ratio', '1/2'],
    ['share', 'x.pt'],
    ['windows', 'x.pt'],
  ]);
});
