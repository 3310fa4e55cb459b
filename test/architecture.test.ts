import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

/** Folder of sim-core -> what it may import besides itself and contracts/. `*` = everything in sim-core. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  engine: [],
  api: [],
  trace: ['engine', 'api'],
  etcd: ['engine', 'api', 'trace'],
  apiserver: ['etcd', 'engine', 'api', 'trace'],
  client: ['apiserver', 'engine', 'api'],
  controllers: ['client', 'api', 'engine'],
  scheduler: ['client', 'api', 'engine'],
  kubelet: ['client', 'api', 'engine', 'workloads'],
  network: ['client', 'api', 'engine'],
  cloud: ['client', 'api', 'engine'],
  workloads: ['engine', 'api'],
  faults: ['engine', 'api'],
  checkers: ['engine', 'api', 'trace', 'etcd', 'scheduler/framework'],
  explain: ['engine', 'api', 'trace', 'scheduler'],
  scenario: ['*'],
  testing: ['*'],
};

/** Project folder -> other project folders it may import. */
const PROJECTS: Readonly<Record<string, readonly string[]>> = {
  'sim-core': [],
  reports: ['sim-core/index.ts'],
  // JUnit is written with a library that needs Node; so it has a door of its own that the page does not take.
  cli: ['sim-core/index.ts', 'reports/index.ts', 'reports/junit.ts'],
  web: ['sim-core/index.ts', 'reports/index.ts'],
};

/** What must not occur in sim-core, and why; the linter and the compiler catch some of it too. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\bDate\b(?!\w)(?=[.(])|\bnew Date\b/, 'wall clock'],
  [/\bMath\.random\b/, 'unkeyed randomness'],
  [
    /\bMath\.(log|log2|log10|log1p|exp|expm1|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot)\b/,
    'inexact Math: engines differ in the last bit',
  ],
  [/\bperformance\.now\b|\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b/, 'host time'],
  [/\basync\b|(?<![.\w])await\s|\bPromise\b/, 'asynchrony'],
  [/\bIntl\b|\blocaleCompare\b|\btoLocale\w+\b/, 'locale'],
  [/\bconsole\./, 'output'],
  [/\bTextEncoder\b|\bTextDecoder\b/, 'host encoding'],
  [/\\p\{/, 'Unicode tables differ between engines'],
  [/\bcrypto\b(?=[.(])/, 'host randomness'],
  [/\bWeakRef\b|\bFinalizationRegistry\b/, 'garbage collection shows'],
];

const root = path.resolve(import.meta.dirname, '..');

function sources(dir: string): string[] {
  return readdirSync(path.join(root, dir), { withFileTypes: true }).flatMap((e) => {
    const file = `${dir}/${e.name}`;
    if (e.isDirectory()) return e.name === 'node_modules' ? [] : sources(file);
    return /\.tsx?$/.test(e.name) ? [file] : [];
  });
}

function imports(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;'"]*?(?:from\s*)?['"]([^'"]+)['"]/g)].map((m) => m[1]);
}

/** Code without comments and string literals' insides, so that prose may name what is banned. */
function code(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`])\/\/.*$/gm, '$1')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
}

describe('architecture', () => {
  const simCore = sources('sim-core');

  test('the walls are held against enough files', () => {
    expect(simCore.length).toBeGreaterThan(250);
  });

  test('folders of sim-core import only what the table allows', () => {
    const wrong: string[] = [];
    for (const file of simCore) {
      const [, own] = file.split('/');
      if (file === 'sim-core/index.ts') continue;
      const allowed = ALLOWED[own];
      if (allowed === undefined) {
        wrong.push(`${file}: folder ${own} is not in the table`);
        continue;
      }
      for (const target of imports(file)) {
        if (!target.startsWith('.')) continue;
        const to = path.posix.join(path.posix.dirname(file), target).split('/').slice(1);
        const ok =
          to[0] === own ||
          to[0] === 'contracts' ||
          allowed.includes('*') ||
          allowed.includes(to[0]) ||
          allowed.includes(`${to[0]}/${to[1]}`);
        if (!ok) wrong.push(`${file} imports ${to.join('/')}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('project folders import each other by the door only', () => {
    const wrong: string[] = [];
    for (const [project, allowed] of Object.entries(PROJECTS)) {
      for (const file of sources(project)) {
        for (const target of imports(file)) {
          if (!target.startsWith('.')) continue;
          const to = path.posix.join(path.posix.dirname(file), target);
          if (!to.startsWith(`${project}/`) && !allowed.includes(to)) wrong.push(`${file} imports ${to}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test('sim-core is exact and free of the outside world', () => {
    const wrong: string[] = [];
    for (const file of simCore) {
      const lines = code(file).split('\n');
      for (const [pattern, why] of BANNED) {
        const at = lines.findIndex((line) => pattern.test(line));
        if (at >= 0) wrong.push(`${file}: ${why}: ${lines[at].trim().slice(0, 80)}`);
      }
      for (const target of imports(file)) if (target.startsWith('node:')) wrong.push(`${file} imports ${target}`);
    }
    expect(wrong).toEqual([]);
  });

  test('a component keeps its state in containers', () => {
    const wrong: string[] = [];
    for (const file of simCore) {
      const text = code(file);
      if (!/implements [^{]*\b(Component|Part)\b/.test(text)) continue;
      // Arrays of wiring (handler ids, endpoints) are filled once at the build; maps and sets that change are state.
      for (const m of text.matchAll(
        /^ {2}(?:private |protected |#)?(?!readonly)(?:\w+)(?:!|\?)?(?::[^=;]*)?= (new (?:Map|Set)\b)/gm,
      ))
        wrong.push(`${file}: ${m[0].trim()}`);
    }
    expect(wrong).toEqual([]);
  });

  test('no name of a recording occurs in sim-core', () => {
    const names = readdirSync(path.join(root, 'test/conformance/vectors/transcripts'))
      .concat(readdirSync(path.join(root, 'test/conformance/vectors/kubelet')))
      .map((f) => f.replace(/\.(json|yaml)(\.gz)?$/, ''))
      .filter((n) => n.includes('-') && n.length > 8 && !['kwok-stages', 'node-reboot', 'kubelet-restart'].includes(n));
    const wrong: string[] = [];
    for (const file of simCore) {
      const text = readFileSync(path.join(root, file), 'utf8');
      for (const name of names)
        if (text.includes(`'${name}'`) || text.includes(`"${name}"`)) wrong.push(`${file}: ${name}`);
    }
    expect(wrong).toEqual([]);
  });
});
