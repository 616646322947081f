// Makes the ONNX reader (src/engine/onnx/generated/) from proto/onnx.proto with protobufjs' own generator.
// The output is built, not committed: it is machine-written, large, and determined by the schema and the pinned generator.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const schema = join(root, 'proto/onnx.proto');
const folder = join(root, 'src/engine/onnx/generated');
const script = join(folder, 'onnx.js');
const types = join(folder, 'onnx.d.ts');

function isFresh() {
  try {
    const made = Math.min(statSync(script).mtimeMs, statSync(types).mtimeMs);
    return [schema, fileURLToPath(import.meta.url)].every((file) => statSync(file).mtimeMs < made);
  } catch {
    return false;
  }
}

function run(tool, args) {
  const result = spawnSync(process.execPath, [join(root, 'node_modules/protobufjs-cli/bin', tool), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

if (!isFresh()) {
  mkdirSync(folder, { recursive: true });
  // int64 as number: dims, opsets and axes fit 2^53; attribute extremes (INT64_MAX as "to the end") keep their meaning.
  const options = [
    '--no-create',
    '--no-verify',
    '--no-delimited',
    '--no-service',
    '--no-typeurl',
    '--force-number',
  ];
  run('pbjs', [
    '-t',
    'static-module',
    '-w',
    'es6',
    ...options,
    '-p',
    join(root, 'proto'),
    '-o',
    script,
    schema,
  ]);
  run('pbts', ['-o', types, script]);
  writeFileSync(script, readFileSync(script, 'utf8').replace(/^\/\*eslint-disable.*\*\/\n/, ''));
}
