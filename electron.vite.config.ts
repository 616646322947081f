import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';

const root = import.meta.dirname;

/** One renderer for Electron, `serve` and the report; main and preload beside it in `build`. All URLs are relative. */
export const config = defineConfig({
  main: {
    build: {
      outDir: 'build/main',
      target: 'node24',
      lib: { entry: resolve(root, 'src/main/index.ts'), formats: ['es'] },
      // zod goes into the bundle: what the main process runs is then inside the archive whose integrity is checked.
      externalizeDeps: { exclude: ['zod'] },
    },
  },
  preload: {
    build: {
      outDir: 'build/preload',
      target: 'node24',
      lib: { entry: resolve(root, 'src/preload/index.ts'), formats: ['cjs'] },
    },
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    base: './',
    build: {
      outDir: resolve(root, 'build/renderer'),
      target: 'chrome150',
      emptyOutDir: true,
      rolldownOptions: { input: resolve(root, 'src/renderer/index.html') },
    },
    worker: { format: 'es' },
  },
});

export default config;
