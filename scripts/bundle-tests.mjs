// Bundles all test files at once: parts that several of them need become modules of their own, which a process loads once.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '..');
export const TESTS_DIR = path.join(root, '.cache/tests');

/** Test files that Vitest runs, relative to the repository. */
function testFiles(folder = 'test') {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return file === 'test/e2e' ? [] : testFiles(file);
    return entry.name.endsWith('.test.ts') ? [file] : [];
  });
}

/** A module of a bundle stands elsewhere than its source: what it finds from where it is stays where it was. */
const places = {
  name: 'places-of-sources',
  enforce: 'pre',
  transform: {
    filter: { code: 'import.meta' },
    handler(code, id) {
      const file = id.split('?')[0];
      const moved = code
        .replaceAll('import.meta.dirname', JSON.stringify(path.dirname(file)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href));
      return { code: moved, map: null };
    },
  },
};

/** Path of the module that a test file has become. */
export function bundledTest(file) {
  return path.join(TESTS_DIR, `${path.relative(root, file).replace(/\.ts$/, '')}.mjs`);
}

export async function bundleTests() {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic' } },
    plugins: [places],
    build: {
      ssr: true,
      outDir: TESTS_DIR,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      sourcemap: true,
      rollupOptions: {
        input: Object.fromEntries(testFiles().map((file) => [file.replace(/\.ts$/, ''), path.join(root, file)])),
        output: { entryFileNames: '[name].mjs', chunkFileNames: 'parts/[name]-[hash].mjs' },
      },
    },
  });
}
