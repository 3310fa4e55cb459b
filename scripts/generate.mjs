// Writes the files that are derived from the recordings: `npm run generate`, or `-- --check` to only compare.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateColumns } from './generate/columns.mjs';
import { generateSchema } from './generate/schema.mjs';
import { generateTypes } from './generate/types.mjs';

const root = path.resolve(import.meta.dirname, '..');
const check = process.argv.includes('--check');

/** Formats generated TypeScript as the repository's formatter does, so that a check compares equal text. */
function format(files) {
  const scratch = mkdtempSync(path.join(root, '.cache/generate-'));
  try {
    const written = files.map(([file, text], i) => {
      const target = path.join(scratch, `${i}-${path.basename(file)}`);
      writeFileSync(target, text);
      return target;
    });
    const scripts = written.filter((file) => file.endsWith('.ts'));
    const run = spawnSync(
      process.execPath,
      [path.join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--write', '--vcs-enabled=false', ...scripts],
      { cwd: root, encoding: 'utf8' },
    );
    if (run.status !== 0) process.stderr.write(run.stdout + run.stderr);
    return files.map(([file], i) => [file, readFileSync(written[i], 'utf8')]);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

mkdirSync(path.join(root, '.cache'), { recursive: true });
const files = format([...generateSchema(), ...generateTypes(), ...generateColumns()]);
let stale = 0;
for (const [file, text] of files) {
  const target = path.join(root, file);
  if (check) {
    let current = '';
    try {
      current = readFileSync(target, 'utf8');
    } catch {
      // a missing file counts as stale
    }
    if (current !== text) {
      stale += 1;
      console.error(`stale: ${file}`);
    }
    continue;
  }
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}
if (!check) console.log(`wrote ${files.length} files`);
process.exit(stale ? 1 : 0);
