// npm start: the desktop window with the demo, or, where Electron's binary is absent, the same window served.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const files =
  args.length > 0 ? args : ['faulty.onnx', 'dump'].map((name) => join(root, 'resources/demo', name));
const { electronBinary } = await import(new URL('../build/cli/electron-binary.js', import.meta.url).href);
if (electronBinary() !== undefined) {
  const build = spawn(
    process.execPath,
    [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  await new Promise((resolve) => build.once('exit', resolve));
}
spawn(process.execPath, [join(root, 'build/cli/main.js'), 'view', ...files], { stdio: 'inherit' });
