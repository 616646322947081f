// The engine process in a few minified files: it starts for every comparison, and loading 200 modules one by one takes
// longer than all of them together. What the compiler wrote stays beside it for tests and for Electron.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const build = join(dirname(fileURLToPath(import.meta.url)), '../build');
const bundle = await rolldown({
  input: {
    entry: join(build, 'service/entry.js'),
    'side-thread-entry': join(build, 'engine/compare/side-thread-entry.js'),
  },
  platform: 'node',
  external: ['onnxruntime-node'],
  logLevel: 'warn',
});
// As deep as what it is made of: package.json is three folders up.
await bundle.write({
  dir: join(build, 'bundled/engine'),
  format: 'esm',
  chunkFileNames: '[name]-[hash].js',
  minify: true,
  cleanDir: true,
});
