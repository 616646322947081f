import { resolve } from 'node:path';
import { defineConfig } from 'vite';

/** The renderer by itself, for `serve`: what `electron.vite.config.ts` builds of it, without Electron's other parts. */
export const config = defineConfig({
  root: resolve(import.meta.dirname, 'src/renderer'),
  base: './',
  build: {
    outDir: resolve(import.meta.dirname, 'build/renderer'),
    emptyOutDir: true,
    target: 'es2023',
    // One script of one page: nothing is gained by cutting it up.
    chunkSizeWarningLimit: 2000,
  },
  worker: { format: 'es' },
});

export default config;
