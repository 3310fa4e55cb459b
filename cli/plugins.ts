import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import {
  definitionProblems,
  isExtenderDefinition,
  PLUGIN_NAMES,
  type PluginDefinition,
  type UserExtender,
  type UserPlugin,
} from '../sim-core/index.ts';
import { CommandError, ExitCode } from './exitCodes.ts';
import { createSandbox } from './sandbox.ts';

/** What the modules of --plugin bring. */
export interface Modules {
  readonly plugins: readonly UserPlugin[];
  readonly extenders: readonly UserExtender[];
}

/** The files of the modules, each once. */
export function moduleFiles({ plugins, extenders }: Modules = NONE): readonly string[] {
  return [...new Set([...plugins, ...extenders].map((p) => p.file))];
}

const NONE: Modules = { plugins: [], extenders: [] };

/** What a recording keeps of the modules: name or address, file, hash. */
export function moduleFacts({ plugins, extenders }: Modules = NONE): readonly (readonly [string, string, string])[] {
  return [
    ...plugins.map((p) => [p.definition.name, p.file, p.hash] as const),
    ...extenders.map((e) => [e.definition.urlPrefix, e.file, e.hash] as const),
  ];
}

/** `--plugin FILE` of `orrery run`: bundles each module and takes what it exports. Throws CommandError, code 3. */
export async function loadPlugins(files: readonly string[]): Promise<Modules> {
  const plugins: UserPlugin[] = [];
  const extenders: UserExtender[] = [];
  const taken = new Set(PLUGIN_NAMES);
  for (const file of files) {
    const loaded = await loadModule(file, taken);
    plugins.push(...loaded.plugins);
    extenders.push(...loaded.extenders);
    for (const { definition } of loaded.plugins) taken.add(definition.name);
  }
  return { plugins, extenders };
}

async function loadModule(file: string, taken: ReadonlySet<string>): Promise<Modules> {
  if (!existsSync(file)) throw new CommandError(ExitCode.usage, `--plugin ${file}: no such file`);
  const code = await bundle(file);
  const hash = createHash('sha256').update(code).digest('hex');
  const sandbox = createSandbox(file);
  let exported: { default?: unknown };
  try {
    // On one line, so that the lines of messages are those of the code.
    const wrapped = `(() => { const module = { exports: {} }; const exports = module.exports; ${code}\nreturn module.exports; })()`;
    exported = new vm.Script(wrapped, { filename: path.resolve(file) }).runInContext(sandbox.context);
  } catch (thrown) {
    const { message } = thrown as Error;
    throw new CommandError(ExitCode.invalid, `plugin ${file}: ${sandbox.takeViolation() ?? message}`);
  }
  const violation = sandbox.takeViolation();
  if (violation !== undefined)
    throw new CommandError(ExitCode.invalid, `plugin ${file}: while it loads, it ${violation}`);
  const given = exported.default;
  const list: readonly unknown[] = Array.isArray(given) ? given : given === undefined ? [] : [given];
  const extenders = list.filter(isExtenderDefinition);
  const others = list.filter((value) => !isExtenderDefinition(value));
  const problems = extenders.length > 0 && others.length === 0 ? [] : definitionProblems(others, taken);
  if (problems.length > 0)
    throw new CommandError(ExitCode.invalid, `plugin ${file}: ${problems.join('; ')}`, 'docs/plugins.md shows one');
  const origin = { file, hash, takeViolation: sandbox.takeViolation };
  return {
    plugins: (others as readonly PluginDefinition[]).map((definition) => ({ definition, ...origin })),
    extenders: extenders.map((definition) => ({ definition, ...origin })),
  };
}

/** One CommonJS text with everything that the module imports, by Vite's bundler; without it, the module must stand alone. */
async function bundle(file: string): Promise<string> {
  let vite: typeof import('vite') | undefined;
  try {
    vite = await import('vite');
  } catch {
    return standalone(file);
  }
  try {
    const result = await vite.build({
      root: path.dirname(path.resolve(file)),
      configFile: false,
      envDir: false,
      publicDir: false,
      logLevel: 'silent',
      resolve: { alias: { 'orrery/plugin': apiFile() } },
      build: {
        write: false,
        minify: false,
        target: 'es2023',
        ssr: true,
        rollupOptions: {
          input: path.resolve(file),
          external: [],
          output: { format: 'cjs', exports: 'named', codeSplitting: false },
        },
      },
      ssr: { noExternal: true, target: 'webworker' },
    });
    const outputs = (Array.isArray(result) ? result : [result]).flatMap((r) => ('output' in r ? r.output : []));
    const chunk = outputs.find((o) => o.type === 'chunk');
    if (chunk?.type !== 'chunk') throw new Error('the bundler gave no code');
    return chunk.code;
  } catch (thrown) {
    throw new CommandError(
      ExitCode.invalid,
      `plugin ${file} cannot be bundled: ${firstLines((thrown as Error).message)}`,
    );
  }
}

/** `import ... from 'orrery/plugin'` in a module that lies anywhere. */
function apiFile(): string {
  for (let folder = import.meta.dirname; path.dirname(folder) !== folder; folder = path.dirname(folder)) {
    const file = path.join(folder, 'sim-core/scheduler/pluginApi.ts');
    if (existsSync(file)) return file;
  }
  return 'orrery/plugin';
}

/** A module without imports but of types, on a Node that can take types away by itself (22.13 and later). */
function standalone(file: string): string {
  const text = readFileSync(file, 'utf8');
  const strip = (module as { stripTypeScriptTypes?: (code: string) => string }).stripTypeScriptTypes;
  const isTypeScript = /\.[cm]?ts$/.test(file);
  if (isTypeScript && strip === undefined)
    throw new CommandError(
      ExitCode.invalid,
      `plugin ${file}: this installation has no bundler and Node ${process.version} cannot strip types`,
      'install Vite beside orrery, or give JavaScript',
    );
  const code = isTypeScript ? (strip as (code: string) => string)(text) : text;
  const imported = /^\s*import\s[^;]*from\s*['"]([^'"]+)['"]/m.exec(code);
  if (imported !== null)
    throw new CommandError(
      ExitCode.invalid,
      `plugin ${file}: imports ${imported[1]}, and this installation has no bundler`,
      'install Vite beside orrery, or write the plugin without imports other than of types',
    );
  return code
    .replace(/^(\s*)export\s+default\s/m, '$1module.exports.default = ')
    .replace(/^(\s*)export\s+(?=const|function|class|let)/gm, '$1');
}

function firstLines(message: string): string {
  // The bundler colours its messages.
  const plain = message.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '');
  return plain
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 6)
    .join('\n  ');
}
