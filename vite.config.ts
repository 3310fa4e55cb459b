import path from 'node:path';
import { defineConfig } from 'vite';

/** The page: `dist/web` works from any path, from a plain file server, without anything else of the network. */
export default defineConfig(({ command }) => ({
  // Whatever the environment of the process that builds says, what is built is for use.
  define: command === 'build' ? { 'process.env.NODE_ENV': JSON.stringify('production') } : {},
  oxc: { jsx: { runtime: 'automatic', development: command !== 'build' } },
  root: path.resolve(import.meta.dirname, 'web'),
  base: './',
  worker: { format: 'es' },
  server: { fs: { allow: [import.meta.dirname] } },
  build: {
    outDir: path.resolve(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    // The policy of the served page allows files of its own origin only.
    assetsInlineLimit: 0,
    sourcemap: false,
    // The page itself takes constants of the engine, not the engine: that is in the worker.
    rollupOptions: {
      treeshake: { moduleSideEffects: (id) => !id.includes('/sim-core/') },
      // "use client" of the widget libraries means nothing here.
      onwarn: (warning, warn) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
    chunkSizeWarningLimit: 4000,
  },
}));
