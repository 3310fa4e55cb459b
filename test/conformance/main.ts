import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CaseResult, Suite, VectorFolder } from './harness.ts';
import { suites } from './suites/index.ts';

const USAGE = `npm run conformance -- [SUITE...] [options]

Plays recordings of Kubernetes 1.35 and counts what is equal. Suites: ${suites.map((s) => s.name).join(', ')} (all, if none is named).

  --vectors DIR   other recordings of the same formats, plain or gzip'd: DIR/SUITE/, or DIR itself with one suite named;
                  files that are missing are not played, and nothing is compared with the ratchet
  --only TEXT     sets or cases whose name contains TEXT
  --show N        show so many differences a set (5)
  --json          counts as JSON
  --update        raise test/conformance/ratchet.json to what was reached, and rewrite the table of docs/fidelity.md`;

/** Files of `dir` without `.gz`; those that no recording stands in (`kwok-stages.yaml`, ...) may come from `own`. */
export function vectorFolder(dir: string, own = dir): VectorFolder {
  const names = existsSync(dir) ? [...new Set(readdirSync(dir).map((f) => f.replace(/\.gz$/, '')))].sort() : [];
  const text = (file: string): string => {
    const folder = names.includes(file) ? dir : own;
    const plain = path.join(folder, file);
    return existsSync(plain) ? readFileSync(plain, 'utf8') : gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
  };
  return {
    files: () => names,
    has: (file) => names.includes(file),
    text,
    lines: <T>(file: string) => {
      if (!names.includes(file)) return [];
      const lines = text(file).split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
    },
    json: <T>(file: string) => JSON.parse(text(file)) as T,
  };
}

interface SetReport {
  equal: number;
  total: number;
  played: number;
  skipped: number;
  worst: string[];
}

const folder = path.join(process.cwd(), 'test/conformance');
const ratchetFile = path.join(folder, 'ratchet.json');
const fidelityFile = path.join(process.cwd(), 'docs/fidelity.md');

/** Puts the counts of the ratchet's run into docs/fidelity.md, so that the page never says more than was measured. */
function writeCounts(output: Readonly<Record<string, Readonly<Record<string, SetReport>>>>): void {
  const rows = Object.entries(output).flatMap(([suite, sets]) =>
    Object.entries(sets).map(
      ([set, r]) =>
        `| ${suite} | ${set} | ${r.equal} | ${r.total} | ${r.total === 0 ? '100' : (Math.floor((r.equal / r.total) * 1000) / 10).toFixed(1)} % | ${r.skipped === 0 ? '' : r.skipped} |`,
    ),
  );
  const table = ['| suite | set | equal | total | | not played |', '|---|---|---:|---:|---:|---:|', ...rows].join('\n');
  const text = readFileSync(fidelityFile, 'utf8');
  const next = text.replace(
    /(<!-- counts[^\n]*-->\n)[\s\S]*?(<!-- end of counts -->)/,
    (_m, from: string, to: string) => `${from}${table}\n${to}`,
  );
  writeFileSync(fidelityFile, next);
}

interface Options {
  readonly suites: readonly Suite[];
  readonly vectors: string | undefined;
  readonly json: boolean;
  readonly show: number;
  readonly only: string | undefined;
  readonly update: boolean;
}

/** @throws Error with what is wrong with the command line. */
function parse(argv: readonly string[]): Options {
  const named: Suite[] = [];
  let [vectors, only]: (string | undefined)[] = [];
  let [json, update, show] = [false, false, 5];
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i];
    const value = (): string => {
      if (argv[i + 1] === undefined) throw new Error(`${arg} needs a value`);
      return argv[++i];
    };
    if (arg === '--json') json = true;
    else if (arg === '--update') update = true;
    else if (arg === '--vectors') vectors = value();
    else if (arg === '--show') show = Number(value());
    else if (arg === '--only') only = value();
    else if (arg.startsWith('-')) throw new Error(`unknown option ${arg}`);
    else {
      const suite = suites.find((s) => s.name === arg);
      if (suite === undefined)
        throw new Error(`unknown suite ${arg}; there are: ${suites.map((s) => s.name).join(', ')}`);
      named.push(suite);
    }
  }
  if (!(Number.isInteger(show) && show >= 0)) throw new Error('--show needs a whole number, 0 or more');
  if (vectors !== undefined && !existsSync(vectors)) throw new Error(`there is no folder ${vectors}`);
  return { suites: suitesWith(named, vectors), vectors, json, show, only, update };
}

/** The suites to play: those that are named, else those that have a folder. */
function suitesWith(named: readonly Suite[], vectors: string | undefined): readonly Suite[] {
  if (named.length > 0 || vectors === undefined) return named.length > 0 ? named : suites;
  const found = suites.filter((suite) => existsSync(path.join(vectors, suite.name)));
  if (found.length === 0)
    throw new Error(`${vectors} has no folder of a suite: name the suite that its files belong to`);
  return found;
}

function folderOf(suite: Suite, vectors: string | undefined): VectorFolder {
  const own = path.join(folder, 'vectors', suite.name);
  if (vectors === undefined) return vectorFolder(own);
  const inside = path.join(vectors, suite.name);
  return vectorFolder(existsSync(inside) ? inside : vectors, own);
}

function summarise(cases: readonly CaseResult[]): SetReport {
  const report: SetReport = { equal: 0, total: 0, played: 0, skipped: 0, worst: [] };
  for (const c of cases) {
    report.total += c.totalUnits ?? 1;
    report.equal += c.equalUnits ?? (c.equal ? 1 : 0);
    if (c.skipped) report.skipped++;
    else report.played++;
    if (!c.equal && report.worst.length < 20) report.worst.push(c.name);
  }
  return report;
}

function show(suite: string, set: string, cases: readonly CaseResult[], report: SetReport, limit: number): void {
  const percent = report.total === 0 ? 100 : Math.floor((report.equal / report.total) * 10000) / 100;
  console.log(
    `${suite}/${set}: ${report.equal}/${report.total} (${percent} %)${report.skipped ? `, not played: ${report.skipped}` : ''}`,
  );
  const unequal = cases.filter((c) => !c.equal);
  const causes = new Map<string, number>();
  for (const c of unequal) causes.set(c.cause ?? 'other', (causes.get(c.cause ?? 'other') ?? 0) + 1);
  for (const [cause, count] of [...causes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 12))
    console.log(`    ${count} x ${cause}`);
  for (const c of unequal.slice(0, limit)) {
    console.log(`  ${c.name}: ${c.cause ?? ''}`);
    if (c.expected !== undefined) console.log(`    expected ${c.expected}`);
    if (c.actual !== undefined) console.log(`    actual   ${c.actual}`);
  }
}

/** @returns the exit code: 1 below the ratchet, 2 for a command line that says nothing sensible. */
export function main(argv: readonly string[]): number {
  if (argv.includes('--help') || argv.includes('-h')) {
    console.log(USAGE);
    return 0;
  }
  let options: Options;
  try {
    options = parse(argv);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return 2;
  }
  return playAll(options);
}

function playAll(options: Options): number {
  const ratchet: Record<string, Record<string, number>> = existsSync(ratchetFile)
    ? JSON.parse(readFileSync(ratchetFile, 'utf8'))
    : {};
  const output: Record<string, Record<string, SetReport>> = {};
  const whole = options.vectors === undefined && options.only === undefined;
  let below = 0;
  for (const suite of options.suites) {
    output[suite.name] = {};
    for (const { set, cases } of suite.run(folderOf(suite, options.vectors), options.only)) {
      if (!whole && cases.length === 0) continue;
      const report = summarise(cases);
      output[suite.name][set] = report;
      if (!options.json) show(suite.name, set, cases, report, options.show);
      const least = ratchet[suite.name]?.[set] ?? 0;
      if (whole && report.equal < least) {
        below++;
        console.error(`${suite.name}/${set} is below its ratchet: ${report.equal} < ${least}`);
      }
      if (options.update && whole) (ratchet[suite.name] ??= {})[set] = Math.max(least, report.equal);
    }
    if (Object.keys(output[suite.name]).length === 0) console.error(`${suite.name}: no case was found`);
  }
  if (options.json) console.log(JSON.stringify(output));
  if (options.update && whole) {
    if (options.suites.length === suites.length) writeCounts(output);
    writeFileSync(ratchetFile, `${JSON.stringify(inOrder(ratchet), null, 2)}\n`);
  }
  return below > 0 ? 1 : 0;
}

function inOrder(ratchet: Readonly<Record<string, Readonly<Record<string, number>>>>): unknown {
  const sorted = <T>(of: Readonly<Record<string, T>>) =>
    Object.keys(of)
      .sort()
      .map((key) => [key, of[key]] as const);
  return Object.fromEntries(sorted(ratchet).map(([suite, sets]) => [suite, Object.fromEntries(sorted(sets))]));
}
