import { resolve } from 'node:path';
import { build } from 'vite';

const here = import.meta.dirname;
const out = resolve(here, '../../build/bench-graph');

/** The page that mounts the graph pane alone, built as the window is. @returns its folder */
export async function buildPage() {
  const outDir = resolve(out, 'page');
  await build({
    configFile: false,
    logLevel: 'warn',
    root: resolve(here, 'page'),
    base: './',
    build: { outDir, emptyOutDir: true, target: 'es2023' },
    worker: { format: 'es' },
  });
  return outDir;
}

/** The layout and the generated models for Node. @returns the file to import */
export async function buildLayout() {
  const outDir = resolve(out, 'layout');
  await build({
    configFile: false,
    logLevel: 'warn',
    root: here,
    build: {
      outDir,
      emptyOutDir: true,
      target: 'node20',
      ssr: true,
      rolldownOptions: { input: resolve(here, 'layout-entry.ts'), output: { entryFileNames: 'layout.mjs' } },
    },
  });
  return resolve(outDir, 'layout.mjs');
}

if (process.argv[1] === import.meta.filename) await buildPage();
