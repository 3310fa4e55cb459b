import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { build, type Plugin } from 'vite';
import type { SwarmResult } from '../property/swarm.ts';

/** One place in the sources, and what stands there instead in the planted build. The text must occur exactly once. */
export interface Edit {
  readonly file: string;
  readonly text: string;
  readonly replacement: string;
}

export interface PlantedBug {
  readonly name: string;
  /** Name of the checker that must find it. */
  readonly checker: string;
  /** The swarm's seed in which it does. */
  readonly seed: number;
  readonly edits: readonly Edit[];
}

const root = process.cwd();

export const PLANTED_BUGS: readonly PlantedBug[] = JSON.parse(
  readFileSync(path.join(root, 'test/planted/bugs.json'), 'utf8'),
);

/** Replaces the texts in the sources as they are loaded. */
function planting(edits: readonly Edit[], planted: Set<Edit>): Plugin {
  return {
    name: 'planted-bug',
    enforce: 'pre',
    transform(code, id) {
      const file = path.relative(root, id.split('?')[0]);
      let changed = code;
      for (const edit of edits) {
        if (edit.file !== file) continue;
        if (code.split(edit.text).length !== 2)
          throw new Error(`${edit.file}: the text of the planted bug must occur once: ${edit.text.trim()}`);
        changed = changed.replace(edit.text, () => edit.replacement);
        planted.add(edit);
      }
      return changed === code ? undefined : { code: changed, map: null };
    },
  };
}

/** Bundles the swarm's runner with these edits; returns the module's path. */
export async function bundleWith(name: string, edits: readonly Edit[]): Promise<string> {
  const outDir = path.join(root, '.cache/planted', name.replace(/[^a-zA-Z0-9]+/g, '-'));
  mkdirSync(outDir, { recursive: true });
  const planted = new Set<Edit>();
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [planting(edits, planted)],
    build: {
      ssr: path.join(root, 'test/planted/entry.ts'),
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rollupOptions: { output: { entryFileNames: 'main.mjs', codeSplitting: false } },
    },
  });
  for (const edit of edits) if (!planted.has(edit)) throw new Error(`${edit.file} is not loaded by the simulator`);
  return path.join(outDir, 'main.mjs');
}

const exec = promisify(execFile);

/** Runs a seed of the swarm in a process of its own, to its end or until a checker finds something. A run that ends in an exception is a result, too. */
export async function runSeed(bundle: string, seed: number, checker?: string): Promise<SwarmResult> {
  const args = [bundle, String(seed), ...(checker === undefined ? [] : [checker])];
  try {
    const { stdout } = await exec(process.execPath, args, { maxBuffer: 64 * 1024 * 1024, timeout: 300_000 });
    return JSON.parse(stdout);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { digest: '', quiet: false, violations: [`the run broke off: ${text.slice(0, 500)}`], checkers: [] };
  }
}
