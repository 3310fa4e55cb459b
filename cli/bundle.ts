import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Bundle, isScenarioText } from '../sim-core/index.ts';
import { CommandError, ExitCode } from './exitCodes.ts';

/** A scenario names files of its own folder only; more than this is a mistake (a whole disk, say). */
const FILES_MAX = 20_000;
const FILE_BYTES_MAX = 64 * 1024 * 1024;
const EXTENSIONS = new Set(['.yaml', '.yml', '.json']);

function checkedFile(file: string): string {
  if (!existsSync(file)) throw new CommandError(ExitCode.usage, `${file}: no such file`);
  return realpathSync(file);
}

/**
 * The bundle of a scenario: every YAML and JSON file of its folder, under its real path, so that nothing outside the folder
 * can be named. Keys are relative to the folder, with `/`.
 */
export function scenarioBundle(file: string): Bundle {
  if (file === '-') return { entry: STDIN, files: new Map([[STDIN, readStdin()]]) };
  const entry = checkedFile(file);
  const folder = path.dirname(entry);
  const files = new Map<string, Uint8Array>();
  collect(folder, folder, files);
  return { entry: path.basename(entry), files };
}

/** What standard input is called in messages. */
export const STDIN = 'stdin';

let stdin: Uint8Array | undefined;

/** Everything on standard input; it can be read only once. */
export function readStdin(): Uint8Array {
  stdin ??= readFileSync(0);
  return stdin;
}

/** True for a scenario; false for manifests and for what does not exist. */
export function isScenarioFile(file: string): boolean {
  if (file === '-') return isScenarioText(Buffer.from(readStdin()).toString('utf8'));
  if (!/\.(ya?ml|json)$/.test(file) || !existsSync(file) || !statSync(file).isFile()) return false;
  return isScenarioText(readFileSync(file, 'utf8'));
}

/** The bundle of plain manifests: the named files, and all YAML and JSON files of named folders. */
export function manifestBundle(paths: readonly string[]): {
  readonly bundle: Bundle;
  readonly files: readonly string[];
  /** Those that were not named but are in a folder that was. */
  readonly found: ReadonlySet<string>;
} {
  const files = new Map<string, Uint8Array>();
  const found = new Set<string>();
  for (const given of paths) {
    if (given === '-') {
      files.set(STDIN, readStdin());
      continue;
    }
    const real = checkedFile(given);
    if (statSync(real).isDirectory()) {
      const inside = new Map<string, Uint8Array>();
      collect(real, real, inside);
      for (const [name, bytes] of inside) {
        if (isScenarioText(Buffer.from(bytes).toString('utf8')))
          throw new CommandError(
            ExitCode.usage,
            `${given} holds a scenario, ${name}: a folder is read as manifests for one cluster`,
            `npx orrery test ${given}   runs every scenario in it`,
          );
        const full = path.posix.join(given.replaceAll('\\', '/').replace(/\/$/, ''), name);
        files.set(full, bytes);
        found.add(full);
      }
      if (inside.size === 0) throw new CommandError(ExitCode.usage, `${given}: there are no YAML or JSON files in it`);
    } else {
      files.set(given, read(real));
    }
  }
  return { bundle: { entry: '', files }, files: [...files.keys()], found };
}

function read(file: string): Uint8Array {
  const size = statSync(file).size;
  if (size > FILE_BYTES_MAX)
    throw new CommandError(ExitCode.invalid, `${file}: ${size} bytes is too large (at most ${FILE_BYTES_MAX})`);
  return readFileSync(file);
}

function collect(root: string, folder: string, into: Map<string, Uint8Array>): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const full = path.join(folder, entry.name);
    const real = realpathSync(full);
    // A link that leads out of the folder is not part of the scenario.
    if (real !== full && !real.startsWith(root + path.sep)) continue;
    if (statSync(real).isDirectory()) collect(root, full, into);
    else if (EXTENSIONS.has(path.extname(entry.name)))
      into.set(path.relative(root, full).split(path.sep).join('/'), read(real));
    if (into.size > FILES_MAX)
      throw new CommandError(
        ExitCode.usage,
        `${root} holds more than ${FILES_MAX} YAML files`,
        'put the scenario into a folder of its own',
      );
  }
}
