// Everything that `node` runs: the generated reader and kernel, then the compiler, then the files that it does not
// copy; and the page that the window shows.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const run = (script, ...args) => {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
};

run('scripts/generate-onnx.mjs');
run('scripts/build-kernel.mjs');
run('node_modules/typescript/bin/tsc', '--build', 'src/cli', ...process.argv.slice(2));
mkdirSync(join(root, 'build/engine/onnx/generated'), { recursive: true });
// File by file: the folder's .gitignore would keep npm from packing it.
for (const name of ['onnx.js', 'onnx.d.ts']) {
  cpSync(join(root, 'src/engine/onnx/generated', name), join(root, 'build/engine/onnx/generated', name));
}
run('scripts/bundle-engine.mjs');
run('node_modules/vite/bin/vite.js', 'build', '-c', 'vite.renderer.config.ts', '--logLevel', 'warn');
chmodSync(join(root, 'build/cli/main.js'), 0o755);
