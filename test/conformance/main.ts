// npm run conformance [-- SUITE] [--vectors DIR] [--json] [--show N] [--only TEXT] [--update]
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CaseResult, Suite, VectorFolder } from './harness.ts';
import { suites } from './suites/index.ts';

export function vectorFolder(dir: string): VectorFolder {
  const names = existsSync(dir) ? [...new Set(readdirSync(dir).map((f) => f.replace(/\.gz$/, '')))].sort() : [];
  const text = (file: string): string => {
    const plain = path.join(dir, file);
    return existsSync(plain) ? readFileSync(plain, 'utf8') : gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
  };
  return {
    files: () => names,
    has: (file) => names.includes(file),
    text,
    lines: <T>(file: string) =>
      text(file)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as T),
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

function parse(argv: readonly string[]) {
  const options = {
    suites: [] as string[],
    vectors: '',
    json: false,
    show: 5,
    only: undefined as string | undefined,
    update: false,
  };
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i];
    if (arg === '--json') options.json = true;
    else if (arg === '--update') options.update = true;
    else if (arg === '--vectors') options.vectors = argv[++i] ?? '';
    else if (arg === '--show') options.show = Number(argv[++i]);
    else if (arg === '--only') options.only = argv[++i];
    else if (arg.startsWith('-')) throw new Error(`unknown flag ${arg}`);
    else options.suites.push(arg);
  }
  return options;
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

export function main(argv: readonly string[]): number {
  const options = parse(argv);
  const ratchet: Record<string, Record<string, number>> = existsSync(ratchetFile)
    ? JSON.parse(readFileSync(ratchetFile, 'utf8'))
    : {};
  const output: Record<string, Record<string, SetReport>> = {};
  let below = 0;
  const chosen: readonly Suite[] = suites.filter((s) => options.suites.length === 0 || options.suites.includes(s.name));
  for (const name of options.suites) {
    if (!suites.some((s) => s.name === name))
      throw new Error(`unknown suite ${name}; there are: ${suites.map((s) => s.name).join(', ')}`);
  }
  for (const suite of chosen) {
    const own = path.join(folder, 'vectors', suite.name);
    const given =
      options.vectors === ''
        ? own
        : existsSync(path.join(options.vectors, suite.name))
          ? path.join(options.vectors, suite.name)
          : options.vectors;
    output[suite.name] = {};
    for (const { set, cases } of suite.run(vectorFolder(given), options.only)) {
      const report = summarise(cases);
      output[suite.name][set] = report;
      if (!options.json) show(suite.name, set, cases, report, options.show);
      const least = ratchet[suite.name]?.[set] ?? 0;
      if (options.vectors === '' && options.only === undefined && report.equal < least) {
        below++;
        console.error(`${suite.name}/${set} is below its ratchet: ${report.equal} < ${least}`);
      }
      if (options.update && options.only === undefined && options.vectors === '') {
        (ratchet[suite.name] ??= {})[set] = Math.max(least, report.equal);
      }
    }
  }
  if (options.json) console.log(JSON.stringify(output));
  if (options.update && options.suites.length === 0 && options.vectors === '' && options.only === undefined)
    writeCounts(output);
  if (options.update) {
    const sorted = Object.fromEntries(
      Object.keys(ratchet)
        .sort()
        .map((s) => [
          s,
          Object.fromEntries(
            Object.keys(ratchet[s])
              .sort()
              .map((k) => [k, ratchet[s][k]]),
          ),
        ]),
    );
    writeFileSync(ratchetFile, `${JSON.stringify(sorted, null, 2)}\n`);
  }
  return below > 0 ? 1 : 0;
}
