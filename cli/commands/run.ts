import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildReport, jsonReport, markdownReport, type Report } from '../../reports/index.ts';
import { junitReport } from '../../reports/junit.ts';
import { parseDurationUs, type RecordingLevel } from '../../sim-core/index.ts';
import { CommandError, ExitCode } from '../exitCodes.ts';
import { clusterText, factsOf, notSimulated } from '../facts.ts';
import { instantText } from '../instant.ts';
import { recordingBytes, recordRun } from '../record.ts';
import { checkJob, type Finished, loadJobs, type RunFlags, runJob } from '../run.ts';
import { clock, colour, count, print, say } from '../terminal.ts';
import { sayViolations } from '../violations.ts';
import { isPerfFile, type PerfFlags, perfCommand } from './perf.ts';
import { quietRun, sayKubectlErrors } from './quiet.ts';

export interface RunCommandFlags extends RunFlags, PerfFlags {
  readonly record?: string;
  readonly level?: string;
  readonly output?: string;
  readonly report?: readonly string[];
  readonly maxWall?: string;
}

export function durationOf(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  try {
    return parseDurationUs(text);
  } catch {
    throw new CommandError(
      ExitCode.usage,
      `${flag} ${text}: not a duration`,
      'durations are written like 90s, 5m, 1h30m',
    );
  }
}

const LEVELS: readonly string[] = ['digest', 'story', 'full'];

/** `orrery run FILE...` */
export function runCommand(files: readonly string[], flags: RunCommandFlags): ExitCode {
  if (flags.level !== undefined && !LEVELS.includes(flags.level))
    throw new CommandError(ExitCode.usage, `--level ${flags.level}: one of ${LEVELS.join(', ')}`);
  if (flags.record !== undefined && (flags.break ?? []).length > 0)
    throw new CommandError(ExitCode.usage, '--break stops a run; it cannot be recorded', 'record it with --until');
  if (files.some(isPerfFile)) return perfCommand(files, flags);
  const maxWallUs = durationOf(flags.maxWall, '--max-wall');
  const jobs = loadJobs(files, flags, durationOf(flags.until, '--until'));
  for (const job of jobs) checkJob(job, flags);
  const reports: Report[] = [];
  let code: ExitCode = ExitCode.ok;
  for (const job of jobs) {
    const scenario = job.loaded.scenario;
    if (scenario !== undefined && flags.quiet !== true) announce(job.plain, scenario);
    const finished = runJob(job, {
      ...flags,
      maxWallSeconds: maxWallUs === undefined ? undefined : maxWallUs / 1e6,
      quiet: flags.quiet === true,
    });
    if (finished.hit !== undefined) {
      print(instantText(finished.cluster, finished.hit));
      return ExitCode.ok;
    }
    const report = buildReport(recordRun(finished, 'full'), factsOf(finished));
    reports.push(report);
    writeOutputs(finished, report, flags);
    if (finished.cluster.expectations.results().some((r) => r.verdict === 'failed')) code = ExitCode.failed;
    sayKubectlErrors(finished);
    if (sayViolations(finished) > 0) code = ExitCode.failed;
    if (job.plain && !quietRun(finished)) code = ExitCode.failed;
  }
  if (flags.output === 'json') print(jsonReport(reports).trimEnd());
  else if (flags.output === 'junit') print(junitReport(reports).trimEnd());
  return code;
}

function announce(plain: boolean, scenario: NonNullable<Finished['cluster']['scenario']>): void {
  say(`${colour.bold(scenario.name)}  seed ${scenario.spec.seed}, ${clock(scenario.spec.durationUs)} of virtual time`);
  say(`${plain ? 'default cluster' : 'cluster'}: ${clusterText(scenario)}`);
  const fields = notSimulated(scenario);
  if (fields.length > 0) {
    say(
      `not simulated in ${scenario.manifests.length === 1 ? 'this object' : `these ${scenario.manifests.length} objects`}: ${fields
        .slice(0, 12)
        .map((f) => `${f.path} (${f.objects}, ${f.support})`)
        .join(', ')}${fields.length > 12 ? `, and ${fields.length - 12} more` : ''}`,
    );
  }
}

function writeOutputs(finished: Finished, report: Report, flags: RunCommandFlags): void {
  const name = finished.cluster.scenario.name;
  if (flags.record !== undefined) {
    mkdirSync(flags.record, { recursive: true });
    const file = path.join(flags.record, 'run.orrery');
    const bytes = recordingBytes(finished, (flags.level ?? 'full') as RecordingLevel);
    writeFileSync(file, bytes);
    writeFileSync(path.join(flags.record, 'report.md'), markdownReport(report));
    writeFileSync(path.join(flags.record, 'report.json'), jsonReport([report]));
    writeFileSync(path.join(flags.record, 'junit.xml'), junitReport([report]));
    say(`wrote ${file} (${count(bytes.length)} bytes), report.md, report.json, junit.xml`);
    say(colour.dim(`next: npx orrery ui ${file}   or   npx orrery replay ${file} --verify`));
  }
  if (flags.output === undefined || flags.output === 'markdown') print(markdownReport(report).trimEnd());
  if (flags.output === 'summary')
    print(`${name}  ${report.digest}  ${finished.outcome.events} events  ${(finished.wallMs / 1000).toFixed(2)} s`);
}
