import path from 'node:path';
import {
  type BreakpointHit,
  type BuildOptions,
  type Bundle,
  buildCluster,
  type Cluster,
  defaultScenario,
  type LoadResult,
  loadScenario,
  parseBreakpoint,
  type RunOutcome,
  type RunProgress,
  runCluster,
  type Scenario,
  type ScenarioProblem,
  TravelSession,
} from '../sim-core/index.ts';
import { isScenarioFile, manifestBundle, scenarioBundle } from './bundle.ts';
import { CommandError, ExitCode } from './exitCodes.ts';
import { type Modules, moduleFiles } from './plugins.ts';
import { sayProblems } from './problems.ts';
import { startProgress } from './progress.ts';

export interface RunFlags {
  readonly seed?: string;
  readonly until?: string;
  readonly set?: readonly string[];
  readonly quiet?: boolean;
  readonly strict?: boolean;
  readonly maxEvents?: number;
  readonly maxWallSeconds?: number;
  readonly fireAllTimers?: boolean;
  /** Breakpoints: the run stops before the event that makes the first of them true. */
  readonly break?: readonly string[];
  /** Of --plugin. */
  readonly modules?: Modules;
  /** Judge the invariants of the cluster; default true. */
  readonly checkers?: boolean;
}

/** What was asked to run, read and checked. */
export interface Job {
  /** As given on the command line. */
  readonly files: readonly string[];
  readonly bundle: Bundle;
  readonly plain: boolean;
  readonly loaded: LoadResult;
  /** With the places as one can open them from here. */
  readonly problems: readonly ScenarioProblem[];
  /** What files in messages are relative to: the scenario's folder as it was given. */
  readonly folder: string;
  /** --until and --set as they were given. */
  readonly arguments: readonly string[];
}

export interface Finished {
  readonly job: Job;
  readonly cluster: Cluster;
  readonly outcome: RunOutcome;
  readonly wallMs: number;
  readonly modules?: Modules;
  /** The breakpoint that stopped it. */
  readonly hit?: BreakpointHit;
}

export function parseSet(pairs: readonly string[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (pairs ?? []).map((pair) => {
      const at = pair.indexOf('=');
      if (at <= 0) throw new CommandError(ExitCode.usage, `--set ${pair}: write name=value`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** Reads files into jobs: each scenario is one, all plain manifests together are one. Throws CommandError with code 3 when something cannot be used. */
export function loadJobs(files: readonly string[], flags: RunFlags, durationUs: number | undefined): readonly Job[] {
  const options = { seed: flags.seed, durationUs, set: parseSet(flags.set), ...flags.modules };
  const given = [
    ...(flags.until === undefined ? [] : ['--until', flags.until]),
    ...(flags.set ?? []).flatMap((pair) => ['--set', pair]),
    ...moduleFiles(flags.modules).flatMap((file) => ['--plugin', file]),
  ];
  const scenarios = files.filter((f) => isScenarioFile(f));
  const plain = files.filter((f) => !scenarios.includes(f));
  const jobs: Job[] = scenarios.map((file) => {
    const bundle = scenarioBundle(file);
    const loaded = loadScenario(bundle, options);
    const folder = path.dirname(file);
    const problems = loaded.problems.map((p) => ({ ...p, at: { ...p.at, file: placeFile(folder, p.at.file) } }));
    return { files: [file], bundle, plain: false, loaded, problems, folder, arguments: given };
  });
  if (plain.length > 0) {
    const { bundle, files: inside, found } = manifestBundle(plain);
    const loaded = defaultScenario(bundle, inside, { ...options, found });
    jobs.push({ files: plain, bundle, plain: true, loaded, problems: loaded.problems, folder: '', arguments: given });
  }
  return jobs;
}

/** A file of a scenario as one can open it from here. */
export function placeFile(folder: string, file: string): string {
  return folder === '' ? file : path.join(folder, file);
}

/** Prints the problems of a job and refuses it when there are errors (or, with --strict, warnings). */
export function checkJob(job: Job, flags: RunFlags): void {
  sayProblems(job.problems);
  const refused = job.loaded.scenario === undefined || (flags.strict === true && job.problems.length > 0);
  if (refused)
    throw new CommandError(
      ExitCode.invalid,
      `${job.files.join(', ')} cannot be used: ${job.problems.filter((p) => p.severity === 'error').length} errors, ${job.problems.filter((p) => p.severity === 'warning').length} warnings`,
    );
}

/** Runs one job to its end. */
export function runJob(job: Job, flags: RunFlags): Finished {
  const scenario = job.loaded.scenario;
  if (scenario === undefined) throw new CommandError(ExitCode.invalid, 'nothing to run');
  const build = { fireAllTimers: flags.fireAllTimers, ...flags.modules, checkers: flags.checkers !== false };
  const breaks = flags.break ?? [];
  const session = breaks.length === 0 ? undefined : watched(scenario, build, breaks);
  const cluster = session?.cluster ?? buildCluster(scenario, build);
  const progress = startProgress(`${scenario.name}  seed ${scenario.spec.seed}`, flags.quiet === true);
  const started = performance.now();
  let late = false;
  const options = {
    maxEvents: flags.maxEvents,
    progress: (state: RunProgress) => {
      progress.update(state);
      late = flags.maxWallSeconds !== undefined && performance.now() - started > flags.maxWallSeconds * 1000;
      return !late;
    },
  };
  const { outcome, hit } =
    session === undefined ? { outcome: runCluster(cluster, options), hit: undefined } : runToBreak(session, options);
  progress.stop();
  if (late || (outcome.stopped === 'events' && outcome.nowUs < scenario.spec.durationUs)) {
    throw new CommandError(
      ExitCode.budget,
      `${scenario.name}: the budget of ${late ? `${flags.maxWallSeconds} s` : `${flags.maxEvents} events`} was used up at t=${Math.floor(outcome.nowUs / 1e6)} s (${outcome.events} events)`,
    );
  }
  return { job, cluster, outcome, wallMs: performance.now() - started, modules: flags.modules, hit };
}

const SLICE_EVENTS = 20_000;

function watched(scenario: Scenario, build: BuildOptions, breaks: readonly string[]): TravelSession {
  const session = TravelSession.create(scenario, { build, keyframes: { maxCount: 2 } });
  for (const text of breaks) {
    try {
      session.breakpoints.add(parseBreakpoint(text));
    } catch (error) {
      throw new CommandError(ExitCode.usage, `--break ${text}: ${(error as Error).message}`);
    }
  }
  return session;
}

/** As runCluster, and stops at a breakpoint. */
function runToBreak(
  session: TravelSession,
  options: { readonly maxEvents?: number; readonly progress: (state: RunProgress) => boolean },
): { readonly outcome: RunOutcome; readonly hit?: BreakpointHit } {
  const { world } = session.cluster;
  const maxEvents = options.maxEvents ?? Number.POSITIVE_INFINITY;
  for (;;) {
    const { stopped, hit } = session.advance({ events: Math.min(SLICE_EVENTS, maxEvents - world.eventsRun) });
    const goesOn = options.progress({ nowUs: world.nowUs, untilUs: session.endUs, events: world.eventsRun });
    const outcome = { nowUs: world.nowUs, events: world.eventsRun, digest: world.digest() };
    if (!goesOn) return { outcome: { ...outcome, stopped: 'cancelled' } };
    if (stopped !== 'events' || world.eventsRun >= maxEvents) return { outcome: { ...outcome, stopped }, hit };
  }
}
