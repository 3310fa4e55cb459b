import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Table from 'cli-table3';
import { buildReport, type Report } from '../../reports/index.ts';
import { junitReport } from '../../reports/junit.ts';
import { isScenarioFile } from '../bundle.ts';
import { CommandError, ExitCode } from '../exitCodes.ts';
import { factsOf } from '../facts.ts';
import { recordRun } from '../record.ts';
import { checkJob, loadJobs, type RunFlags, runJob } from '../run.ts';
import { clock, colour, print, say } from '../terminal.ts';
import { sayViolations } from '../violations.ts';

export interface TestFlags extends RunFlags {
  readonly junit?: string;
  readonly output?: string;
}

interface Row {
  readonly file: string;
  readonly result: 'passed' | 'failed' | 'invalid' | 'budget' | 'bug';
  readonly detail: string;
  readonly report?: Report;
}

/** The scenarios below a folder; manifests beside them are theirs. A file that is named must be a scenario. */
function scenarioFiles(target: string): readonly string[] {
  if (!existsSync(target)) throw new CommandError(ExitCode.usage, `${target}: no such file or folder`);
  if (statSync(target).isFile()) {
    if (isScenarioFile(target)) return [target];
    throw new CommandError(ExitCode.usage, `${target} is not a scenario`, `npx orrery run ${target}   runs manifests`);
  }
  const files: string[] = [];
  for (const entry of readdirSync(target, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(target, entry.name);
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) files.push(...scenarioFiles(full));
    else if (isScenarioFile(full)) files.push(full);
  }
  return files;
}

/** `orrery test DIR...`: every scenario under the folders; the exit code is that of the worst class of failure. */
export function testCommand(targets: readonly string[], flags: TestFlags): ExitCode {
  const files = targets.flatMap(scenarioFiles);
  const rows: Row[] = [];
  for (const file of files) {
    for (const job of loadJobs([file], { ...flags, quiet: true }, undefined)) rows.push(runOne(file, () => job, flags));
  }
  if (rows.length === 0) throw new CommandError(ExitCode.usage, `no scenario under ${targets.join(', ')}`);
  printRows(rows, flags);
  if (flags.junit !== undefined) {
    mkdirSync(path.dirname(flags.junit), { recursive: true });
    writeFileSync(flags.junit, junitReport(rows.flatMap((r) => (r.report === undefined ? [] : [r.report]))));
  }
  const worst = (result: Row['result'], code: ExitCode) => (rows.some((r) => r.result === result) ? code : undefined);
  return (
    worst('bug', ExitCode.bug) ??
    worst('invalid', ExitCode.invalid) ??
    worst('budget', ExitCode.budget) ??
    worst('failed', ExitCode.failed) ??
    ExitCode.ok
  );
}

function runOne(file: string, job: () => Parameters<typeof runJob>[0], flags: TestFlags): Row {
  try {
    const loaded = job();
    checkJob(loaded, flags);
    const finished = runJob(loaded, { ...flags, quiet: true });
    const report = buildReport(recordRun(finished, 'full'), factsOf(finished));
    const failed = report.facts.expectations.filter((e) => !e.passed);
    for (const e of failed) say(`${e.place}: ${e.name}: ${e.detail}\n    run it again: ${report.facts.reproduce}`);
    const violations = sayViolations(finished);
    const rules = [...new Set((finished.cluster.checkers?.results().findings ?? []).map((f) => f.checker))];
    return {
      file,
      result: failed.length > 0 || violations > 0 ? 'failed' : 'passed',
      detail: [...failed.map((e) => e.name), ...rules].join('; '),
      report,
    };
  } catch (error) {
    if (error instanceof CommandError)
      return { file, result: error.code === ExitCode.invalid ? 'invalid' : 'budget', detail: error.message };
    return { file, result: 'bug', detail: error instanceof Error ? error.message : String(error) };
  }
}

function printRows(rows: readonly Row[], flags: TestFlags): void {
  if (flags.output === 'json') {
    print(
      JSON.stringify(
        rows.map(({ report, ...row }) => ({
          ...row,
          digest: report?.digest,
          events: report?.facts.events,
          wallMs: report?.facts.wallMs,
        })),
        null,
        2,
      ),
    );
    return;
  }
  const table = new Table({
    head: ['scenario', 'result', 'expectations', 'virtual', 'events', 'wall', 'digest'],
    style: { head: [], border: [] },
  });
  for (const { file, result, report, detail } of rows) {
    const text = result === 'passed' ? colour.green(result) : colour.red(result);
    if (report === undefined) table.push([file, text, detail.slice(0, 60), '', '', '', '']);
    else
      table.push([
        file,
        text,
        `${report.facts.expectations.filter((e) => e.passed).length}/${report.facts.expectations.length}`,
        clock(report.endUs),
        String(report.facts.events),
        `${(report.facts.wallMs / 1000).toFixed(2)}s`,
        report.digest.slice(0, 12),
      ]);
  }
  print(table.toString());
  const passed = rows.filter((r) => r.result === 'passed').length;
  print(`${passed} passed, ${rows.length - passed} failed`);
}
