// Builds dist/: the command line for Node and the page. `node scripts/build.mjs [cli|web]`.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
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
      rollupOptions: { output: { entryFileNames: 'orrery.js', banner: '#!/usr/bin/env node' } },
    },
  });
  chmodSync(path.join(root, 'dist/cli/orrery.js'), 0o755);
}

export async function buildWeb() {
  if (existsSync(path.join(root, 'web/index.html')))
    await build({ configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn', define: defines() });
}

if (process.argv[1] && path.resolve(process.argv[1]) === import.meta.filename) {
  const what = process.argv[2];
  if (what === undefined || what === 'cli') await buildCli();
  if (what === undefined || what === 'web') await buildWeb();
}
