// Bundles one TypeScript entry with Vite's bundler and runs it in this process: `node scripts/run-ts.mjs FILE [ARG...]`.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '..');

/** Bundles `entry` for Node into .cache/run and returns the path of the module. */
export async function bundle(entry) {
  const name = path.relative(root, path.resolve(entry)).replace(/[^a-zA-Z0-9]+/g, '-');
  const outDir = path.join(root, '.cache/run', name);
  mkdirSync(outDir, { recursive: true });
  // Here, so that who only runs the bundle does not keep the bundler in memory.
  const { build } = await import('vite');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: path.resolve(entry),
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      // Beside it: within the text it would take twice its length in memory for as long as the program runs.
      sourcemap: true,
      rollupOptions: { output: { entryFileNames: 'main.mjs', codeSplitting: false } },
    },
  });
  return path.join(outDir, 'main.mjs');
}

if (process.argv[1] && path.resolve(process.argv[1]) === import.meta.filename) {
  const [entry, ...args] = process.argv.slice(2);
  // In a process of its own: the bundler holds 350 MiB, which would count as the program's.
  const program = `import { bundle } from ${JSON.stringify(import.meta.url)};
    process.stdout.write(await bundle(${JSON.stringify(entry)}));`;
  const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };
  const file = execFileSync(process.execPath, ['--input-type=module', '-e', program], options);
  process.argv = [process.argv[0], file, ...args];
  await import(pathToFileURL(file).href);
}
