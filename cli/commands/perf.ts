import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import Table from 'cli-table3';
import { buildPerfCluster, isPerfText, type PerfWorkload, parsePerfFile } from '../../sim-core/index.ts';
import { CommandError, ExitCode } from '../exitCodes.ts';
import { sayProblems } from '../problems.ts';
import { colour, count, print, say } from '../terminal.ts';

export interface PerfFlags {
  readonly seed?: string;
  readonly output?: string;
  readonly quiet?: boolean;
  /** Parts of `Test/Workload`. */
  readonly workload?: readonly string[];
  readonly label?: string;
}

/** Small enough to find soon when the last pod was scheduled, and that a workload is over. */
const SLICE_EVENTS = 2_000;
const DEFAULT_LABEL = 'integration-test';

/** True for a performance-config.yaml of Kubernetes' scheduler benchmark. */
export function isPerfFile(file: string): boolean {
  if (!/\.ya?ml$/.test(file) || !existsSync(file) || !statSync(file).isFile()) return false;
  return isPerfText(readFileSync(file, 'utf8'));
}

export function readPerfFile(file: string) {
  const read = (name: string) => {
    const full = path.resolve(name);
    return existsSync(full) ? readFileSync(full, 'utf8') : undefined;
  };
  return parsePerfFile(file, readFileSync(file, 'utf8'), read);
}

interface Row {
  readonly file: string;
  readonly workload: string;
  readonly threshold?: number;
  readonly pods: number;
  readonly virtualSeconds: number;
  /** On virtual time. */
  readonly podsPerSecond: number;
  /** Of this process while pods were measured. */
  readonly cpuSeconds: number;
  readonly podsPerCpuSecond: number;
  readonly error?: string;
}

/** `orrery run performance-config.yaml`: each workload, its throughput, and beside it what Kubernetes' CI asks for. */
export function perfCommand(files: readonly string[], flags: PerfFlags): ExitCode {
  const other = files.find((file) => !isPerfFile(file));
  if (other !== undefined)
    throw new CommandError(ExitCode.usage, `${other} is no scheduler_perf file, and others given with it are`);
  const rows: Row[] = [];
  let refused = 0;
  for (const file of files) {
    const { workloads, problems } = readPerfFile(file);
    sayProblems(problems);
    refused += problems.filter((p) => p.severity === 'error').length;
    const chosen = workloads.filter((w) => isChosen(w, flags));
    if (flags.quiet !== true)
      say(
        `${file}: ${chosen.length} of ${workloads.length} workloads (--workload TEXT and --label LABEL choose others)`,
      );
    for (const workload of chosen) rows.push(runWorkload(file, workload, flags));
  }
  if (rows.length === 0) {
    if (refused > 0) throw new CommandError(ExitCode.invalid, 'none of the workloads can be run');
    throw new CommandError(ExitCode.usage, 'no workload was chosen');
  }
  printRows(rows, flags);
  return rows.some((r) => r.error !== undefined) ? ExitCode.failed : ExitCode.ok;
}

function isChosen(workload: PerfWorkload, { workload: texts = [], label }: PerfFlags): boolean {
  const name = `${workload.test}/${workload.name}`;
  if (texts.length > 0) return texts.some((text) => name.includes(text));
  return workload.labels.includes(label ?? DEFAULT_LABEL);
}

function runWorkload(file: string, workload: PerfWorkload, flags: PerfFlags): Row {
  const { cluster, driver } = buildPerfCluster(workload, flags.seed ?? '1');
  const untilUs = cluster.scenario.spec.durationUs;
  let cpuUs = 0;
  while (!driver.done && cluster.world.nowUs < untilUs) {
    const wasMeasuring = driver.isMeasuring;
    const { pods: podsBefore } = driver.measure;
    const before = process.cpuUsage();
    const state = cluster.world.runUntil({ timeUs: untilUs, events: SLICE_EVENTS });
    const used = process.cpuUsage(before);
    if (wasMeasuring || driver.isMeasuring || driver.measure.pods > podsBefore) cpuUs += used.user + used.system;
    if (state.stopped !== 'events') break;
  }
  const { fromUs, untilUs: endUs, pods } = driver.measure;
  const virtualSeconds = endUs < 0 ? 0 : (endUs - fromUs) / 1e6;
  const cpuSeconds = cpuUs / 1e6;
  const { threshold } = workload;
  return {
    file,
    workload: `${workload.test}/${workload.name}`,
    threshold,
    pods,
    virtualSeconds,
    podsPerSecond: virtualSeconds === 0 ? 0 : pods / virtualSeconds,
    cpuSeconds,
    podsPerCpuSecond: cpuSeconds === 0 ? 0 : pods / cpuSeconds,
    ...(driver.done ? {} : { error: `not complete after an hour: ${driver.waitsFor()}` }),
  };
}

function printRows(rows: readonly Row[], flags: PerfFlags): void {
  if (flags.output === 'json') {
    print(JSON.stringify(rows, null, 2));
    return;
  }
  const table = new Table({
    head: ['workload', 'pods', 'virtual', 'pods/s', 'CI asks', '', 'CPU', 'pods/CPU s'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    const { threshold, podsPerSecond } = row;
    const verdict =
      row.error !== undefined
        ? colour.red('stuck')
        : threshold === undefined
          ? ''
          : podsPerSecond >= threshold
            ? colour.green('above')
            : colour.yellow('below');
    table.push([
      row.workload,
      count(row.pods),
      `${row.virtualSeconds.toFixed(2)}s`,
      podsPerSecond.toFixed(0),
      threshold === undefined ? '' : String(threshold),
      verdict,
      `${row.cpuSeconds.toFixed(2)}s`,
      row.podsPerCpuSecond.toFixed(0),
    ]);
  }
  print(table.toString());
  for (const { workload, error } of rows) if (error !== undefined) print(`${workload}: ${error}`);
  print(
    'pods/s: on virtual time, by the model of delays; CI asks: threshold in the file, on its machines; CPU: of this process',
  );
}
