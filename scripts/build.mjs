// Builds dist/: the command line for Node, the page, and the page as one file for reports. `node scripts/build.mjs [cli|web|report]`.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '..');

/** Every file of sim-core, in the order of names: two builds of the same sources say so by the same hash. */
export function sourceHash() {
  const hash = createHash('sha256');
  const walk = (dir) => {
    for (const entry of readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = path.join(dir, entry.name);
      if (entry.isDirectory()) walk(full);
      else hash.update(path.relative(root, full)).update('\0').update(readFileSync(full)).update('\0');
    }
  };
  walk(path.join(root, 'sim-core'));
  return hash.digest('hex');
}

export function defines() {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return { __ORRERY_VERSION__: JSON.stringify(version), __ORRERY_SOURCES__: JSON.stringify(sourceHash()) };
}

export async function buildCli() {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    define: defines(),
    build: {
      ssr: path.join(root, 'cli/orrery.ts'),
      outDir: path.join(root, 'dist/cli'),
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      sourcemap: true,
      // All files stand side by side: they look for the page from where they are.
      rollupOptions: {
        output: { entryFileNames: 'orrery.js', chunkFileNames: '[name].js', banner: '#!/usr/bin/env node' },
      },
    },
  });
  chmodSync(path.join(root, 'dist/cli/orrery.js'), 0o755);
}

export async function buildWeb() {
  if (existsSync(path.join(root, 'web/index.html')))
    await build({ configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn', define: defines() });
}

/** dist/report: the page as one file without any reference, into which a recording is put, and the tokens of its themes. */
export async function buildReport() {
  const outDir = path.join(root, 'dist/report');
  const parts = path.join(outDir, 'parts');
  await build({
    configFile: path.join(root, 'vite.config.ts'),
    logLevel: 'warn',
    define: defines(),
    build: { outDir: parts, cssCodeSplit: false, rollupOptions: { output: { codeSplitting: false } } },
    worker: { format: 'iife', rollupOptions: { output: { codeSplitting: false } } },
  });
  const assets = path.join(parts, 'assets');
  const text = (prefix, end) => {
    const name = readdirSync(assets).find((file) => file.startsWith(prefix) && file.endsWith(end));
    return readFileSync(path.join(assets, name), 'utf8');
  };
  // Text of a program inside HTML must not end its element.
  const program = text('index', '.js').replaceAll(/<\/script/gi, '<\\/script');
  const engine = Buffer.from(text('engine.worker', '.js')).toString('base64');
  writeFileSync(
    path.join(outDir, 'page.html'),
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="dark light"><title>Orrery</title>` +
      `<style>${text('', '.css')}</style></head><body><div id="root"></div>` +
      `<script type="text/plain" id="orrery-recording"></script><script type="text/plain" id="orrery-engine">${engine}</script>` +
      `<script type="module">${program}</script></body></html>`,
  );
  writeFileSync(path.join(outDir, 'tokens.css'), readFileSync(path.join(root, 'web/tokens.css')));
  rmSync(parts, { recursive: true });
}

if (process.argv[1] && path.resolve(process.argv[1]) === import.meta.filename) {
  const what = process.argv[2];
  if (what === undefined || what === 'cli') await buildCli();
  if (what === undefined || what === 'web') await buildWeb();
  if (what === undefined || what === 'web' || what === 'report') await buildReport();
}
